"""Pictures that are scripted: findings that are there as long as their line is, and what each fix takes away."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from hardstand.engine import catalog
from hardstand.model.finding import Change, Edit, Finding, Fix, Location, ObjectRef
from hardstand.model.run import Run
from hardstand.model.verdict import Action, Confidence, Severity, Verdict
from hardstand.plan.interface import Judge
from hardstand.plan.source import Source

CONTROL = next(one for one in catalog.load() if one.id == "privileged-container")


@dataclass(frozen=True)
class Fault:
    """A finding, the page that it is in, and which others its fix takes away with it."""

    name: str
    cause: str
    page: int = 0
    tier: str | None = "low"
    severity: Severity = Severity.MEDIUM
    action: Action = Action.WARN
    confidence: Confidence = Confidence.HIGH
    safe: bool | None = True
    """None is without a fix."""
    takes: tuple[str, ...] = ()
    brings: tuple[str, ...] = ()
    clouds: tuple[str, ...] = ()
    """What cannot be told any more once it is fixed."""


def finding(one: Fault, verdict: Verdict = Verdict.FAIL) -> Finding:
    fix = None
    if one.safe is not None:
        gone = tuple(Edit("remove", (name,)) for name in dict.fromkeys((one.name, *one.takes)))
        fix = Fix("Take it away", one.safe, (), Change(one.page, 0, (), gone))
    file = f"page-{one.page}.yaml"
    return Finding(
        one.name, CONTROL.id, CONTROL.area, verdict, None, one.severity, one.confidence, one.tier, one.action,
        ObjectRef("v1", "Pod", None, one.name), (Location(file, 1, 1, 1, 1, one.name, one.name, "", False),),
        "is bad", one.cause, fix, (),
    )  # fmt: skip


class Picture:
    """Pages with a line for each fault, and the judge of them."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = faults
        self.sources = [
            Source(
                f"page-{page}.yaml", json.dumps({one.name: True for one in faults if one.page == page}).encode(), None
            )
            for page in range(max((one.page for one in faults), default=0) + 1)
        ]
        self.judged = 0

    def there(self, changed: Mapping[int, bytes]) -> set[str]:
        return {name for page, source in enumerate(self.sources) for name in json.loads(changed.get(page, source.data))}

    def judge(self, changed: Mapping[int, bytes]) -> Run:
        self.judged += 1
        there = self.there(changed)
        cloudy = {name for one in self.faults if one.name not in there for name in one.clouds}
        found = [
            finding(one, Verdict.UNKNOWN if one.name in cloudy else Verdict.FAIL)
            for one in self.faults
            if one.name in there
        ]
        for one in self.faults:
            if one.name not in there:
                found += [replace(finding(one), id=name, locations=_elsewhere(one, name)) for name in one.brings]
        return Run("0", "now", 0.0, (), (), tuple(found))

    def part(self, numbers: Collection[int]) -> Judge:
        def judge(changed: Mapping[int, bytes]) -> Run:
            run = self.judge(changed)
            files = {self.sources[number].name for number in numbers}
            return replace(run, findings=tuple(one for one in run.findings if one.locations[0].file in files))

        return judge


def _elsewhere(one: Fault, name: str) -> tuple[Location, ...]:
    return (replace(finding(one).locations[0], field=name),)
