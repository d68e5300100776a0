"""A long report is folded evenly: nothing is left out without being counted, and nothing that blocks is folded."""

import dataclasses
import re

from hardstand.model.finding import Finding, ObjectRef
from hardstand.model.run import Run
from hardstand.model.verdict import Action, Severity, Verdict, Why
from hardstand.report import render
from hardstand.report.folding import WHOLE

from .runs import PAGES, finding, run_of

CONTROLS = [one for one in PAGES if PAGES[one].severity != "low"]


def many(number: int, **changes: object) -> list[Finding]:
    """Findings with a root cause each, as the same fault in so many namespaces has."""
    return [
        finding(
            id=f"{at:016x}",
            object=ObjectRef("apps/v1", "Deployment", f"n{at}", "web"),
            root_cause=f"privileged-container@directory:cluster:/n{at}",
            place_caption=f"Deployment n{at}/web, container web",
            **changes,
        )
        for at in range(number)
    ]


def text(run: Run, *, whole: bool = False) -> str:
    return render("text", run, PAGES, whole=whole)


def heads(found: str) -> list[str]:
    return re.findall(r"(?m)^(\w+\[.*?\])", found)


def test_a_short_report_is_told_in_full() -> None:
    run = run_of(*many(WHOLE))
    assert len(heads(text(run))) == WHOLE
    assert text(run) == text(run, whole=True)


def test_of_each_control_one_root_cause_is_told_and_the_others_are_counted() -> None:
    quiet = dataclasses.replace(
        finding(control="quiet-control", severity=Severity.LOW, root_cause="quiet-control@image:a"), id="f" * 16
    )
    found = many(WHOLE, tier="low")
    worse = [dataclasses.replace(one, tier="critical") for one in found[-3:]]
    told = text(run_of(*found[:-3], *worse, quiet))
    assert heads(told) == ["critical[privileged-container]", "low[quiet-control]"]
    names = "Deployment web in 39 namespaces: n1, n10, n11 and 36 more"
    line = f"  and 39 more like it (39 findings, up to tier critical): {names}"
    assert line in told.splitlines()
    assert "41 entries: 40 critical · 1 low; 39 of them only counted here: `--all` tells each" in told
    assert len(heads(text(run_of(*found, quiet), whole=True))) == WHOLE + 1


def test_what_blocks_is_never_folded_and_other_verdicts_and_actions_stay_apart() -> None:
    block = [dataclasses.replace(one, action=Action.BLOCK) for one in many(4)]
    rest = many(WHOLE)[4:]
    unknown = dataclasses.replace(rest[0], verdict=Verdict.UNKNOWN, why=Why.CRASHED, id="a" * 16, fix=None)
    waived = dataclasses.replace(rest[1], action=Action.WAIVED, waiver="e1", root_cause=f"{rest[1].root_cause}/w")
    told = text(run_of(*block, *rest, unknown, waived))
    assert told.count("    blocks") == 4
    assert "    waived by e1" in told
    assert heads(told) == ["critical[privileged-container]"] * 5 + [
        "unknown[privileged-container]",
        "critical[privileged-container]",
    ]


def test_what_is_missing_is_folded_by_kind() -> None:
    missing = [
        dataclasses.replace(
            one,
            id=f"{kind}{one.id[4:]}"[:16],
            verdict=Verdict.UNKNOWN,
            why=Why.NOT_IN_INPUT,
            root_cause=f"not-in-input:{kind}:n{at}",
            message=f"the input holds no {kind} of namespace n{at}",
            fix=None,
        )
        for kind in ("NetworkPolicy.networking.k8s.io", "ResourceQuota")
        for at, one in enumerate(many(25))
    ]
    told = text(run_of(*missing))
    assert heads(told) == ["unknown[not-in-input]"] * 2
    assert "no NetworkPolicy" in told
    assert "no ResourceQuota" in told
    assert told.count("  and 24 more like it (24 findings): ") == 2


def test_many_controls_that_cannot_answer_are_counted_too() -> None:
    gap = {"verdict": Verdict.UNKNOWN, "why": Why.NOT_IN_INPUT, "root_cause": "not-in-input:Secret:n", "fix": None}
    found = [finding(id=f"{at:016x}", control=f"control-{at}", **gap) for at in range(9)]
    assert "cannot be judged by control-0, control-1, control-2, control-3, control-4, control-5 and 3 more" in text(
        run_of(*found)
    )
    assert "control-5, control-6, control-7, control-8\n" in text(run_of(*found), whole=True)
