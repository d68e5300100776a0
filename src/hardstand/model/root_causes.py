"""What one edit decision mends: the notion that reports and plans share."""

from collections.abc import Iterable

from hardstand.model.finding import Finding
from hardstand.model.verdict import Action, Verdict


def by_root_cause(findings: Iterable[Finding]) -> dict[tuple[str, Verdict], list[Finding]]:
    """Findings by root cause and verdict, each group in the order that they came in."""
    groups: dict[tuple[str, Verdict], list[Finding]] = {}
    for one in findings:
        groups.setdefault((one.root_cause, one.verdict), []).append(one)
    return groups


def counts(one: Finding) -> bool:
    """Whether it is something to remove: a fault that is neither excepted nor turned off. What is unknown is none."""
    return one.verdict is Verdict.FAIL and one.action in (Action.BLOCK, Action.WARN)
