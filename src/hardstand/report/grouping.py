"""Findings by root cause: what one edit would mend is one entry, however often it fires."""

from collections.abc import Iterable
from dataclasses import dataclass

from hardstand.model.finding import Finding
from hardstand.model.root_causes import by_root_cause
from hardstand.model.verdict import Action, Severity, Verdict

_URGENCY = {Action.BLOCK: 0, Action.WARN: 1, Action.WAIVED: 2, Action.OFF: 3}


@dataclass(frozen=True, slots=True)
class Entry:
    """All findings with one root cause and one verdict, in the order of the Run."""

    root_cause: str
    verdict: Verdict
    findings: tuple[Finding, ...]

    @property
    def first(self) -> Finding:
        """The finding that stands for the others: the most urgent, then the first in the Run."""
        return min(self.findings, key=lambda one: _URGENCY[one.action])

    @property
    def severity(self) -> Severity:
        """The worst severity in the entry."""
        return max(one.severity for one in self.findings)

    @property
    def objects(self) -> int:
        """How many objects it fires on."""
        return len({(one.object, one.locations[0].file) for one in self.findings})


def entries(findings: Iterable[Finding]) -> list[Entry]:
    """Group findings; what blocks first, then faults before unknowns, then the worst, then as in the Run."""
    made = [Entry(cause, verdict, tuple(group)) for (cause, verdict), group in by_root_cause(findings).items()]
    return sorted(
        made,
        key=lambda entry: (
            _URGENCY[entry.first.action],
            entry.verdict is not Verdict.FAIL,
            -entry.severity,
            -entry.objects,
            entry.root_cause,
        ),
    )
