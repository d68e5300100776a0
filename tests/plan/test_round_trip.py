"""For every fix and every failing case, in every way of writing it: the finding is gone, and nothing else changed."""

import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from hardstand.controls.control import Control
from hardstand.engine import catalog
from hardstand.model.finding import Finding
from hardstand.model.run import Run
from hardstand.model.verdict import Verdict
from hardstand.plan.apply import write
from hardstand.plan.difference import difference
from hardstand.plan.fixes import plan_fixes
from hardstand.plan.interface import Plan
from hardstand.wiring import Held, ScanRequest, scan
from tests.controls.case_files import cases_of, settings_of, subject_of
from tests.plan.forms import FORMS, Flat, block, may_change, missing_lines

LISTS = ("between", "list", "json list")
"""Forms that only Kubernetes has."""


def cases() -> Iterator[Any]:
    for one in catalog.load():
        for case in cases_of(one) if one.fix else ():
            if case["verdict"] == "fail" and not case.get("by_hand"):
                yield pytest.param(one, case, id=f"{one.id}: {case['name']}")


def left_to_a_person() -> Iterator[Any]:
    """Failing cases where some violation of a control with a fix has none."""
    for one in catalog.load():
        for case in cases_of(one) if one.fix else ():
            if case.get("by_hand"):
                yield pytest.param(one, case, id=f"{one.id}: {case['name']}")


def formed() -> Iterator[Any]:
    """Every case in every form that it can have."""
    for parameters in cases():
        one, case = parameters.values
        for form in FORMS:
            if "compose" not in case or form not in LISTS:
                yield pytest.param(one, case, form, id=f"{parameters.id} ({form})")


def is_part(case: Mapping[str, Any]) -> bool:
    """A service that another one extends: it has no image of its own."""
    services = subject_of(case)["services"].values()
    return any("image" not in one and "build" not in one for one in services)


def file_of(case: Mapping[str, Any], folder: Path) -> Path:
    return folder / ("compose.yaml" if "compose" in case else "case.yaml")


def request(folder: Path, one: Control, case: Mapping[str, Any]) -> ScanRequest:
    settings = replace(settings_of(one, case), complete=case.get("complete", False))
    return ScanRequest([str(folder)], settings=settings, jobs=1)


def comments(page: bytes) -> list[bytes]:
    """What stands behind a `#` that begins a comment."""
    return re.findall(rb"(?:^|[ \t])(#[^\r\n]*)", page, re.MULTILINE)


def planned(wish: ScanRequest) -> tuple[Held, Plan]:
    held = Held(wish)
    return held, plan_fixes(held.sources, held.scan, unsafe=True)


def failing(run: Run, one: Control) -> list[Finding]:
    return [found for found in run.findings if found.control == one.id and found.verdict is Verdict.FAIL]


@pytest.mark.parametrize(("one", "case", "form"), list(formed()))
def test_round_trip(one: Control, case: Mapping[str, Any], form: str, tmp_path: Path) -> None:
    file = file_of(case, tmp_path)
    file.write_bytes(FORMS[form](subject_of(case)).encode())
    for at, around in enumerate(case.get("around", ())):
        (tmp_path / f"around-{at}.yaml").write_text(block(around))
    before = file.read_bytes()
    wish = request(tmp_path, one, case)
    held, plan = planned(wish)
    if "compose" in case and is_part(case):
        pytest.skip("what a part leaves open stays unknown, so that its fault cannot be proven gone")
    if failing(plan.after, one):
        # Two controls ask for opposite things; which one holds, a person has to choose.
        reasons = {skipped.reason for skipped in plan.skipped if skipped.finding.control == one.id}
        assert all("it would bring another finding" in reason for reason in reasons), reasons
        wish = replace(wish, controls=[one.id])
        held, plan = planned(wish)
    fixable = [found for found in failing(plan.before, one) if found.fix]
    if "compose" in case and not fixable:
        pytest.skip("the file says it in a way that has no counterpart, and so it has no fix")
    assert fixable, [found.message for found in plan.before.findings]
    assert not failing(plan.after, one), plan.skipped
    assert all("not be written" not in skipped.reason for skipped in plan.skipped), plan.skipped
    for number, data in plan.pages.items():
        source = held.sources[number]
        assert write(str(source.location), source.data, data, [str(tmp_path)]) is None
    again = scan(wish)
    assert again.objects == plan.before.objects
    assert not again.unreadable
    assert difference(plan.before, again).came == ()
    assert not failing(again, one)
    fixed = [found for found in plan.ended if found.fix and found.locations[0].file == str(file)]
    assert missing_lines(before, file.read_bytes(), may_change(before, fixed)) == [], (before, file.read_bytes())
    assert set(comments(file.read_bytes())) <= set(comments(before)), "no comment may come"
    assert planned(wish)[1].pages == {}, "a second time there is nothing left to do"


@pytest.mark.parametrize(("one", "case"), list(left_to_a_person()))
def test_what_takes_a_person_is_left_alone(one: Control, case: Mapping[str, Any], tmp_path: Path) -> None:
    file = file_of(case, tmp_path)
    file.write_text(block(subject_of(case)))
    _, plan = planned(replace(request(tmp_path, one, case), controls=[one.id]))
    alone = [found for found in failing(plan.before, one) if found.fix is None]
    assert alone
    assert {found.id for found in alone} == {found.id for found in failing(plan.after, one)}
    assert plan.skipped == ()


@pytest.mark.parametrize(("one", "case"), list(cases()))
def test_shared_anchors_are_left_alone(one: Control, case: Mapping[str, Any], tmp_path: Path) -> None:
    if "compose" in case:
        pytest.skip("a Compose file is no list")
    file = tmp_path / "case.yaml"
    lines = yaml.dump(subject_of(case), Dumper=Flat, sort_keys=False, width=1000).splitlines()
    text = "apiVersion: v1\nkind: List\nitems:\n- &shared\n" + "".join(f"  {line}\n" for line in lines) + "- *shared\n"
    file.write_text(text)
    for at, around in enumerate(case.get("around", ())):
        (tmp_path / f"around-{at}.yaml").write_text(block(around))
    held, plan = planned(request(tmp_path, one, case))
    if not failing(plan.before, one):
        pytest.skip("two equal objects are innocent here")
    assert str(file) not in {held.sources[number].location for number in plan.pages}
    reasons = {skipped.reason for skipped in plan.skipped if skipped.finding.control == one.id}
    assert reasons
    assert all("the anchor &shared on line 4 is shared by 2 places" in reason for reason in reasons), reasons


def test_a_real_estate(suite: Any, tmp_path: Path) -> None:
    folder = tmp_path / "estate"
    shutil.copytree(suite("realistic-microservices-demo"), folder)
    wish = ScanRequest([str(folder)], jobs=1)
    held, plan = planned(wish)
    assert len(plan.ended) > 100
    for number, data in plan.pages.items():
        source = held.sources[number]
        assert write(str(source.location), source.data, data, [str(folder)]) is None
        fixed = [found for found in plan.ended if found.fix and found.locations[0].file == source.name]
        assert missing_lines(source.data, data, may_change(source.data, fixed)) == []
    again = scan(wish)
    told = difference(plan.before, again)
    assert told.came == ()
    rendered = {one.id for one in plan.before.findings if one.locations[0].rendered}
    assert {one.id for one in plan.ended} - rendered <= {one.id for one in told.ended}
