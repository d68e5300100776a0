"""What the page says before any script runs: counts, inputs, what could not be read, and coverage."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hardstand.model.run import Coverage, Run
from hardstand.model.verdict import Action, Severity, Verdict
from hardstand.report.grouping import entries
from hardstand.report.interface import Pages
from hardstand.report.json import summary
from hardstand.report.notes import notes_of


@dataclass(frozen=True, slots=True)
class Bar:
    """Verdicts as parts of a bar that is 100 wide: (verdict, start, width) for each that there are."""

    passed: int
    failed: int
    unknown: int
    not_applicable: int

    @property
    def parts(self) -> list[tuple[str, float, float]]:
        """The parts from left to right."""
        counts = (
            ("fail", self.failed),
            ("unknown", self.unknown),
            ("pass", self.passed),
            ("none", self.not_applicable),
        )
        whole = sum(count for _, count in counts) or 1
        starts = itertools.accumulate((count for _, count in counts), initial=0)
        return [
            (name, round(100 * start / whole, 2), round(100 * count / whole, 2))
            for (name, count), start in zip(counts, starts, strict=False)
            if count
        ]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the coverage table: a control, or an area as a whole."""

    id: str
    summary: str
    severity: str
    bar: Bar


def overview(run: Run, pages: Pages) -> dict[str, Any]:
    """What the template fills in."""
    told = [one for one in run.findings if one.action is not Action.OFF]
    groups = entries(told)
    faults = [entry for entry in groups if entry.verdict is Verdict.FAIL]
    return {
        "run": run,
        "title": ", ".join(one.path for one in run.inputs) or "nothing",
        "when": datetime.fromisoformat(run.evaluated_at).strftime("%-d %B %Y, %H:%M UTC"),
        "numbers": summary(run),
        "faults": sum(len(entry.findings) for entry in faults),
        "causes": len(faults),
        "worst": ", ".join(
            f"{number} {severity.word}"
            for severity in sorted(Severity, reverse=True)
            if (number := sum(entry.severity is severity for entry in faults))
        ),
        "blocking": sum(entry.first.action is Action.BLOCK for entry in groups),
        "unknowns": sum(one.verdict is Verdict.UNKNOWN for one in told),
        "whole": _sum(run.coverage),
        "areas": _areas(run, pages),
        "notes": list(notes_of(run)),
    }


def _areas(run: Run, pages: Pages) -> list[tuple[Line, list[Line]]]:
    """Controls by area, each with how it was answered."""
    ordered = sorted(run.coverage, key=lambda one: (pages[one.control].area, one.control))
    found = []
    for area, group in itertools.groupby(ordered, key=lambda one: pages[one.control].area):
        held = list(group)
        lines = [
            Line(one.control, pages[one.control].summary, pages[one.control].severity, _sum([one])) for one in held
        ]
        found.append((Line(area, f"{len(held)} control{'s' if len(held) > 1 else ''}", "", _sum(held)), lines))
    return found


def _sum(coverage: Sequence[Coverage]) -> Bar:
    return Bar(
        sum(one.passed for one in coverage),
        sum(one.failed for one in coverage),
        sum(one.unknown for one in coverage),
        sum(one.not_applicable for one in coverage),
    )
