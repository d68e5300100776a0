"""Runs for these tests, and pages that do not change when somebody rewords a control."""

import dataclasses
from pathlib import Path

from hardstand.engine.settings import Settings
from hardstand.model.finding import Finding, Fix, Location, ObjectRef
from hardstand.model.run import Coverage, ExceptionState, Input, Run, Tightening, Unreadable
from hardstand.model.verdict import Action, Confidence, Severity, Verdict, Why
from hardstand.report.interface import ControlPage, Pages
from hardstand.wiring import ScanRequest, scan

HERE = Path(__file__).parent
CONTROLS = ("privileged-container", "workload-not-isolated")

HOSTILE = '</script><img src=x onerror="alert(1)">\x1b[31m\x00\ufffe\u202e`|*[a](javascript:alert(1)) @team %0A'
HOSTILE += "::error::,:\n::warning::"
"""A name that would break out of every format, one after the other."""


def page(control: str, area: str, severity: str, frameworks: tuple[str, ...] = ()) -> ControlPage:
    """A control's page in every form that a report asks for."""
    summary = control.replace("-", " ").capitalize()
    sections = {
        "Why": f"It is bad when `{control}`.\n\nAnd {{worse}} later.",
        "Fix": "Mend it at the field. Then look again.",
        "References": "- https://kubernetes.io/docs/",
    }
    text = "\n\n".join([f"{summary}.", *(f"{name}\n    {body}" for name, body in sections.items())])
    return ControlPage(control, area, summary, text, sections, severity, frameworks)


PAGES: Pages = {
    "privileged-container": page("privileged-container", "workload", "critical", ("pss-baseline:privileged", "x:1")),
    "workload-not-isolated": page("workload-not-isolated", "network", "medium", ("production-checklist:P4.1",)),
    "quiet-control": page("quiet-control", "workload", "low"),
}

EMPTY = Run("1.2.3", "2026-11-22T09:30:00Z", 0.0, (), (), ())
BROKEN = Unreadable("estate/broken.yaml", 3, 5, "a tab may not start a line", Why.UNREADABLE)
UNRENDERED = Unreadable("estate/chart", 1, 1, "helm is not here; install hardstand[helm]", Why.NOT_RENDERED)


def scanned(monkeypatch, *, verdicts: bool = False, fail_on: Severity | None = Severity.CRITICAL) -> Run:
    """The small estate beside this file, scanned from here with two controls, with the time held still."""
    monkeypatch.chdir(HERE)
    settings = Settings(fail_on=fail_on, verdicts=verdicts)
    return still(scan(ScanRequest(["estate"], settings=settings, controls=CONTROLS)))


def still(run: Run) -> Run:
    """The same Run at a fixed time, from a fixed version."""
    return dataclasses.replace(run, tool_version="1.2.3", evaluated_at="2026-11-22T09:30:00Z", duration_s=0.25)


def unread(run: Run) -> Run:
    """The same Run with two inputs that could not be looked at."""
    first, *others = run.inputs or (Input("files", "estate", 0, 0, ()),)
    return dataclasses.replace(run, inputs=(dataclasses.replace(first, unreadable=(BROKEN, UNRENDERED)), *others))


def finding(**changes) -> Finding:
    """A fault, unless `changes` say otherwise; `place_` changes its location."""
    place = Location(
        file="a.yaml",
        line=2,
        column=11,
        end_line=2,
        end_column=15,
        field="spec.containers[name=web].securityContext.privileged",
        caption="Pod shop/web, container web",
        excerpt="privil:   true",
        rendered=False,
    )
    place = dataclasses.replace(
        place, **{name[6:]: changes.pop(name) for name in list(changes) if name[:6] == "place_"}
    )
    made = Finding(
        id="00000000000000aa",
        control="privileged-container",
        area="workload",
        verdict=Verdict.FAIL,
        why=None,
        severity=Severity.CRITICAL,
        confidence=Confidence.HIGH,
        tier=None,
        action=Action.WARN,
        object=ObjectRef("v1", "Pod", "shop", "web"),
        locations=(place,),
        message="runs privileged",
        root_cause="privileged-container@directory:.",
        fix=Fix("Take it away", False, ({"op": "remove", "path": "/spec/containers/0/securityContext/privileged"},)),
        frameworks=("pss-baseline:privileged",),
    )
    return dataclasses.replace(made, **changes)


def run_of(*findings: Finding, **changes) -> Run:
    """A Run of these findings."""
    coverage = (
        Coverage("privileged-container", 1, len(findings), 0, 0),
        Coverage("quiet-control", 0, 0, 0, 2),
    )
    made = Run("1.2.3", "2026-11-22T09:30:00Z", 0.25, (Input("files", ".", 2, 1, ()),), coverage, findings)
    return dataclasses.replace(made, **changes)


def hostile_run() -> Run:
    """A Run in which everything that comes from outside is hostile."""
    one = finding(
        object=ObjectRef("v1", HOSTILE, HOSTILE, HOSTILE),
        place_file=f"dir:1/{HOSTILE}",
        place_field=HOSTILE,
        place_caption=f"Pod {HOSTILE}",
        place_excerpt=HOSTILE,
        message=f"has {HOSTILE} {{0}} [here](1)",
        root_cause=HOSTILE,
    )
    waived = dataclasses.replace(one, id="00000000000000ab", action=Action.WAIVED, waiver=HOSTILE)
    unknown = dataclasses.replace(one, id="00000000000000ac", verdict=Verdict.UNKNOWN, why=Why.CRASHED, fix=None)
    fault = Unreadable(HOSTILE, 1, 1, HOSTILE, Why.UNREADABLE)
    lapsed = excepted(
        HOSTILE,
        "lapsed",
        place=HOSTILE,
        owner=HOSTILE,
        reason=HOSTILE,
        ticket=HOSTILE,
        lapsed=1,
        reasons=(f"Pod {HOSTILE}: {HOSTILE}",),
    )
    soon = Tightening(HOSTILE, "2026-12-01", 9, HOSTILE, 1, (one.object,), ("privileged-container",))
    inputs = (Input("files", HOSTILE, 1, 0, (fault,)),)
    return run_of(one, waived, unknown, inputs=inputs, exceptions=(lapsed,), tightening=(soon,))


def excepted(name: str, state: str, **changes) -> ExceptionState:
    """An exception in that state."""
    made = ExceptionState(
        id=name,
        control="privileged-container",
        place="hardstand.yaml:7",
        owner="team-a",
        reason="it has to stay",
        approved_by="ciso",
        ticket="SEC-1",
        expires="2026-12-01",
        days_left=9,
        state=state,
        waived=0,
        lapsed=0,
        reasons=(),
    )
    return dataclasses.replace(made, **changes)
