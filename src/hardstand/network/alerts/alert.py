"""An alert: what was noticed, by which numbers, where it is written, and what to do about it."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

from hardstand.model.flow import Place
from hardstand.model.verdict import Confidence, Severity

SEVERAL = "several workloads"
"""Whose an alert is that is about many."""


class Kind(StrEnum):
    """What was noticed."""

    NEW_FLOW = "new-flow"
    NEW_WORKLOAD = "new-workload"
    PORT_SCAN = "port-scan"
    HOST_SCAN = "host-scan"
    BEACON = "beacon"
    VOLUME = "unusual-volume"
    DNS_TUNNEL = "dns-tunnel"


@dataclass(frozen=True, slots=True)
class Number:
    """One of the numbers that made an alert, and the threshold it was held against, where there is one."""

    name: str
    value: float
    limit: float | None = None
    unit: str = ""


@dataclass(slots=True)
class Trace:
    """When something was seen, how often, and where that is written: the first places, and the last."""

    most: int
    first: float = float("inf")
    last: float = float("-inf")
    count: int = 0
    _places: list[Place] = field(default_factory=list)
    _newest: Place | None = None

    def add(self, time: float, count: int, place: Place) -> None:
        """Take in one more."""
        if time < self.first:
            self.first = time
        if time >= self.last:
            self.last = time
            self._newest = place
        self.count += count
        if len(self._places) < self.most - 1:
            self._places.append(place)

    def join(self, other: "Trace") -> None:
        """Take in another one's."""
        self.first = min(self.first, other.first)
        if other.last >= self.last:
            self.last, self._newest = other.last, other._newest
        self.count += other.count
        self._places = sorted([*self._places, *other._places], key=_order)[: self.most - 1]

    @property
    def places(self) -> Sequence[Place]:
        """In the order of files and lines; only such as are told."""
        found = {*self._places, *(() if self._newest is None else (self._newest,))}
        return sorted((one for one in found if one.file), key=_order)


def _order(one: Place) -> tuple[str, int]:
    return one.file, one.line


@dataclass(frozen=True, slots=True)
class Alert:
    """One cause on one day."""

    id: str
    """Of the kind, the workload, the subject and the day: the same in every run over the same records."""
    kind: Kind
    severity: Severity
    confidence: Confidence
    workload: str
    """Whose it is, and whose budget it takes from."""
    subject: str
    """What it is about, such as the destination."""
    message: str
    first: datetime
    last: datetime
    count: int
    """Flows or lookups."""
    numbers: tuple[Number, ...]
    places: tuple[Place, ...]
    next_step: str
    details: tuple[str, ...] = ()
    """Such as ports or names, the first of them only; `numbers` says how many there are."""

    @property
    def day(self) -> str:
        """In UTC."""
        return self.first.strftime("%Y-%m-%d")


@dataclass(frozen=True, slots=True)
class Judged:
    """What an alert is of its kind."""

    kind: Kind
    severity: Severity
    confidence: Confidence
    next_step: str


def alert_of(
    judged: Judged,
    workload: str,
    subject: str,
    message: str,
    trace: Trace,
    numbers: Sequence[Number],
    details: Sequence[str] = (),
) -> Alert:
    """An alert, with its id."""
    first, last = datetime.fromtimestamp(trace.first, UTC), datetime.fromtimestamp(trace.last, UTC)
    words = "\0".join((judged.kind, workload, subject, first.strftime("%Y-%m-%d")))
    return Alert(
        hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()[:16],
        judged.kind,
        judged.severity,
        judged.confidence,
        workload,
        subject,
        message,
        first,
        last,
        trace.count,
        tuple(numbers),
        tuple(trace.places),
        judged.next_step,
        tuple(details),
    )
