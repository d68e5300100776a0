"""Past requests are counted as they are judged, one by one; what is kept of them is no larger than what is told."""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from hardstand.model.finding import Finding, ObjectRef
from hardstand.model.past import PastRequest
from hardstand.rehearse.interface import Fault, Log, Refusal, Requests, Untold, Whose

_EXAMPLES = 5
_USERS = 5


@dataclass(slots=True)
class _Group:
    """What is refused of one workload."""

    first: datetime
    last: datetime
    count: int = 0
    users: Counter[str] = field(default_factory=Counter)
    resources: Counter[str] = field(default_factory=Counter)
    faults: dict[tuple[str, str], tuple[Finding, int]] = field(default_factory=dict)


class Refusals:
    """What is refused, by workload and who answers for it."""

    def __init__(self) -> None:
        self._groups: dict[Whose, _Group] = {}

    def add(self, one: PastRequest, whose: Whose, blocking: Sequence[Finding]) -> None:
        """Count a request that is refused for these findings."""
        group = self._groups.setdefault(whose, _Group(one.time, one.time))
        group.first, group.last = min(group.first, one.time), max(group.last, one.time)
        group.count += 1
        group.users[one.user] += 1
        group.resources[one.what] += 1
        told: set[tuple[str, str]] = set()
        for each in blocking:
            key = each.control, each.locations[0].field
            if key not in told:
                told.add(key)
                group.faults[key] = each, group.faults.get(key, (each, 0))[1] + 1

    def told(self, fix: Callable[[str], str]) -> tuple[Refusal, ...]:
        """All of them, the most frequent first."""
        found = [
            Refusal(
                whose,
                one.count,
                one.first,
                one.last,
                tuple(name for name, _ in one.users.most_common(_USERS)),
                dict(sorted(one.resources.items())),
                tuple(_fault(each, count, fix) for each, count in sorted(one.faults.values(), key=_order)),
            )
            for whose, one in self._groups.items()
        ]
        return tuple(sorted(found, key=lambda one: (-one.count, str(one.whose.workload))))


def _order(pair: tuple[Finding, int]) -> tuple[int, str, str]:
    return -pair[0].severity, pair[0].control, pair[0].locations[0].field


def _fault(one: Finding, count: int, fix: Callable[[str], str]) -> Fault:
    place = one.locations[0]
    return Fault(one.control, one.severity.word, one.verdict.value, place.field, one.message, fix(one.control), count)


class Tally:
    """What becomes of past requests, as it is told."""

    def __init__(self) -> None:
        self.met = self.admitted = self.freed = self.passed = self.dry_runs = self.as_sent = 0
        self.refused = Refusals()
        self.still = Refusals()
        self.failed: Counter[int] = Counter()
        self.let_through: Counter[str] = Counter()
        self._refusals = 0
        self._untold: dict[str, list[str]] = defaultdict(list)
        self._counts: Counter[str] = Counter()

    def refuse(self, one: PastRequest, whose: Whose, blocking: Sequence[Finding]) -> None:
        """It would be refused; was it then?"""
        self._refusals += 1
        (self.still if one.failed else self.refused).add(one, whose, blocking)

    def admit(self, one: PastRequest) -> None:
        """It would be let in."""
        if one.failed:
            self.freed += 1
        else:
            self.admitted += 1

    def leave_open(self, one: PastRequest, reason: str) -> None:
        """Nobody can tell."""
        self._counts[reason] += 1
        examples = self._untold[reason]
        said = f"{one.what} {one.namespace or ''}/{one.name}".replace(" /", " ")
        if len(examples) < _EXAMPLES and said not in examples:
            examples.append(said)

    def requests(
        self, asked: int | None, since: datetime | None, logs: Sequence[Log], fix: Callable[[str], str]
    ) -> Requests:
        """All of it."""
        return Requests(
            asked=asked,
            since=since,
            logs=tuple(logs),
            met=self.met,
            judged=self._refusals + self.admitted + self.freed + sum(self.let_through.values()),
            refused=self.refused.told(fix),
            still=self.still.told(fix),
            freed=self.freed,
            let_through=dict(self.let_through),
            admitted=self.admitted,
            passed=self.passed,
            failed=dict(sorted(self.failed.items())),
            dry_runs=self.dry_runs,
            untold=tuple(Untold(reason, count, tuple(self._untold[reason])) for reason, count in self._sorted()),
            as_sent=self.as_sent,
        )

    def _sorted(self) -> Sequence[tuple[str, int]]:
        return sorted(self._counts.items(), key=lambda pair: (-pair[1], pair[0]))


def of_itself(ref: ObjectRef, data: Mapping[str, object]) -> ObjectRef:
    """What to call an object of which nobody knows the owner: its controller, else itself, and of a name that the
    server made the beginning, since the next one is called otherwise."""
    metadata = data.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    references = metadata.get("ownerReferences")
    for one in references if isinstance(references, list) else ():
        if isinstance(one, dict) and one.get("controller") is True and isinstance(one.get("name"), str):
            return ObjectRef(str(one.get("apiVersion")), str(one.get("kind")), ref.namespace, one["name"])
    begun = metadata.get("generateName")
    if isinstance(begun, str) and begun and ref.name.startswith(begun):
        return ObjectRef(ref.api_version, ref.kind, ref.namespace, f"{begun}*")
    return ref
