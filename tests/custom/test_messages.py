"""A computed message tells no piece of a secret, in no format; one that has nothing to do with the secret is said."""

import json
from pathlib import Path

import pytest

from hardstand.cli.main import main

PASSWORD = "Kx7vQ2mWz9LpR4tN"
EXPRESSIONS = [
    "object.data.password",
    "object.data.password.substring(0, 12)",
    "object.data.password.lowerAscii()",
    "object.data.password.upperAscii().substring(3, 7)",
    "object.data.password.reverse()",
    "object.data.password.substring(4, 10).reverse()",
    "object.data.password.split('').join('-')",
    "object.data.password.find('[0-9].+')",
    "'%x'.format([object.data.password])",
    "'%X'.format([bytes(object.data.password)])",
    "object.data.encoded",
    "'%s'.format([object.data])",
    "variables.half + ' is half of it'",
    "params.token.substring(2, 8)",
    "namespaceObject.metadata.annotations.password.substring(2, 8)",
]
FORMATS = ["text", "json", "sarif", "markdown", "html", "junit", "github"]

MANIFEST = f"""\
apiVersion: v1
kind: Namespace
metadata: {{name: shop, annotations: {{password: {PASSWORD}}}}}
---
apiVersion: v1
kind: ConfigMap
metadata: {{name: settings, namespace: shop}}
data:
  password: {PASSWORD}
  encoded: S3g3dlEybVd6OUxwUjR0Tg==
"""
CLEAN = "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n---\napiVersion: v1\n"


def scanned(folder: Path, capsys: pytest.CaptureFixture[str], message: str, form: str, manifest: str = MANIFEST) -> str:
    """What a scan says whose only findings are those of one declared control."""
    declared = [
        {
            "id": "made-up",
            "summary": "Made up.",
            "severity": "critical",
            "match": {"kinds": ["ConfigMap", "Secret", "Template"]},
            "params": {"token": PASSWORD},
            "variables": [{"name": "half", "expression": "object.data.password.substring(8)"}],
            "validations": [
                # The namespace is asked for, so that messages can see it.
                {
                    "expression": "namespaceObject == null && false",
                    "message": "says what is declared",
                    "messageExpression": message,
                }
            ],
            "tests": {"accepts": [{"apiVersion": "v1", "kind": "A"}], "rejects": [{"apiVersion": "v1", "kind": "A"}]},
        }
    ]
    (folder / "app.yaml").write_text(manifest, encoding="utf-8")
    (folder / "hardstand.yaml").write_text(json.dumps({"controls": declared}), encoding="utf-8")
    arguments = ["scan", str(folder / "app.yaml"), "--baseline", str(folder / "hardstand.yaml"), "--select", "made-up"]
    assert main([*arguments, "--fail-on", "critical", "--format", form]) == 1
    return "".join(capsys.readouterr())


def pieces(said: str) -> list[str]:
    """The pieces of the password, four long, that an output holds in any way that these expressions spell them."""
    plain = said.lower() + said.lower()[::-1] + said.replace("-", "").lower()
    wanted = [PASSWORD, PASSWORD[::-1], PASSWORD.encode().hex(), "S3g3dlEybVd6OUxwUjR0Tg=="]
    steps = {PASSWORD.encode().hex(): 8}
    return [
        one[at : at + steps.get(one, 4)]
        for one in wanted
        for at in range(len(one) - steps.get(one, 4) + 1)
        if one[at : at + steps.get(one, 4)].lower() in plain
    ]


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_a_piece_of_a_secret_is_not_said(tmp_path: Path, capsys: pytest.CaptureFixture[str], expression: str) -> None:
    said = scanned(tmp_path, capsys, f"'it is ' + {expression}", "json")
    assert "says what is declared" in said
    assert pieces(said) == []


@pytest.mark.parametrize("form", FORMATS)
def test_it_is_not_said_in_any_format(tmp_path: Path, capsys: pytest.CaptureFixture[str], form: str) -> None:
    said = scanned(tmp_path, capsys, "'it is ' + object.data.password.substring(0, 12).lowerAscii()", form)
    assert "says what is declared" in said
    assert pieces(said) == []


@pytest.mark.parametrize("form", ["text", "json", "sarif"])
def test_about_a_secret_nothing_computed_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str], form: str) -> None:
    secret = CLEAN + f"kind: Secret\nmetadata: {{name: s, namespace: shop}}\nstringData: {{odd: {PASSWORD}}}\n"
    said = scanned(tmp_path, capsys, "'it is long: ' + string(object.stringData.odd.size())", form, secret)
    assert "says what is declared" in said
    assert "it is long" not in said
    inside = (
        CLEAN + "kind: Template\nmetadata: {name: t, namespace: shop}\nobjects:\n- kind: Secret\n  data: {odd: Ab1}\n"
    )
    said = scanned(tmp_path, capsys, "'it is ' + object.objects[0].data.odd", form, inside)
    assert "says what is declared" in said
    assert "Ab1" not in said


@pytest.mark.parametrize("form", ["text", "json", "sarif"])
def test_a_message_that_tells_nothing_of_it_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], form: str
) -> None:
    assert "is called settings" in scanned(tmp_path, capsys, "'is called ' + object.metadata.name", form)


def test_a_message_without_end_is_not_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    long = "['a'].map(x, object.data.filler).join('') + 'b'"
    manifest = MANIFEST + f"  filler: {'ab ' * 2000}\n"
    said = scanned(tmp_path, capsys, long, "json", manifest)
    assert "says what is declared" in said
    assert "ab ab" not in said
