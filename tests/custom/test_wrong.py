"""Wrong declarations, each with the exact error: place, what was expected, the nearest right word."""

# ruff: noqa: E501 - a table reads best a row a line

from pathlib import Path

import pytest

from tests.custom.loading import declared

SOUND = """\
controls:
- id: made-up
  summary: Made up.
  severity: low
  match: {kinds: [Pod]}
  expression: "true"
  tests:
    accepts: [{apiVersion: v1, kind: Pod, metadata: {name: a}}]
    rejects: [{apiVersion: v1, kind: Pod, metadata: {name: a}}]
"""

WRONG = [
    ("id: made-up", "id: Made_Up", "2:7: an id is lower-case words with dashes that name the bad thing, found `Made_Up`"),
    ("id: made-up", "id: privileged-container", "2:7: there is a control `privileged-container` already; give this one another id"),
    ("- id: made-up\n ", "-", "2:3: a control needs `id`, a string"),
    ("summary: Made up.", "summary: ''", "3:12: `summary` is empty"),
    ("summary: Made up.", f"summary: {'long ' * 30}", "3:12: the summary has 149 characters, more than 100"),
    ("summary: Made up.", "sumary: Made up.", "3:11: a control has no `sumary`; did you mean `summary`?"),
    ("summary: Made up.", "summary: 7", "3:12: `summary` is a string, found an integer"),
    ("severity: low", "severity: hihg", "4:13: `severity` is one of low, medium, high, critical, found `hihg`; did you mean `high`?"),
    ("severity: low", "severity: low\n  confidence: sure", "5:15: `confidence` is one of high, medium, low, found `sure`"),
    ("match: {kinds: [Pod]}", "match: [Pod]", "5:10: `match` is a mapping, found a list"),
    ("match: {kinds: [Pod]}", "match: {kinds: []}", "5:18: `kinds` is empty"),
    ("match: {kinds: [Pod]}", "match: {kind: [Pod]}", "5:17: `match` has no `kind`; did you mean `kinds`?"),
    ("match: {kinds: [Pod]}", "match: {kinds: [pods]}", "5:19: `pods` is no kind; write Deployment, apps/Deployment, core/Pod, Workload or *"),
    ("match: {kinds: [Pod]}", "match: {kinds: [apps/v1/Deployment]}", "5:19: `apps/v1/Deployment` is no kind; leave out the version"),
    ("match: {kinds: [Pod]}", "match: {kinds: [v1/Pod]}", "5:19: `v1/Pod` is no kind; leave out the version"),
    ('expression: "true"', "message: a", "2:3: a control needs `validations`, or one `expression`"),
    ('expression: "true"', "validations: []", "6:16: `validations` is empty"),
    ('expression: "true"', "validations: [{expression: 'true', mesage: a}]", "6:46: a validation has no `mesage`; did you mean `message`?"),
    ('expression: "true"', "validations: [{message: a}]", "6:17: a validation needs `expression`, a string"),
    ('expression: "true"', 'validations: [{expression: "true"}]\n  message: a', "7:12: `message` stands beside `validations`; move it into one of them"),
    ('expression: "true"', "expression: 1 +", "6:15: column 4 of the expression: expected a value, found the end of the expression"),
    ('expression: "true"', "expression: object.x ==", "6:15: column 12 of the expression: expected a value, found the end of the expression"),
    ('expression: "true"', "expression: objekt.x == 1", "6:15: column 1 of the expression: there is no variable `objekt`; did you mean `object`?"),
    ('expression: "true"', "expression: params.x == 1", "6:15: column 1 of the expression: there is no variable `params`; declare `params` to use it"),
    ('expression: "true"', "expression: variables.x == 1", "6:15: column 11 of the expression: there is no `variables.x` here; a variable can use those above it"),
    ('expression: "true"', "expression: object.name.startWith('a')", "6:15: column 13 of the expression: there is no method `startWith`; did you mean `startsWith`?"),
    ('expression: "true"', "expression: math.abs(-1) == 1", "6:15: column 1 of the expression: there is no function `math.abs`"),
    ('expression: "true"', "expression: object.name.substring() == ''", "6:15: column 13 of the expression: `substring` takes 1 or 2 arguments, not 0"),
    ('expression: "true"', "expression: size(object) = 1", "6:15: column 14 of the expression: `=` is no operator; CEL has == != && ||"),
    ('expression: "true"', "expression: quantity(object.x)", "6:15: `expression` must give a bool, and gives a quantity"),
    ('expression: "true"', "expression: quantity(object.x) + 1", "6:15: column 20 of the expression: no such overload: `+` of quantity, int"),
    ('expression: "true"', "expression: object.x", None),
    ('expression: "true"', "expression: \"'text'\"", "6:15: `expression` must give a bool, and gives a string"),
    ('expression: "true"', 'expression: "true"\n  messageExpression: "1"', "7:22: `messageExpression` must give a string, and gives a int"),
    ('expression: "true"', 'expression: "true"\n  field: .spec', "7:10: `field` is a path such as spec.containers[0].image, found `.spec`"),
    ('expression: "true"', "expression: |\n    true &&\n      nope.x", "6:15: line 2, column 3 of the expression: there is no variable `nope`"),
    ('expression: "true"', "kubernetes: v1.28\n  expression: isQuantity('1')", "7:15: column 1 of the expression: `isQuantity` is there from Kubernetes v1.29 on, and v1.28 is declared"),
    ('expression: "true"', "kubernetes: v1.30\n  expression: isIP('::1')", "7:15: column 1 of the expression: `isIP` is there from Kubernetes v1.31 on, and v1.30 is declared"),
    ('expression: "true"', "kubernetes: v1.32\n  expression: '[1].all(i, v, v > i)'", "7:15: column 5 of the expression: `all` with two variables is there from Kubernetes v1.33 on, and v1.32 is declared"),
    ('expression: "true"', "kubernetes: v1.28\n  expression: 'object[?1] == object'", "7:15: column 7 of the expression: `[?` is there from Kubernetes v1.29 on, and v1.28 is declared"),
    ('expression: "true"', "kubernetes: v1.99\n  expression: 'true'", "6:15: `kubernetes` is a version from v1.26 to v1.37, found `v1.99`"),
    ('expression: "true"', "kubernetes: 1.30\n  expression: 'true'", "6:15: `kubernetes` is a string, found a number"),
    ('expression: "true"', "expression: 'true'\n  variables: [{name: a-b, expression: '1'}]", "7:22: a variable's name is letters, digits and `_`, found `a-b`"),
    ('expression: "true"', "expression: 'true'\n  variables: [{name: a, expression: '1'}, {name: a, expression: '1'}]", "7:50: there is a variable `a` above"),
    ('expression: "true"', "expression: 'true'\n  variables: [{name: a, expression: variables.b}, {name: b, expression: '1'}]", "7:37: column 11 of the expression: there is no `variables.b` here"),
    ('expression: "true"', "expression: 'true'\n  params: [1]", "7:11: `params` is a mapping, found a list"),
    ('expression: "true"', "expression: 'true'\n  frameworks: [pss-baseline:nope]", "7:16: there is no framework requirement `pss-baseline:nope`"),
    ("    accepts: [{apiVersion: v1, kind: Pod, metadata: {name: a}}]\n", "", "8:5: `tests` needs `accepts`, a list"),
    ("accepts: [{apiVersion: v1, kind: Pod, metadata: {name: a}}]", "accepts: []", "8:14: `accepts` is empty"),
    ("accepts: [{apiVersion: v1, kind: Pod, metadata: {name: a}}]", "accepts: [a]", "8:15: `accepts` holds manifests, found a string"),
    ("accepts: [{apiVersion: v1, kind: Pod, metadata: {name: a}}]", "accepts: [{kind: Pod}]", "8:15: a manifest under `accepts` needs apiVersion and kind"),
    ("controls:\n- id", "controls:\n- 7\n- id", "2:3: a control is a mapping, found an integer"),
    (SOUND, "controls: {}\n", "1:11: `controls` must be a list, found a mapping"),
    (SOUND, "code: 7\n", "1:7: `code` must be a text, found an integer"),
    (SOUND, "code: nowhere\n", "1:7: the folder `nowhere` cannot be read: No such file or directory"),
    (SOUND, SOUND + SOUND.partition("\n")[2], "10:7: there is a control `made-up` already; give this one another id"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "says"), WRONG)
def test_the_error_has_its_place_and_its_remedy(tmp_path: Path, old: str, new: str, says: str | None) -> None:
    file = tmp_path / "hardstand.yaml"
    assert old in SOUND
    file.write_text(SOUND.replace(old, new, 1), encoding="utf-8")
    found = declared(str(file))
    faults = [fault.removeprefix(f"{file}:") for fault in found.faults]
    if says is None:
        assert faults == []
        return
    assert len(faults) == 1, faults
    assert faults[0].startswith(says), faults


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    file = tmp_path / "hardstand.yaml"
    text = (
        SOUND.replace("severity: low", "severity: none").replace('"true"', "foo(1) && bar(2)").replace("[Pod]", "[pod]")
    )
    file.write_text(text, encoding="utf-8")
    assert [fault.removeprefix(f"{file}:").partition(": ")[0] for fault in declared(str(file)).faults] == [
        "4:13",
        "5:19",
        "6:15",
        "6:15",
    ]


def test_a_sound_declaration_has_no_faults(tmp_path: Path) -> None:
    file = tmp_path / "hardstand.yaml"
    file.write_text(SOUND, encoding="utf-8")
    found = declared(str(file))
    assert found.faults == ()
    assert [one.id for one in found.customs.controls] == ["made-up"]
