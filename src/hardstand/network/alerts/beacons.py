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
from hardstand.network.alerts.alert import Alert, Judged, Kind, Number, Trace, alert_of
from hardstand.network.alerts.fresh import Fresh, Key, key_of
from hardstand.network.alerts.limits import BeaconLimits, Limits
from hardstand.network.alerts.regular import Regular, measured, spread
from hardstand.network.alerts.seen import Seen

_NTP = ("UDP", 123)
"""Clocks are set at regular times (RFC 5905, section 7.2)."""
_BY_SCHEDULE = ("[CronJob]", "[Job]")
_STEP = (
    "Find the process that calls and what it sends (the pod's sockets, a capture at its node), and who is behind the "
    "destination. An agent or an update that is meant is declared in the flow table; else isolate the workload."
)


class _Series:
    """Times and sizes of the calls of one pod to one destination."""

    __slots__ = ("sizes", "times", "trace")

    def __init__(self, places: int) -> None:
        self.times = array("d")
        self.sizes = array("d")
        self.trace = Trace(places)


@dataclass(frozen=True, slots=True)
class Beacon:
    """An alert, and the flow that it tells of."""

    alert: Alert
    covers: Key


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
        series = pods.setdefault(one.instance, _Series(self._places))
        series.trace.add(one.time, one.count, one.place)
        if len(series.times) < self._limits.kept:
            series.times.append(one.time)
            series.sizes.append(-1.0 if one.bytes_sent is None else one.bytes_sent / max(one.count, 1))
        else:
            self.left_out[one.source] += one.count

    def beacons(self, fresh: Fresh) -> Iterator[Beacon]:
        """What calls back; one for each workload and destination."""
        for key, pods in sorted(self._series.items(), key=lambda one: str(one[0])):
            found = self._most_regular(key, pods)
            if found is None or fresh.declared(key):
                continue
            if fresh.compares and fresh.knew(key.source, key.destination, key.protocol, key.port):
                self.settled.append(f"{key}, every {found[0].period:.0f} s")
            else:
                yield Beacon(self._alert(key, *found, compares=fresh.compares), key)

    def _most_regular(self, key: Key, pods: Mapping[str, _Series]) -> tuple[Regular, _Series] | None:
        """The pod that calls most often among those that call regularly; else all pods together, as one went on for
        another.
        """
        found = [(one, series) for series in pods.values() if (one := self._judged(series)) is not None]
        if not found and len(pods) > 1 and not key.source.endswith(_BY_SCHEDULE):
            whole = _joined(list(pods.values()), self._places)
            found = [(one, whole) for one in (self._judged(whole),) if one is not None]
        return max(found, key=lambda one: one[0].calls, default=None)

    def _judged(self, series: _Series) -> Regular | None:
        limits = self._limits
        if len(series.times) < limits.calls:
            return None
        one = measured(sorted(series.times), limits.within)
        if one is None or one.calls < limits.calls or one.span < limits.span or one.period < limits.shortest:
            return None
        few = one.calls < limits.few
        if one.deviation > (limits.deviation_of_few if few else limits.deviation):
            return None
        if one.near < (limits.near_of_few if few else limits.near) or (not few and abs(one.skew) > limits.skew):
            # Intervals that are all alike have quartiles of noise, whose skew says nothing.
            return one if one.near >= limits.near and one.deviation <= limits.same_size else None
        return one

    def _alert(self, key: Key, found: Regular, series: _Series, *, compares: bool) -> Alert:
        limits = self._limits
        sizes = spread([one for one in series.sizes if one >= 0])
        callers = len(self._callers[key.destination])
        alike = sizes is not None and sizes <= limits.same_size
        common = callers >= limits.common
        confidence = Confidence.MEDIUM
        if compares and not common and (alike or found.calls >= limits.few):
            confidence = Confidence.HIGH
        elif common or not compares:
            confidence = Confidence.LOW
        severity = Severity.HIGH if confidence is Confidence.HIGH else Severity.MEDIUM
        few = found.calls < limits.few
        numbers = [
            Number("calls", found.calls, limits.calls),
            Number("period", round(found.period, 1), limits.shortest, "seconds"),
            Number("deviation", round(found.deviation, 3), limits.deviation_of_few if few else limits.deviation),
            Number("near-period", round(found.near, 3), limits.near_of_few if few else limits.near, "share"),
            Number("skew", round(found.skew, 3), limits.skew),
            Number("span", round(found.span), limits.span, "seconds"),
            Number("workloads-that-call-it", callers, limits.common),
        ]
        if sizes is not None:
            numbers.append(Number("deviation-of-size", round(sizes, 3), limits.same_size))
        port = key.protocol if key.port is None else f"{key.protocol} {key.port}"
        message = (
            f"{key.source} calls {key.destination} on {port} about every {_span(found.period)}, {found.calls} times"
        )
        subject = f"{key.destination} {port}"
        judged = Judged(Kind.BEACON, severity, confidence, _STEP)
        return alert_of(judged, key.source, subject, message, series.trace, numbers)


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
