"""Rounds: what gets in one another's way, what contradicts, and what a fix that brings something leads to."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from hardstand.controls.control import Control
from hardstand.engine import catalog
from hardstand.engine.settings import Settings
from hardstand.model.finding import Change, Edit, Finding, Fix
from hardstand.model.run import Run
from hardstand.model.verdict import Action
from hardstand.plan.fixes import plan_fixes
from hardstand.plan.source import Source
from hardstand.wiring import Held, ScanRequest

POD = """\
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec:
  containers:
  - name: app
    image: registry.example/app:1.2.3
    resources: {limits: {cpu: 1, memory: 1Gi}}
    securityContext:
      privileged: true
      capabilities: {add: [SYS_ADMIN, NET_RAW]}
"""


def held(folder: Path, text: str, **settings: Any) -> Held:
    (folder / "pod.yaml").write_text(text)
    return Held(ScanRequest([str(folder)], settings=Settings(**settings), jobs=1))


def test_edits_of_one_field_come_one_after_another(tmp_path: Path) -> None:
    one = held(tmp_path, POD)
    plan = plan_fixes(one.sources, one.scan, unsafe=True)
    ended = {finding.control for finding in plan.ended}
    assert {"capabilities-not-dropped", "net-raw-not-dropped", "capability-added", "privileged-container"} <= ended
    text = plan.pages[0].decode()
    assert "privileged" not in text
    assert "capabilities: {add: [], drop: [ALL]}" in text
    assert plan.skipped == ()


def test_controls_that_contradict_are_left_to_a_person(tmp_path: Path) -> None:
    one = held(tmp_path, POD, parameters={"cpu-limit-set": {"required": True}})
    plan = plan_fixes(one.sources, one.scan, unsafe=True)
    (skipped,) = plan.skipped
    assert skipped.finding.control == "cpu-limit-set"
    assert skipped.reason.startswith("it would bring another finding: ")
    assert b"limits: {cpu: 1, memory: 1Gi}" in plan.pages[0]
    assert b"privileged" not in plan.pages[0]


@pytest.mark.parametrize("action", [Action.OFF, Action.WAIVED])
def test_what_is_off_or_waived_stays(tmp_path: Path, action: Action) -> None:
    one = held(tmp_path, POD)

    def judge(changed: Mapping[int, bytes]) -> Run:
        run = one.scan(changed)
        return replace(run, findings=tuple(replace(found, action=action) for found in run.findings))

    plan = plan_fixes(one.sources, judge, unsafe=True)
    assert (plan.pages, plan.ended, plan.unsafe, plan.skipped) == ({}, (), (), ())


def scripted(findings: Mapping[str, Edit], spoiled: str) -> tuple[list[Source], Any]:
    """Findings that are there as long as their edit is not made, and another that `spoiled` brings once it is."""
    pods = [found for found in catalog.load() if found.id == "privileged-container"]
    (control,) = pods
    page = b"".join(f"{name}: true\n".encode() for name in findings)

    def judge(changed: Mapping[int, bytes]) -> Run:
        text = changed.get(0, page).decode()
        there = [name for name in findings if f"{name}: true" in text]
        found = [_finding(control, name, findings[name]) for name in there]
        if spoiled not in there:
            found.append(_finding(control, "brought", None))
        return Run("0", "now", 0.0, (), (), tuple(found))

    return [Source("page.yaml", page, None)], judge


def _finding(control: Control, name: str, edit: Edit | None) -> Finding:
    from hardstand.model.finding import Location, ObjectRef
    from hardstand.model.verdict import Verdict

    change = Change(0, 0, (), (edit,)) if edit else None
    return Finding(
        name, control.id, control.area, Verdict.FAIL, None, control.severity, control.confidence, None, Action.WARN,
        ObjectRef("v1", "Pod", None, "p"), (Location("page.yaml", 1, 1, 1, 1, name, name, "", False),), "is bad", name,
        Fix("Take it away", True, (), change), (),
    )  # fmt: skip


@pytest.mark.parametrize("spoiled", ["a", "c", "e"])
def test_a_fix_that_brings_something_is_dropped_alone(spoiled: str) -> None:
    sources, judge = scripted({name: Edit("remove", (name,)) for name in ("a", "b", "c", "d", "e")}, spoiled)
    plan = plan_fixes(sources, judge, unsafe=False)
    assert plan.pages[0] == f"{spoiled}: true\n".encode()
    (skipped,) = plan.skipped
    assert (skipped.finding.id, skipped.reason[:32]) == (spoiled, "it would bring another finding: ")


def test_a_fix_that_does_not_end_its_finding_is_dropped_alone() -> None:
    edits = {"a": Edit("remove", ("a",)), "b": Edit("put", ("b",), True), "c": Edit("remove", ("c",))}
    sources, judge = scripted({**edits, "b": Edit("put", ("x",), 1)}, "none")
    plan = plan_fixes(sources, lambda changed: _without(judge(changed), "brought"), unsafe=False)
    assert plan.pages[0] == b"b: true\n"
    (skipped,) = plan.skipped
    assert skipped.finding.id == "b"
    assert "does not end it" in skipped.reason


def _without(run: Run, name: str) -> Run:
    return replace(run, findings=tuple(found for found in run.findings if found.id != name))


def test_an_edit_that_does_not_fit_is_skipped() -> None:
    sources, judge = scripted({"a": Edit("remove", ("nowhere",)), "b": Edit("remove", ("b",))}, "none")
    plan = plan_fixes(sources, lambda changed: _without(judge(changed), "brought"), unsafe=False)
    assert plan.pages[0] == b"a: true\n"
    assert [one.reason for one in plan.skipped] == ["page.yaml:1:1: what was to be changed is not there"]
