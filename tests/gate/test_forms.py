"""One wording in three forms, as YAML that anybody reads."""

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from hardstand.baseline.load import load
from hardstand.cli.main import main
from hardstand.engine import catalog
from hardstand.engine.words import vocabulary
from hardstand.gate.export import gatekeeper, kyverno, vap
from hardstand.gate.export.native import native
from hardstand.gate.export.yaml_text import broken, documents
from hardstand.model.tier import Tier
from hardstand.text.cel.renaming import renamed

TODAY = date(2027, 1, 1)
TEXT = """
modes: [{mode: warn}, {mode: block, tier: high}]
exceptions:
- id: E-1
  match: {control: host-path-volume, namespace: node-agents}
  owner: a
  reason: b
  approved_by: c
  expires: 2027-03-31
"""
TIERS = {"shop": Tier.HIGH, "blog": Tier.LOW}
MADE = native(catalog.load(), load(TEXT.encode(), vocabulary(), today=TODAY), TIERS, day=TODAY)
LIMIT = 64
"""Match conditions of a policy, by Kubernetes."""


def evaluated(spec: Mapping[str, Any]) -> tuple[Any, ...]:
    """What is evaluated, in whichever form it stands."""
    conditions = spec.get("matchConditions", spec.get("matchCondition"))
    validations = [(one["expression"], one["message"], one["messageExpression"]) for one in spec["validations"]]
    assert len(conditions) <= LIMIT
    return conditions, spec["variables"], validations


def test_the_three_forms_hold_the_same_expressions() -> None:
    policies = [one for one in vap.written(MADE) if one["kind"] == "ValidatingAdmissionPolicy"]
    templates = [one for one in gatekeeper.written(MADE) if one["kind"] == "ConstraintTemplate"]
    native_ones = [evaluated(one["spec"]) for one in policies]
    assert [evaluated(one["spec"]["targets"][0]["code"][0]["source"]) for one in templates] == native_ones
    denying = [one for one in kyverno.written(MADE) if one["spec"]["validationActions"] == ["Deny"]]
    pairs = {one["metadata"]["labels"]["hardstand.dev/control"]: evaluated(one["spec"]) for one in denying}
    assert len(pairs) > 50
    for one, made in zip(policies, native_ones, strict=True):
        control = one["metadata"]["labels"]["hardstand.dev/control"]
        assert pairs.get(control, made) == made


def test_modes_stand_in_constraints_and_policies_as_they_do_in_bindings() -> None:
    constraints = [one for one in gatekeeper.written(MADE) if one["kind"] == "HardstandHostPathVolume"]
    assert [(one["spec"]["enforcementAction"], one["spec"]["match"].get("namespaces")) for one in constraints] == [
        ("deny", ["shop"]),
        ("warn", None),
    ]
    assert "kube-system" in constraints[1]["spec"]["match"]["excludedNamespaces"]
    assert "shop" in constraints[1]["spec"]["match"]["excludedNamespaces"]
    policies = [one for one in kyverno.written(MADE) if one["metadata"]["name"].startswith("host-path-volume-")]
    assert [one["metadata"]["name"] for one in policies] == ["host-path-volume-deny", "host-path-volume-warn"]
    chosen = [one["spec"]["matchConstraints"]["namespaceSelector"]["matchExpressions"] for one in policies]
    assert [one[0]["operator"] for one in chosen] == ["In", "NotIn"]
    assert {one["metadata"]["annotations"]["hardstand.dev/exception-ends"] for one in policies} == {"E-1=2027-03-31"}


def test_what_lies_outside_of_namespaces_has_one_binding() -> None:
    bindings = [
        one
        for one in vap.written(MADE)
        if one["metadata"]["name"].startswith("host-path-persistent-volume-") and one["kind"].endswith("Binding")
    ]
    assert [one["spec"]["validationActions"] for one in bindings] == [["Warn"]]


@pytest.mark.parametrize("form", [vap, gatekeeper, kyverno])
def test_yaml_says_what_was_made(form: Any) -> None:
    made = list(form.written(MADE))
    read = list(yaml.safe_load_all("".join(documents(made))))
    assert _folded(read) == _folded(made)
    names = [(one["kind"], one["metadata"]["name"]) for one in read]
    assert len(set(names)) == len(names)


def _folded(value: Any, key: str = "") -> Any:
    """With each expression on one line."""
    if isinstance(value, dict):
        return {name: _folded(one, name) for name, one in value.items()}
    if isinstance(value, list):
        return [_folded(one) for one in value]
    return value.replace("\n", " ") if key.lower().endswith("expression") else value


def test_no_string_of_an_expression_is_broken() -> None:
    words = "a b " * 60
    text = f"object.a == '{words}' && object.b == \"it's {words}\" || object.c in ['x', 'y\\'s {words}']"
    lines = broken(text)
    assert "\n" in lines
    assert lines.replace("\n", " ") == text
    assert all(word in lines for word in (f"'{words}'", f"it's {words}"))


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("a + b.a", "v.a + b.a"),
        ("[1].all(a, a > b) && a", "[1].all(a, a > b) && v.a"),
        ("a.map(a, a).exists(x, x == a)", "v.a.map(a, a).exists(x, x == v.a)"),
        ("b.?a.optMap(a, a + 1).orValue(a)", "b.?a.optMap(a, a + 1).orValue(v.a)"),
        ("has(a.b) ? 'a' : {'a': a}[a]", "has(v.a.b) ? 'a' : {'a': v.a}[v.a]"),
        ("!a && -a < a(a)", "!v.a && -v.a < a(v.a)"),
    ],
)
def test_names_are_rewritten_where_no_macro_has_named_them(text: str, made: str) -> None:
    assert renamed(text, {"a": "v.a"}) == made


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    status = main(["gate", "export", *words])
    said = capsys.readouterr()
    return status, said.out, said.err


def test_export_writes_a_file_and_says_what_is_not_in_it(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "hardstand.yaml").write_text(TEXT.replace("2027-03-31", "2099-03-31"))
    status, out, err = run(capsys, "--to", "vap", "--select", "pss-baseline", "--output", "policies.yaml")
    assert (status, out) == (0, "")
    kinds = [one["kind"] for one in yaml.safe_load_all((tmp_path / "policies.yaml").read_text())]
    assert kinds.count("ValidatingAdmissionPolicy") == kinds.count("ValidatingAdmissionPolicyBinding") == 14
    assert "the exception E-1 from host-path-volume has no end there: export again after 2099-03-31" in err
    assert "14 controls are exported; no policy touches kube-node-lease, kube-public, kube-system" in err


def test_tiers_are_taken_from_manifests(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "hardstand.yaml").write_text(
        "modes: [{mode: warn}, {mode: block, tier: critical}]\n"
        "classes: {workloads: [{match: {namespace: bank}, data: restricted, exposure: internet}]}\n"
        "tiers: [{tier: critical, data: restricted, exposure: internet}]\n"
    )
    pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: %s}\nspec: {containers: [{name: a, image: a}]}\n"
    (tmp_path / "pods.yaml").write_text("---\n".join(pod % name for name in ("bank", "blog")))
    status, out, err = run(capsys, "--to", "vap", "--select", "host-pid", "--tiers-of", "pods.yaml")
    assert status == 0, err
    _, deny, warn = yaml.safe_load_all(out)
    assert deny["spec"]["matchResources"]["namespaceSelector"]["matchExpressions"][0]["values"] == ["bank"]
    assert "bank" in warn["spec"]["matchResources"]["namespaceSelector"]["matchExpressions"][0]["values"]
    (tmp_path / "pods.yaml").write_text("a: [")
    status, out, err = run(capsys, "--to", "vap", "--select", "host-pid", "--tiers-of", "pods.yaml")
    assert (status, out) == (2, "")
    assert "pods.yaml:1:" in err
    assert "no workloads whose tiers could be taken" in err


def test_the_list_says_of_every_control_whether_it_can_be_exported(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, "--list")
    lines = dict(line.split(None, 1) for line in out.splitlines()[:-2])
    assert status == 0
    assert set(lines) == {one.id for one in catalog.load()}
    assert lines["privileged-container"] == "vap gatekeeper kyverno"
    assert lines["default-deny-missing"] == "no: it asks about other objects, and a policy sees one"
    last = re.fullmatch(r"(\d+) of (\d+) controls can be exported, (\d+) of them once .*", out.splitlines()[-1])
    assert last
    can, every, waiting = map(int, last.groups())
    assert (can, every) == (sum(not said.startswith("no: ") for said in lines.values()), len(lines))
    # What is written is what is counted: those that wait for nothing, and what waits is said to.
    _, out, err = run(capsys, "--to", "vap")
    written = [one["kind"] for one in yaml.safe_load_all(out)].count("ValidatingAdmissionPolicy")
    assert written == can - waiting
    assert f"{waiting} controls wait for a parameter to be declared: " in err


def test_what_is_declared_waits_no_more(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    words = ("--list", "--select", "registry-not-allowed")
    assert run(capsys, *words)[1].endswith(
        "\n1 of 1 controls can be exported, 1 of them once the baseline declares a parameter that they wait for\n"
    )
    (tmp_path / "hardstand.yaml").write_text("parameters: {registry-not-allowed: {registries: [r.example.com]}}\n")
    status, out, err = run(capsys, *words)
    assert (status, out.splitlines()[-1]) == (0, "1 of 1 controls can be exported"), err


def test_bad_usage_names_the_remedy(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    status, out, err = run(capsys, "--to", "vap", "--output", str(tmp_path / "none" / "a.yaml"))
    assert (status, out) == (2, "")
    assert "name a file in a directory that is there" in err
    assert run(capsys, "--to", "vap", "--select", "nothing")[0] == 2
