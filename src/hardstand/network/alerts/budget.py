"""How much a person is told of one workload on one day; what is beyond it is one line, and still in the JSON."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from hardstand.model.verdict import Confidence, Severity
from hardstand.network.alerts.alert import Alert, Kind

_SURE = {Confidence.HIGH: 0, Confidence.MEDIUM: 1, Confidence.LOW: 2}


@dataclass(frozen=True, slots=True)
class Folded:
    """What is not told one by one."""

    workload: str
    day: str
    kinds: Mapping[Kind, int]
    severity: Severity
    """The highest of them."""
    ids: tuple[str, ...]

    def __str__(self) -> str:
        words = ", ".join(f"{kind.value} {count}" for kind, count in sorted(self.kinds.items()))
        more = f"{len(self.ids)} more beyond its budget ({words}), at most {self.severity.word}"
        return f"{self.workload} on {self.day}: {more}"


def in_order(alerts: Iterable[Alert]) -> Sequence[Alert]:
    """The most severe first, then the surest, then the oldest."""
    return sorted(alerts, key=lambda one: (-one.severity, _SURE[one.confidence], one.first, one.workload, one.id))


def within(alerts: Sequence[Alert], budget: int | None) -> tuple[Sequence[Alert], Sequence[Folded]]:
    """The first of each workload and day in the given order, and the rest of each folded. None is no limit."""
    if budget is None:
        return alerts, ()
    told: list[Alert] = []
    beyond: dict[tuple[str, str], list[Alert]] = defaultdict(list)
    used: Counter[tuple[str, str]] = Counter()
    for one in alerts:
        used[one.workload, one.day] += 1
        if used[one.workload, one.day] <= budget:
            told.append(one)
        else:
            beyond[one.workload, one.day].append(one)
    return told, [_folded(*whose, rest) for whose, rest in sorted(beyond.items())]


def _folded(workload: str, day: str, rest: Sequence[Alert]) -> Folded:
    kinds = Counter(one.kind for one in rest)
    return Folded(workload, day, dict(kinds), max(one.severity for one in rest), tuple(one.id for one in rest))
