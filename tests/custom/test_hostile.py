"""What a manifest holds can keep no expression busy: each of these would run for hours if it were tried in every way.

No time is asserted: the watchdog of pyproject.toml ends what hangs.
"""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from hardstand.text.cel.library import regex
from hardstand.text.cel.program import WrongExpressionError, program
from hardstand.text.cel.values import EvaluationError
from tests.custom.loading import declared

NAMES = frozenset({"object"})
LONG = 100_000
PATTERNS = ["^(([a-z])+)+$", "^(a|aa)+$", "(a*)*b", "^(a?){60}a{60}$", "^(.*)*,$", r"(?:a+\s*)+$!"]

DECLARED = """\
controls:
- id: odd-name
  summary: Odd name.
  severity: low
  match: {kinds: [ConfigMap]}
  expression: EXPRESSION
  message: has an odd name
  tests:
    accepts: [{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}]
    rejects: [{apiVersion: v1, kind: ConfigMap, metadata: {name: A1}}]
"""


def run(text: str, value: Any) -> Any:
    return program(text, version=37, names=NAMES).run({"object": value})


@pytest.mark.parametrize("length", [61, LONG])
@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_regular_expression_ends_on_any_text(pattern: str, length: int) -> None:
    text = "a" * length + "!"
    assert run(f"object.matches(r'{pattern}')", text) is False
    assert run(f"matches(object, r'{pattern}')", text) is False
    assert run(f"object.find(r'{pattern}')", text) == ""
    assert run(f"object.findAll(r'{pattern}')", text) == []


def test_a_match_in_a_long_text_is_found() -> None:
    assert run("object.matches('^(([a-z])+)+$')", "a" * LONG)
    assert run("object.find('b+')", "a" * LONG + "bbb") == "bbb"
    assert run("object.findAll('[0-9]')", "é1" * 1000) == ["1"] * 1000


def test_all_matches_of_a_search_that_begins_anew_behind_each_are_bounded() -> None:
    with pytest.raises(EvaluationError, match="the text is too long for this regular expression"):
        run("object.findAll('a.*b|a')", "a" * 1_000_000)
    assert len(run("object.findAll('a.*b|a')", "a" * 1000)) == 1000
    assert run("object.findAll('a', 2)", "a" * LONG) == ["a", "a"]


def test_a_pattern_of_too_many_states_is_bounded() -> None:
    with pytest.raises(EvaluationError, match="the text is too long"):
        run(r"object.matches('(?:[01]*1[01]{900}2)|(?:[01]*1[01]{900}3)')", "0110" * 1_000_000)


def test_a_half_character_is_no_crash() -> None:
    assert run("object.find('a.b')", "xa\ud800b") == "a\ud800b"
    assert run("'a'.matches(object)", "\ud800") is False


@pytest.mark.parametrize(
    "text", ["0" * LONG + "!", "1" * LONG + "!", "e" * LONG, "." * LONG, "a." * LONG + "!", "=" * LONG]
)
@pytest.mark.parametrize(
    "expression",
    [
        "isQuantity(object)",
        "isSemver(object)",
        "isSemver(object, true)",
        "isURL(object)",
        "isIP(object)",
        "isCIDR(object)",
        "format.dns1123Subdomain().validate(object).hasValue()",
        "format.qualifiedName().validate(object).hasValue()",
        "format.byte().validate(object).hasValue()",
        "format.uuid().validate(object).hasValue()",
        "format.datetime().validate(object).hasValue()",
        "[object].map(x, double(x)).size() == 1",
        "timestamp(object) > timestamp(0)",
        "duration(object) > duration('1s')",
    ],
)
def test_no_other_function_is_kept_busy_by_a_long_text(expression: str, text: str) -> None:
    try:
        assert run(expression, text) in (True, False)
    except EvaluationError as error:
        assert len(str(error)) < 200  # noqa: PT017 - a value and an error are both an end


def test_without_the_module_an_expression_that_needs_it_is_an_error_at_its_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(regex, "_library", lambda: None)
    file = tmp_path / "hardstand.yaml"
    # Not written elsewhere: a program is made once in a process.
    for expression, column in (
        ("object.metadata.name.matches('^[a-z]{1,97}$')", 22),
        ("object.metadata.name.find(object.kind + 'absent') == ''", 22),
        ("matches(object.metadata.name, '[')", 1),
    ):
        file.write_text(DECLARED.replace("EXPRESSION", f'"{expression}"'), encoding="utf-8")
        assert declared(str(file)).faults == (
            f"{file}:6:15: column {column} of the expression: a regular expression needs the package google-re2; "
            "install hardstand[cel]",
        )
    file.write_text(DECLARED.replace("EXPRESSION", "object.metadata.name.startsWith('absent')"), encoding="utf-8")
    assert declared(str(file)).faults == ()


def test_a_wrong_pattern_is_told_without_its_text() -> None:
    with pytest.raises(WrongExpressionError, match=r"^invalid regular expression: missing \]$"):
        program("object.matches('[hunter2')", version=37, names=NAMES)


@pytest.mark.parametrize(
    ("expression", "loaded"), [(None, False), ("size(object) > 0", False), ("object.kind.matches('^C')", True)]
)
def test_the_module_is_loaded_only_for_a_regular_expression(
    tmp_path: Path, expression: str | None, loaded: bool
) -> None:
    (tmp_path / "app.yaml").write_text("{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}\n", encoding="utf-8")
    arguments = ["scan", str(tmp_path / "app.yaml")]
    if expression:
        (tmp_path / "hardstand.yaml").write_text(DECLARED.replace("EXPRESSION", expression), encoding="utf-8")
        arguments += ["--baseline", str(tmp_path / "hardstand.yaml")]
    code = f"import sys; from hardstand.cli.main import main; main({arguments!r}); print('re2' in sys.modules)"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path, check=True)
    assert ended.stdout.splitlines()[-1] == str(loaded), ended.stderr
