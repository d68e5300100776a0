"""Callbacks: calls of one workload to one outside destination at regular times, quick or slow, with jitter or
without.

Health checks, scrapes and cron jobs are regular too. So only what goes outside is looked at, each pod by itself (a
cron job's pods call once each, and three replicas in step with themselves are no series together), and not what the
flow table allows or what the reference shows that the workload called before.
"""

from array import array
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import ip_address

from hardstand.model.verdict import Confidence, Severity
from hardstand.network.alerts.alert import SEVERAL, Alert, Judged, Kind, Number, Trace, alert_of
from hardstand.network.alerts.fresh import Fresh
from hardstand.network.alerts.limits import BeaconLimits, Limits
from hardstand.network.alerts.pairs import Key, key_of
from hardstand.network.alerts.regular import Regular, measured, spread
from hardstand.network.alerts.seen import Seen

_NTP = ("UDP", 123)
"""Clocks are set at regular times (RFC 5905, section 7.2)."""
_SHOWN = 12
_OPEN, _SILENT = 64, 900.0
"""Connections of a series that are remembered as open; seconds between two records of one, of which logs of clouds have
60 to 600.
"""
_BY_SCHEDULE = ("[CronJob]", "[Job]")
_STEP = (
    "Find the process that calls and what it sends (the pod's sockets, a capture at its node), and who is behind the "
    "destination. An agent or an update that is meant is declared in the flow table; else isolate the workload."
)


class _Series:
    """Times and sizes of the calls of one pod to one destination."""

    __slots__ = ("_open", "sizes", "times", "trace")

    def __init__(self, places: int) -> None:
        self.times = array("d")
        self.sizes = array("d")
        self.trace = Trace(places)
        self._open: dict[int, float] = {}

    def goes_on(self, one: Seen) -> bool:
        """Tell whether a record is of a connection that was recorded before: some logs tell of an open one again and
        again, at times of their own. After its end TCP leaves a port alone for a while (RFC 9293, section 3.6.1).
        """
        if one.source_port is None or one.protocol != "TCP":
            return False
        before = self._open.pop(one.source_port, None)
        self._open[one.source_port] = one.time
        if len(self._open) > _OPEN:
            del self._open[next(iter(self._open))]
        return before is not None and abs(one.time - before) <= _SILENT


@dataclass(frozen=True, slots=True)
class Beacon:
    """An alert, and the flows that it tells of."""

    alert: Alert
    covers: frozenset[Key]


@dataclass(frozen=True, slots=True)
class _Found:
    """A regular series."""

    key: Key
    regular: Regular
    series: _Series

    @property
    def called(self) -> str:
        return f"{self.key.destination} {self.key.called}"

    @property
    def sizes(self) -> float | None:
        """How much the bytes of calls deviate; None where no record tells them."""
        return spread([one for one in self.series.sizes if one >= 0])


class Beacons:
    """Takes flows as they come, and tells at the end. A call takes 16 bytes."""

    def __init__(self, limits: Limits, since: float | None) -> None:
        self._places = limits.places
        self._limits: BeaconLimits = limits.beacon
        self._since = since
        self._series: dict[Key, dict[str, _Series]] = {}
        self._destinations: Counter[str] = Counter()
        self._callers: dict[str, set[str]] = defaultdict(set)
        self.left_out: Counter[str] = Counter()
        """Calls beyond those that are kept, by workload."""
        self.settled: list[str] = []
        """Regular calls that are no alerts, since the workload made such calls in the reference."""

    def add(self, one: Seen) -> None:
        """Take in one flow."""
        if not one.outside or one.from_outside or (self._since is not None and one.time < self._since):
            return
        if (one.protocol, one.port) == _NTP:
            return
        key = key_of(one)
        pods = self._series.get(key)
        if pods is None:
            if self._destinations[one.source] >= self._limits.series or _nobodys(one.destination):
                self.left_out[one.source] += 0 if _nobodys(one.destination) else one.count
                return
            self._destinations[one.source] += 1
            pods = self._series[key] = {}
            self._callers[one.destination].add(one.source)
        if one.instance not in pods and len(pods) >= self._limits.series:  # Records may name any pod.
            self.left_out[one.source] += one.count
            return
        series = pods.setdefault(one.instance, _Series(self._places))
        if series.goes_on(one):
            return
        series.trace.add(one.time, one.count, one.place)
        if len(series.times) < self._limits.kept:
            series.times.append(one.time)
            series.sizes.append(-1.0 if one.bytes_sent is None else one.bytes_sent / max(one.count, 1))
        else:
            self.left_out[one.source] += one.count

    def beacons(self, fresh: Fresh) -> Iterator[Beacon]:
        """What calls back: one for each workload and destination, or one for a destination that many call."""
        by_destination: dict[str, list[_Found]] = defaultdict(list)
        for key, pods in sorted(self._series.items(), key=lambda one: str(one[0])):
            found = self._most_regular(key, pods)
            if found is None or fresh.declared(key):
                continue
            if fresh.compares and self._settles(key, fresh):
                self.settled.append(f"{key}, every {_span(found.regular.period)}")
            else:
                by_destination[key.destination].append(found)
        for several in by_destination.values():
            if len(several) >= self._limits.common:
                yield Beacon(self._of_many(several), frozenset(one.key for one in several))
            else:
                yield from (Beacon(self._alert(one, compares=fresh.compares), frozenset((one.key,))) for one in several)

    def _settles(self, key: Key, fresh: Fresh) -> bool:
        """Tell whether the workload, or enough others, called it in the reference."""
        if fresh.knew(key.source, key.destination, key.protocol, key.port):
            return True
        return fresh.callers(key.destination) >= self._limits.common_before

    def _most_regular(self, key: Key, pods: Mapping[str, _Series]) -> _Found | None:
        """The pod that calls most often among those that call regularly; else all pods together, as one went on for
        another.
        """
        found = [_Found(key, one, series) for series in pods.values() if (one := self._judged(series)) is not None]
        if not found and len(pods) > 1 and not key.source.endswith(_BY_SCHEDULE):
            whole = _joined(list(pods.values()), self._places)
            found = [_Found(key, one, whole) for one in (self._judged(whole),) if one is not None]
        return max(found, key=lambda one: one.regular.calls, default=None)

    def _judged(self, series: _Series) -> Regular | None:
        limits = self._limits
        if len(series.times) < limits.calls:
            return None
        one = measured(sorted(series.times), limits.within)
        if one is None or one.calls < limits.calls or one.span < limits.span or one.period < limits.shortest:
            return None
        deviation, near = self.needed(one.calls)
        return one if one.deviation <= deviation and one.near >= near else None

    def needed(self, calls: int) -> tuple[float, float]:
        """The limits of deviation and share for so many calls: stricter, the fewer there are."""
        limits = self._limits
        part = min(1.0, (calls - limits.calls) / max(1, limits.enough - limits.calls))
        deviation = limits.deviation_of_few + part * (limits.deviation - limits.deviation_of_few)
        return deviation, limits.near_of_few + part * (limits.near - limits.near_of_few)

    def _alert(self, found: _Found, *, compares: bool) -> Alert:
        limits, key, regular = self._limits, found.key, found.regular
        sizes = found.sizes
        alike = sizes is not None and sizes <= limits.same_size
        common = len(self._callers[key.destination]) >= limits.common
        confidence = Confidence.MEDIUM
        if common or not compares:
            confidence = Confidence.LOW
        elif alike or regular.calls >= limits.enough:
            confidence = Confidence.HIGH
        severity = Severity.HIGH if confidence is Confidence.HIGH else Severity.MEDIUM
        message = f"{key.source} calls {found.called} about every {_span(regular.period)}, {regular.calls} times"
        judged = Judged(Kind.BEACON, severity, confidence, _STEP)
        return alert_of(judged, key.source, found.called, message, found.series.trace, self._numbers(found))

    def _of_many(self, several: Sequence[_Found]) -> Alert:
        """One for all that call a destination."""
        most = max(several, key=lambda one: one.regular.calls)
        trace = Trace(self._places)
        for one in several:
            trace.join(one.series.trace)
        message = f"{len(several)} workloads call {most.called} about every {_span(most.regular.period)}"
        judged = Judged(Kind.BEACON, Severity.MEDIUM, Confidence.MEDIUM, _STEP)
        details = [one.key.source for one in several[:_SHOWN]]
        return alert_of(judged, SEVERAL, most.called, message, trace, self._numbers(most), details)

    def _numbers(self, found: _Found) -> Sequence[Number]:
        limits, regular = self._limits, found.regular
        deviation, near = self.needed(regular.calls)
        callers = len(self._callers[found.key.destination])
        numbers = [
            Number("calls", regular.calls, limits.calls),
            Number("period", round(regular.period, 1), limits.shortest, "seconds"),
            Number("deviation", round(regular.deviation, 3), round(deviation, 3), "of the period"),
            Number("near-period", round(regular.near, 3), round(near, 3), "share"),
            Number("skew", round(regular.skew, 3)),
            Number("span", round(regular.span), limits.span, "seconds"),
            Number("workloads-that-call-it", callers, limits.common),
        ]
        if found.sizes is not None:
            numbers.append(Number("deviation-of-size", round(found.sizes, 3), limits.same_size))
        return numbers


def _joined(pods: Sequence[_Series], places: int) -> _Series:
    out = _Series(places)
    for one in pods:
        out.times.extend(one.times)
        out.sizes.extend(one.sizes)
        out.trace.join(one.trace)
    return out


def _nobodys(destination: str) -> bool:
    """Addresses that are of the node, its cloud or its network, not of somebody outside: RFC 3927, RFC 4291, RFC
    1112.
    """
    try:
        address = ip_address(destination)
    except ValueError:
        return False
    return address.is_link_local or address.is_multicast or address.is_loopback or address.is_unspecified


def _span(seconds: float) -> str:
    return (
        f"{seconds:.0f} s"
        if seconds < 120
        else f"{seconds / 60:.0f} min"
        if seconds < 7200
        else f"{seconds / 3600:.1f} h"
    )
