"""Unusual volume: what a workload sent to a class of destinations in an hour or a day, against its own past.

The classes: outside, and each namespace. What visitors from outside are sent counts for the workload that they called.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import NamedTuple

from hardstand.model.verdict import Confidence, Severity
from hardstand.network.alerts.alert import Alert, Judged, Kind, Number, Trace, alert_of
from hardstand.network.alerts.limits import Limits, VolumeLimits
from hardstand.network.alerts.seen import OUTSIDE, Known, Seen

VISITORS = "visitors"
"""Whoever calls a workload from outside."""
_HOUR, _HOURS = 3_600, 24
_MAD = 1.4826
"""Makes a median absolute deviation comparable to a standard deviation (Iglewicz and Hoaglin)."""
_STEP = (
    "See what was copied: the job or the person that ran it, the largest flows among the places. If it was meant (a "
    "backup, a migration), nothing is to do, and tomorrow it is part of the past; else take it for a leak of data."
)


class Way(NamedTuple):
    """From a workload to a class of destinations. (A tuple, since they are looked up for every flow.)"""

    workload: str
    to: str
    """`outside`, `visitors`, or a namespace."""
    moved: str
    """`sent`, or `fetched` for answers."""

    def __str__(self) -> str:
        return f"{self.moved} {'from' if self.moved == 'fetched' else 'to'} {self.to}"


class _Large(NamedTuple):
    """A flow that says where to look."""

    size: int
    flow: Seen


@dataclass(slots=True)
class _Day:
    """The flows of a way on a day: how many, and the largest."""

    count: int = 0
    largest: list[_Large] = field(default_factory=list)

    def add(self, size: int, one: Seen, most: int) -> None:
        self.count += one.count
        if len(self.largest) < most or size > self.largest[-1].size:
            self.largest.append(_Large(size, one))
            self.largest.sort(key=lambda each: each.size, reverse=True)
            del self.largest[most:]


@dataclass(frozen=True, slots=True)
class _Scale:
    """Hours or days: what is summed, and what is needed to judge a sum."""

    unit: str
    values: Sequence[int]
    """Sums of the reference, without those of nothing."""
    least: int
    needed: int
    above: float
    sure: bool
    """The reference has a week."""


class Volumes:
    """Sums of bytes by hour; takes flows as they come, and tells at the end."""

    def __init__(self, limits: Limits, since: float | None) -> None:
        self._places = limits.places
        self._limits: VolumeLimits = limits.volume
        self._since = since
        self._before: dict[Way, dict[int, int]] = {}
        self._now: dict[Way, dict[int, int]] = {}
        self._days: dict[tuple[Way, int], _Day] = {}
        self._workloads: set[str] = set()
        self.untold = 0
        """Flows without bytes."""

    def add(self, one: Seen) -> None:
        """Take in one flow."""
        sent, received = one.bytes_sent, one.bytes_received
        if sent is None and received is None:
            self.untold += one.count
            return
        if one.from_outside:
            self._sum(Way(one.destination, VISITORS, "sent"), received or 0, one)
        elif one.outside:
            self._sum(Way(one.source, OUTSIDE, "sent"), sent or 0, one)
        else:
            namespace = one.destination.partition("/")[0]
            self._sum(Way(one.source, namespace, "sent"), sent or 0, one)
            self._sum(Way(one.source, namespace, "fetched"), received or 0, one)

    def _sum(self, way: Way, size: int, one: Seen) -> None:
        hour = int(one.time // _HOUR)
        if self._since is not None and one.time < self._since:
            self._workloads.add(way.workload)
            sums = self._before.setdefault(way, {})
        else:
            sums = self._now.setdefault(way, {})
            day = self._days.get((way, hour // _HOURS))
            if day is None:
                day = self._days[way, hour // _HOURS] = _Day()
            day.add(size, one, self._places)
        sums[hour] = sums.get(hour, 0) + size

    def alerts(self, known: Known) -> Iterator[Alert]:
        """Hours and days above the past; without a reference none. An hour speaks for its day."""
        for way, hours in sorted(self._now.items()):
            if way.workload not in self._workloads:
                continue
            by_day: dict[int, dict[int, int]] = defaultdict(dict)
            for hour, size in hours.items():
                by_day[hour // _HOURS][hour] = size
            for day, sums in sorted(by_day.items()):
                yield from self._judged(way, self._days[way, day], sums, known)

    def _judged(self, way: Way, day: _Day, sums: Mapping[int, int], known: Known) -> Iterator[Alert]:
        by_hour, by_day = self._scales(self._before.get(way, {}))
        if by_hour.values:
            over = [hour for hour, size in sums.items() if self._over(size, by_hour)]
        elif known.declared(day.largest[0].flow):
            over = []
        else:
            over = [hour for hour, size in sums.items() if size >= self._limits.first_bytes]
        if over:
            yield self._alert(way, max(sums[hour] for hour in over), by_hour, day, over)
        elif self._over(sum(sums.values()), by_day):
            yield self._alert(way, sum(sums.values()), by_day, day, list(sums))

    def _scales(self, before: Mapping[int, int]) -> tuple[_Scale, _Scale]:
        limits = self._limits
        days: Counter[int] = Counter()
        for hour, size in before.items():
            days[hour // _HOURS] += size
        few = len(days) < limits.enough_days
        above = limits.above_most_of_few if few else limits.above_most
        hours = [size for size in before.values() if size > 0]
        return (
            _Scale("hour", hours, limits.hour_bytes, limits.hours, limits.above_most, not few),
            _Scale("day", [size for size in days.values() if size > 0], limits.day_bytes, limits.days, above, not few),
        )

    def _over(self, size: int, scale: _Scale) -> bool:
        values, limits = scale.values, self._limits
        if size < scale.least or len(values) < scale.needed or size < scale.above * max(values):
            return False
        middle, deviation = _robust(values, limits.narrowest)
        return math.log2(size) - middle >= limits.deviations * deviation

    def _alert(self, way: Way, size: int, scale: _Scale, day: _Day, hours: Sequence[int]) -> Alert:
        within = set(hours)
        largest = [one for one in day.largest if int(one.flow.time // _HOUR) in within] or day.largest
        trace = Trace(self._places)
        for one in largest:
            trace.add(one.flow.time, one.flow.count, one.flow.place)
        trace.count, trace.first, trace.last = day.count, min(hours) * _HOUR, (max(hours) + 1) * _HOUR - 1
        out = way.to in (OUTSIDE, VISITORS) and way.moved == "sent"
        before = scale.values
        severity = Severity.HIGH if out else Severity.MEDIUM
        sure = Confidence.HIGH if scale.sure else Confidence.MEDIUM
        judged = Judged(Kind.VOLUME, severity, sure, _STEP)
        told = f"{size / max(before):.0f} times the most before" if before else "never before"
        message = f"{way.workload} has {size / 1e6:.0f} MB {way} in one {scale.unit}, {told}"
        numbers = [
            *self._numbers(size, scale),
            Number(f"{scale.unit}s-over", len(hours) if scale.unit == "hour" else 1),
        ]
        return alert_of(judged, way.workload, str(way), message, trace, numbers, [_told(one) for one in largest])

    def _numbers(self, size: int, scale: _Scale) -> Iterator[Number]:
        values = scale.values
        least = scale.least if values else self._limits.first_bytes
        yield Number(f"in-the-{scale.unit}", size, least, "bytes")
        yield Number(f"{scale.unit}s-before", len(values), scale.needed if values else None)
        if values:
            middle, deviation = _robust(values, self._limits.narrowest)
            yield Number("median-before", round(2**middle), None, "bytes")
            yield Number("most-before", max(values), None, "bytes")
            yield Number("by-most-before", round(size / max(values), 1), scale.above)
            yield Number("deviations", round((math.log2(size) - middle) / deviation, 1), self._limits.deviations)


def _told(one: _Large) -> str:
    flow = one.flow
    port = "" if flow.port is None else f" {flow.port}"
    return f"{flow.source} → {flow.destination} {flow.protocol}{port}: {one.size} bytes"


def _robust(values: Sequence[int], narrowest: float) -> tuple[float, float]:
    """The median of logarithms to base 2, and the robust deviation, which is never less than `narrowest`."""
    logs = [math.log2(max(one, 1)) for one in values]
    middle = median(logs)
    return middle, max(_MAD * median(abs(one - middle) for one in logs), narrowest)
