"""Python controls: run only with leave, proven like those of the catalog, and errors with a place and no traceback."""

# ruff: noqa: E501 - a table reads best a row a line

import multiprocessing
import pickle
from dataclasses import replace
from pathlib import Path

import pytest

from hardstand.baseline.custom import Code, Customs
from hardstand.baseline.load import built_in
from hardstand.engine import catalog
from hardstand.engine.code import CodeError, controls_of, refusal
from hardstand.engine.custom_tests import run_tests
from hardstand.engine.settings import Settings
from hardstand.wiring import ScanRequest, scan

CONTROL = '''"""Container runs the latest tag.

Why
    It moves.

Fix
    Pin it.
"""

from hardstand.controls.api import LOW, MINIMUM, WEEK_1, Violations, control
from hardstand.inventory.views.container import Container


@control(severity=LOW, stage=WEEK_1, maturity=MINIMUM, frameworks=())
def check(container: Container) -> Violations:
    """No latest."""
    if (container.image or "").endswith(":latest"):
        yield container.violates("runs latest", "image")
'''
CASES = """cases:
- name: latest
  verdict: fail
  at: ["spec.containers[name=app].image"]
  container: {image: "a:latest"}
- name: pinned
  verdict: pass
  container: {image: "a:1"}
"""


def code(text: str = CONTROL, cases: str = CASES, name: str = "no_latest.py") -> Code:
    return Code("controls", ((name, text.encode()), ("no-latest.yaml", cases.encode())))


def test_without_leave_nothing_is_looked_at() -> None:
    assert refusal(code(), allowed=False) == (
        "the baseline's code folder controls holds 1 Python control",
        "allow it to run with --allow-code, or remove `code`",
    )
    assert refusal(code(), allowed=True) is None
    assert refusal(Code("controls", (("_helper.py", b""), ("a.yaml", b""))), allowed=False) is None


def test_a_file_gives_its_control() -> None:
    (one,) = controls_of(code())
    assert (one.id, one.area, one.summary) == ("no-latest", "custom", "Container runs the latest tag")
    assert one.module.startswith("hardstand_custom.controls_")
    assert one.reported, "nobody proves that it does not look at a status"


def test_its_cases_are_run() -> None:
    outcome = run_tests(Customs(code=code()))
    assert (outcome.controls, outcome.tests, outcome.failures) == (1, 2, ())


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("verdict: pass", "verdict: fail", "pinned: expected fail, and the control says pass"),
        ("verdict: pass", "verdict: fine", "`verdict` must be one of pass, fail, unknown, not-applicable"),
        ("verdict: pass", "verdict: unknown", "`why` goes with unknown and not-applicable, and is one of not-in-input"),
        ("name: pinned", "nam: pinned", "unknown key `nam`"),
        ("[name=app].image", "[name=app].tag", "latest: the violations are at spec.containers[name=app].image"),
        ('container: {image: "a:1"}', "object: {kind: Pod}", "the object has kind but no apiVersion"),
        (
            'container: {image: "a:1"}',
            "object: {apiVersion: v1, kind: Service, metadata: {name: a}}",
            "the control does not look at the case's object",
        ),
        (
            'container: {image: "a:1"}',
            'container: {image: "a:1"}\n  parameters: {a: 1}',
            "no-latest has no parameter `a`",
        ),
        (CASES, "cases: []", "a case file holds one document with the key `cases`"),
        (CASES, "cases: [", "expected"),
    ],
)
def test_a_case_that_is_wrong_is_a_failure(old: str, new: str, says: str) -> None:
    assert old in CASES
    failures = run_tests(Customs(code=code(cases=CASES.replace(old, new)))).failures
    assert failures
    assert any(says in one.message for one in failures) or (says == "expected" and failures[0].line)


def test_a_control_without_cases_is_a_failure() -> None:
    (failure,) = run_tests(Customs(code=Code("controls", (("no_latest.py", CONTROL.encode()),)))).failures
    assert failure.message == "the control has no case file no-latest.yaml beside it"


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("def check(", "def check[", "controls/no_latest.py:15:31: "),
        ("from hardstand.inventory.views.container import Container", "import nowhere_to_be_found", "controls/no_latest.py:11: ModuleNotFoundError: No module named 'nowhere_to_be_found'"),
        ("@control(severity=LOW,", "1 / 0\n@control(severity=LOW,", "controls/no_latest.py:14: ZeroDivisionError: division by zero"),
        ("@control(severity=LOW,", "raise SystemExit(0)\n@control(severity=LOW,", "controls/no_latest.py:14: SystemExit: 0"),
        ("@control(severity=LOW, stage=WEEK_1, maturity=MINIMUM, frameworks=())\n", "", "controls/no_latest.py: the file must hold exactly one control, and holds 0; decorate its function `check`"),
        ("container: Container", "container", "controls/no_latest.py: "),
        ("container: Container", "container: int", "controls/no_latest.py: the file: annotate the first parameter of its function"),
        ("Container runs the latest tag.", "Container runs the latest tag", "controls/no_latest.py:1:1: the first line is not a sentence with a full stop"),
        ("Fix\n", "Mend\n", "controls/no_latest.py:1:1: `Mend` stands at the margin"),
        ("frameworks=()", "frameworks=('nope:1',)", "controls/no_latest.py:1:1: there is no framework requirement `nope:1`"),
    ],
)  # fmt: skip
def test_an_error_has_its_place_and_no_traceback(old: str, new: str, says: str) -> None:
    assert old in CONTROL
    with pytest.raises(CodeError) as caught:
        controls_of(code(CONTROL.replace(old, new)))
    assert str(caught.value.faults[0]).startswith(says)
    assert "Traceback" not in str(caught.value)


def test_a_name_that_is_no_module_is_told() -> None:
    with pytest.raises(CodeError, match=r"controls/no-latest\.py: the name of a control's file is letters"):
        controls_of(code(name="no-latest.py"))


def test_an_id_of_ours_cannot_be_taken() -> None:
    with pytest.raises(ValueError, match="more than one control has the id privileged-container"):
        catalog.with_custom(Customs(code=code(name="privileged_container.py")))


def test_other_bytes_are_another_control() -> None:
    changed = CONTROL.replace(":latest", ":stable")
    assert controls_of(code())[0].module != controls_of(code(changed))[0].module


def _ids(customs: Customs) -> list[str]:
    return [one.id for one in catalog.with_custom(customs) if one.area == "custom"]


def test_a_process_that_inherits_nothing_loads_it_again() -> None:
    customs = pickle.loads(pickle.dumps(Customs(code=code())))
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        assert pool.apply(_ids, (customs,)) == ["no-latest"]


def test_a_scan_holds_it_in_every_process(tmp_path: Path) -> None:
    for at in range(4):
        tag = "latest" if at % 2 else "1.0"
        (tmp_path / f"{at}.yaml").write_text(
            f"apiVersion: v1\nkind: Pod\nmetadata: {{name: p{at}}}\nspec:\n  containers: [{{name: a, image: 'x:{tag}'}}]\n",
            encoding="utf-8",
        )
    request = ScanRequest(
        [str(tmp_path)],
        settings=Settings(baseline=replace(built_in(), customs=Customs(code=code()))),
        controls=["no-latest"],
        jobs=3,
    )
    found = scan(request)
    assert [one.locations[0].file.rpartition("/")[2] for one in found.findings] == ["1.yaml", "3.yaml"]
    assert [(one.control, one.passed, one.failed) for one in found.coverage] == [("no-latest", 2, 2)]
