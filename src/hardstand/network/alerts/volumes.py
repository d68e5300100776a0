"""Unusual volume: what a workload sent to a class of destinations in an hour or a day, against its own past.

The classes: outside, and each namespace. What visitors from outside are sent counts for the workload that they called.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from hardstand.model.verdict import Confidence, Severity
from hardstand.network.alerts.alert import Alert, Judged, Kind, Number, Trace, alert_of
from hardstand.network.alerts.limits import Limits, VolumeLimits
from hardstand.network.alerts.seen import OUTSIDE, Known, Seen

_HOUR, _HOURS = 3_600, 24
_MAD = 1.4826
"""Makes a median absolute deviation comparable to a standard deviation (Iglewicz and Hoaglin)."""
_STEP = (
    "See what was copied: the job or the person that ran it, the largest flows among the places. If it was meant (a "
    "backup, a migration), nothing is to do, and tomorrow it is part of the past; else take it for a leak of data."
)


@dataclass(frozen=True, slots=True, order=True)
class Way:
    """From a workload to a class of destinations."""

    workload: str
    to: str
    """`outside`, `visitors`, or a namespace."""
    moved: str
    """`sent`, or `fetched` for answers."""

    def __str__(self) -> str:
        return f"{self.moved} {'from' if self.moved == 'fetched' else 'to'} {self.to}"


class Volumes:
    """Sums of bytes by hour; takes flows as they come, and tells at the end."""

    def __init__(self, limits: Limits, since: float | None) -> None:
        self._places = limits.places
        self._limits: VolumeLimits = limits.volume
        self._since = since
        self._before: dict[Way, Counter[int]] = defaultdict(Counter)
        self._now: dict[Way, Counter[int]] = defaultdict(Counter)
        self._largest: dict[tuple[Way, int], list[tuple[int, float, Seen]]] = {}
        self._workloads: set[str] = set()
        self.untold = 0
        """Flows without bytes."""

    def add(self, one: Seen) -> None:
        """Take in one flow."""
        if one.bytes_sent is None and one.bytes_received is None:
            self.untold += one.count
            return
        hour = int(one.time // _HOUR)
        before = self._since is not None and one.time < self._since
        if before:
            self._workloads.add(one.destination if one.from_outside else one.source)
        sums = self._before if before else self._now
        for way, size in _ways(one):
            sums[way][hour] += size
            if not before and size:
                self._keep(way, hour, size, one)

    def _keep(self, way: Way, hour: int, size: int, one: Seen) -> None:
        """The largest flows of an hour say where to look."""
        kept = self._largest.setdefault((way, hour), [])
        if len(kept) < self._places or size > kept[-1][0]:
            kept.append((size, one.time, one))
            kept.sort(key=lambda each: -each[0])
            del kept[self._places :]

    def alerts(self, known: Known) -> Iterator[Alert]:
        """Hours and days above the past; without a reference none. An hour speaks for its day."""
        for way, hours in sorted(self._now.items()):
            if way.workload not in self._workloads:
                continue
            before = self._before.get(way, Counter())
            by_day: dict[int, Counter[int]] = defaultdict(Counter)
            for hour, size in hours.items():
                by_day[hour // _HOURS][hour] = size
            for _, sums in sorted(by_day.items()):
                yield from self._day(way, sums, before, known)

    def _day(self, way: Way, sums: Mapping[int, int], before: Mapping[int, int], known: Known) -> Iterator[Alert]:
        limits = self._limits
        values = [size for size in before.values() if size > 0]
        over = [hour for hour, size in sums.items() if self._over(size, values, limits.hour_bytes)]
        if not values:
            over = [
                hour for hour, size in sums.items() if size >= limits.first_bytes and self._is_odd(way, hour, known)
            ]
        if over:
            worst = max(over, key=lambda one: sums[one])
            yield self._alert(way, "hour", sums[worst], values, over, len(over))
            return
        days: Counter[int] = Counter()
        for hour, size in before.items():
            days[hour // _HOURS] += size
        if len(days) >= limits.days and self._over(sum(sums.values()), list(days.values()), limits.day_bytes):
            yield self._alert(way, "day", sum(sums.values()), list(days.values()), list(sums), 1)

    def _is_odd(self, way: Way, hour: int, known: Known) -> bool:
        """Of a way that was never gone: tell whether its largest flow is not one that the flow table allows."""
        return not known.declared(self._largest[way, hour][0][2])

    def _over(self, size: int, values: Sequence[int], least: int) -> bool:
        limits = self._limits
        needed = limits.hours if least == limits.hour_bytes else limits.days
        if size < least or len(values) < needed or size < limits.above_most * max(values):
            return False
        middle, deviation = _robust(values, limits.narrowest)
        return math.log2(size) - middle >= limits.deviations * deviation

    def _alert(self, way: Way, unit: str, size: int, values: Sequence[int], hours: Sequence[int], count: int) -> Alert:
        limits = self._limits
        trace = Trace(self._places)
        largest = sorted((one for hour in hours for one in self._largest.get((way, hour), ())), key=lambda one: -one[0])
        for _, time, one in largest[: self._places]:
            trace.add(time, one.count, one.place)
        numbers = [Number(f"in-the-{unit}", size, limits.hour_bytes if unit == "hour" else limits.day_bytes, "bytes")]
        if values:
            middle, deviation = _robust(values, limits.narrowest)
            numbers += [
                Number("median-before", round(2**middle), None, "bytes"),
                Number("most-before", max(values), None, "bytes"),
                Number("deviations", round((math.log2(size) - middle) / deviation, 1), limits.deviations),
                Number("by-most-before", round(size / max(values), 1), limits.above_most),
            ]
            told = f"{size / max(values):.0f} times the most before"
        else:
            told = "never before"
        numbers += [Number(f"{unit}s-before", len(values), limits.hours if unit == "hour" else limits.days)]
        numbers += [Number("hours-over", count)] if unit == "hour" else []
        out = way.to in (OUTSIDE, "visitors") and way.moved == "sent"
        judged = Judged(
            Kind.VOLUME,
            Severity.HIGH if out else Severity.MEDIUM,
            Confidence.HIGH if values else Confidence.MEDIUM,
            _STEP,
        )
        message = f"{way.workload} has {size / 1e6:.0f} MB {way} in one {unit}, {told}"
        details = [
            f"{one.source} → {one.destination} {one.protocol} {one.port}: {size_} bytes" for size_, _, one in largest
        ]
        return alert_of(judged, way.workload, str(way), message, trace, numbers, details[: self._places])


def _ways(one: Seen) -> Iterator[tuple[Way, int]]:
    sent, received = one.bytes_sent or 0, one.bytes_received or 0
    if one.from_outside:
        yield Way(one.destination, "visitors", "sent"), received
        return
    to = OUTSIDE if one.outside else one.destination.split("/", 1)[0]
    yield Way(one.source, to, "sent"), sent
    if not one.outside:
        yield Way(one.source, to, "fetched"), received


def _robust(values: Sequence[int], narrowest: float) -> tuple[float, float]:
    """The median of logarithms to base 2, and the robust deviation, which is never less than `narrowest`."""
    logs = [math.log2(max(one, 1)) for one in values]
    middle = median(logs)
    return middle, max(_MAD * median(abs(one - middle) for one in logs), narrowest)
