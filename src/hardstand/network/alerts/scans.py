"""Scans: one source that tries many ports of a host, many hosts on a port, or hosts and ports across.

Each source's targets (address, protocol, port) are kept with when they were first tried and whether they ever
answered. What a source used in the reference is no target. Whoever scans from outside is not looked for: the internet
always does.
"""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from hardstand.model.verdict import Confidence, Severity
from hardstand.network.alerts.alert import Alert, Judged, Kind, Number, Trace, alert_of
from hardstand.network.alerts.limits import Limits, ScanLimits
from hardstand.network.alerts.pairs import Key, key_of
from hardstand.network.alerts.seen import Seen

_STEP = (
    "Look at the pod while it runs: which process opens these connections (`kubectl debug`). If no monitoring is meant "
    "to, cut it off by a NetworkPolicy that allows nothing, keep it for forensics, and check what answered for signs "
    "of entry."
)
_SHOWN = 12
_PLACES = 2
"""Places that are kept of each target: there are many targets."""


class _Where(NamedTuple):
    """A target; a tuple, since one is made and looked up for every flow."""

    host: str
    protocol: str
    port: int | None

    def __str__(self) -> str:
        return f"{self.host} {self.protocol}{'' if self.port is None else f' {self.port}'}"


@dataclass(slots=True)
class _Target:
    key: Key
    trace: Trace
    answered: bool = False
    failed: bool = False
    known: bool = False
    """It was used in the reference."""

    @property
    def failing(self) -> bool:
        """It was tried in vain, and never answered, now or before."""
        return self.failed and not self.answered


@dataclass(frozen=True, slots=True)
class Scan:
    """An alert, and the flows that it tells of."""

    alert: Alert
    covers: frozenset[Key]


class Scans:
    """Takes flows as they come, and tells at the end."""

    def __init__(self, limits: Limits, since: float | None) -> None:
        self._limits = limits
        self._since = since
        self._targets: dict[str, dict[_Where, _Target]] = {}
        self.left_out: Counter[str] = Counter()
        """Flows to targets beyond those that are kept, by source."""

    def add(self, one: Seen) -> None:
        """Take in one flow."""
        if one.from_outside:
            return
        targets = self._targets.setdefault(one.source, {})
        where = _Where(one.address or one.destination, one.protocol, one.port)
        found = targets.get(where)
        if found is None:
            if len(targets) >= self._limits.scan.kept:
                self.left_out[one.source] += one.count
                return
            found = targets[where] = _Target(key_of(one), Trace(_PLACES))
        found.answered = found.answered or one.answered is True
        if self._since is not None and one.time < self._since:
            found.known = True
            return
        found.failed = found.failed or one.answered is False
        found.trace.add(one.time, one.count, one.place)

    def scans(self, *, compares: bool) -> Iterator[Scan]:
        """Scans by source; across hosts and ports only where neither alone is one. `compares`: with a reference."""
        for source, targets in sorted(self._targets.items()):
            judge = _Judge(source, targets, self._limits, compares=compares)
            found = [*judge.ports(), *judge.hosts()]
            yield from found or judge.across()


class _Judge:
    """One source's targets."""

    def __init__(self, source: str, targets: Mapping[_Where, _Target], limits: Limits, *, compares: bool) -> None:
        self._source = source
        self._places = limits.places
        self._limits: ScanLimits = limits.scan
        self._compares = compares
        self._tried = {where: one for where, one in targets.items() if one.trace.count and self._counts(where, one)}
        self._before = Counter((where.protocol, where.port) for where, one in targets.items() if one.known)

    def _counts(self, where: _Where, one: _Target) -> bool:
        return where.port is None or where.port < self._limits.ephemeral or one.failing

    def ports(self) -> Iterator[Scan]:
        """Many ports of one host."""
        by_host: dict[str, list[_Where]] = defaultdict(list)
        for where in self._tried:
            by_host[where.host].append(where)
        limits = self._limits
        for host, wheres in sorted(by_host.items()):
            failing = self._densest([one for one in wheres if self._tried[one].failing])
            fresh = self._densest([one for one in wheres if not self._tried[one].known]) if self._compares else ()
            group = _Group(Kind.PORT_SCAN, host, "ports", wheres)
            if len(failing) >= limits.ports and len(failing) >= limits.failing * len(wheres):
                yield self._scan(group, failing, limits.ports, Confidence.HIGH)
            elif len(fresh) >= limits.answered_ports:
                yield self._scan(group, fresh, limits.answered_ports, Confidence.MEDIUM)

    def hosts(self) -> Iterator[Scan]:
        """Many hosts on one port."""
        by_port: dict[tuple[str, int | None, bool], list[_Where]] = defaultdict(list)
        for where, one in self._tried.items():
            by_port[where.protocol, where.port, one.key.outside].append(where)
        for (protocol, port, outside), wheres in sorted(by_port.items(), key=str):
            failing = self._densest([one for one in wheres if self._tried[one].failing])
            least = self._limits.outside_hosts if outside else self._limits.hosts
            share = self._limits.outside_failing if outside else self._limits.failing
            called = f"{'outside ' if outside else ''}{protocol}{'' if port is None else f' {port}'}"
            group = _Group(Kind.HOST_SCAN, called, "hosts", wheres)
            if len(failing) >= least and len(failing) >= share * len(wheres):
                yield self._scan(group, failing, least, Confidence.HIGH)
            elif not outside and (found := self._answered(protocol, port, wheres)):
                yield self._scan(group, found, self._limits.answered_hosts, Confidence.MEDIUM)

    def _answered(self, protocol: str, port: int | None, wheres: Sequence[_Where]) -> Sequence[_Where]:
        """New hosts of a port, where these are many and many more than the source called before."""
        if not self._compares:
            return ()
        found = self._densest([one for one in wheres if not self._tried[one].known])
        before = self._before[protocol, port]
        many = len(found) >= max(self._limits.answered_hosts, self._limits.answered_growth * before)
        return found if many else ()

    def across(self) -> Iterator[Scan]:
        """Hosts and ports together."""
        inside = [where for where, one in self._tried.items() if not one.key.outside]
        failing = self._densest([one for one in inside if self._tried[one].failing])
        if len(failing) >= self._limits.targets and len(failing) >= self._limits.failing * len(inside):
            group = _Group(Kind.HOST_SCAN, "hosts and ports", "targets", failing)
            yield self._scan(group, failing, self._limits.targets, Confidence.HIGH)

    def _densest(self, wheres: Sequence[_Where]) -> Sequence[_Where]:
        """The most targets that were first tried within one window."""
        ordered = sorted(wheres, key=self._first)
        times = [self._first(one) for one in ordered]
        best = (0, 0)
        for start, time in enumerate(times):
            end = bisect_right(times, time + self._limits.window)
            if end - start > best[1] - best[0]:
                best = (start, end)
        return ordered[best[0] : best[1]]

    def _first(self, where: _Where) -> float:
        return self._tried[where].trace.first

    def _scan(self, group: "_Group", wheres: Sequence[_Where], limit: int, confidence: Confidence) -> Scan:
        """`wheres` are those that make the scan; what answered in its group is what the scan was for."""
        found = [self._tried[one] for one in wheres]
        open_ = [one for one in group.wheres if self._tried[one].answered and not self._tried[one].known]
        trace = Trace(self._places)
        for one in found:
            trace.join(one.trace)
        failing = sum(one.failing for one in found)
        span = self._first(wheres[-1]) - self._first(wheres[0])
        severity = Severity.HIGH if confidence is Confidence.HIGH else Severity.MEDIUM
        numbers = [
            Number(group.noun, len(wheres), limit),
            Number("unanswered", failing),
            Number("answered", len(open_)),
            Number("span", round(span), self._limits.window, "seconds"),
            Number("an-hour", round(len(wheres) / max(span / 3_600, 1 / 3_600), 1), None, group.noun),
        ]
        how = f"{span:.0f} s" if span <= self._limits.fast else f"{span / 3_600:.1f} h"
        message = (
            f"{self._source} tries {len(wheres)} {group.noun} ({group.subject}) within {how}; {failing} do not answer, "
            f"{len(open_)} new ones do"
        )
        judged = Judged(group.kind, severity, confidence, _STEP)
        shown = [*(f"{one} answered" for one in open_), *(str(one) for one in wheres if one not in open_)]
        alert = alert_of(judged, self._source, group.subject, message, trace, numbers, shown[:_SHOWN])
        return Scan(alert, self._covered(group.wheres))

    def _covered(self, wheres: Sequence[_Where]) -> frozenset[Key]:
        """All that belongs to a scan: its group, and whatever else the source tried in vain."""
        in_vain = (one.key for one in self._tried.values() if one.failing)
        return frozenset((*(self._tried[one].key for one in wheres), *in_vain))


@dataclass(frozen=True, slots=True)
class _Group:
    """All targets of one host, or of one port."""

    kind: Kind
    subject: str
    noun: str
    wheres: Sequence[_Where]
