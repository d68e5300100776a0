"""What two runs over the same input tell apart: findings that ended, and findings that came."""

from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from hardstand.model.finding import Finding
from hardstand.model.known import place_of
from hardstand.model.run import Run, Unreadable

_Key: TypeAlias = Callable[[Finding], Hashable]


@dataclass(frozen=True, slots=True)
class Difference:
    """Findings are the same by id and verdict; what has another id, by place and verdict.

    A finding that was unknown and now fails has come: it is worse than before.
    """

    ended: tuple[Finding, ...]
    came: tuple[Finding, ...]
    unreadable: tuple[Unreadable, ...]
    """What could be read before and cannot any more."""


def difference(before: Run, after: Run) -> Difference:
    """What changed from one run to the other."""
    ended, came = _unmatched(before.findings, after.findings, lambda one: (one.id, one.verdict))
    ended, came = _unmatched(ended, came, lambda one: (place_of(one), one.verdict))
    old = Counter((fault.path, fault.reason) for fault in before.unreadable)
    faults = []
    for fault in after.unreadable:
        old[fault.path, fault.reason] -= 1
        if old[fault.path, fault.reason] < 0:
            faults.append(fault)
    return Difference(tuple(ended), tuple(came), tuple(faults))


def _unmatched(
    left: Sequence[Finding], right: Sequence[Finding], key: _Key
) -> tuple[Sequence[Finding], Sequence[Finding]]:
    return _rest(left, Counter(map(key, right)), key), _rest(right, Counter(map(key, left)), key)


def _rest(findings: Sequence[Finding], others: "Counter[Hashable]", key: _Key) -> list[Finding]:
    rest = []
    for one in findings:
        name = key(one)
        if others[name] > 0:
            others[name] -= 1
        else:
            rest.append(one)
    return rest
