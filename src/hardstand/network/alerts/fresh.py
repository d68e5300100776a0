"""Flows that were not there before: between which workloads and ports, and to whom outside.

All different pairs are kept, of the reference and of the time that is judged, so that the order of records does not
matter.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from hardstand.model.verdict import Confidence, Severity
from hardstand.network.alerts.alert import SEVERAL, Alert, Judged, Kind, Number, Trace, alert_of
from hardstand.network.alerts.limits import Limits
from hardstand.network.alerts.pairs import Key, area_of, is_address, key_of
from hardstand.network.alerts.seen import Known, Seen

_FLOW_STEP = (
    "Ask the workload's owner whether it is meant. If so, declare it in the flow table with its reason; if not, refuse "
    "it by a NetworkPolicy and look at what began it."
)
_WORKLOAD_STEP = (
    "See who deployed it (the audit log, the owner in the manifest) and whether its flows are declared; a workload "
    "that nobody asked for is to be stopped, and its image kept."
)
_SHOWN = 10


@dataclass(slots=True)
class _Pair:
    trace: Trace
    declared: bool
    unanswered: bool = True
    sent: int = 0


class Fresh:
    """Takes flows as they come, and tells at the end what is new."""

    def __init__(self, limits: Limits, known: Known, since: float | None) -> None:
        self._limits = limits
        self._declared = known.declared
        self._since = since
        self._before: set[Key] = set()
        self._now: dict[Key, _Pair] = {}
        self._outside: Counter[str] = Counter()
        self._areas: set[tuple[str, str, str, int | None]] | None = None
        self._callers: Counter[str] | None = None
        self.left_out: Counter[str] = Counter()
        """Flows of outside destinations beyond those that are kept, by workload."""
        self.wide: Counter[str] = Counter()
        """New outside destinations of workloads that call many, by workload: these are no alerts."""
        self.told: set[Key] = set()
        """What alerts told of."""

    def add(self, one: Seen) -> None:
        """Take in one flow."""
        key = key_of(one)
        if self._since is not None and one.time < self._since:
            if key not in self._before and self._room(key):
                self._before.add(key)
            return
        pair = self._now.get(key)
        if pair is None:
            if not self._room(key):
                self.left_out[key.source] += one.count
                return
            pair = self._now[key] = _Pair(Trace(self._limits.places), self._declared(one))
        pair.trace.add(one.time, one.count, one.place)
        pair.unanswered = pair.unanswered and one.answered is False
        pair.sent += one.bytes_sent or 0

    def _room(self, key: Key) -> bool:
        if not key.outside:
            return True
        self._outside[key.source] += 1
        return self._outside[key.source] <= self._limits.scan.kept

    @property
    def compares(self) -> bool:
        """Tell whether there is a reference to compare with."""
        return bool(self._before)

    @property
    def _workloads(self) -> Collection[str]:
        return {
            one
            for key in self._before
            for one, out in ((key.source, key.from_outside), (key.destination, key.outside))
            if not out and not is_address(one)
        }

    def knew(self, source: str, destination: str, protocol: str, port: int | None) -> bool:
        """Tell whether a workload called the owner of an outside destination on that port in the reference."""
        if self._areas is None:
            self._areas = {(one.source, one.area, one.protocol, one.port) for one in self._before if one.outside}
        return (source, area_of(destination), protocol, port) in self._areas

    def callers(self, destination: str) -> int:
        """How many workloads called an outside destination in the reference."""
        if self._callers is None:
            pairs = {(one.destination, one.source) for one in self._before if one.outside}
            self._callers = Counter(to for to, _ in pairs)
        return self._callers[destination]

    def declared(self, key: Key) -> bool:
        """Tell whether the flow table allows it."""
        pair = self._now.get(key)
        return pair is not None and pair.declared

    def new(self) -> Mapping[Key, _Pair]:
        """What was not there in the reference and is not declared; of outside destinations, whose owner was not
        called.
        """
        if not self.compares:
            return {}
        return {key: pair for key, pair in sorted(self._now.items(), key=_order) if self._is_new(key, pair)}

    def _is_new(self, key: Key, pair: _Pair) -> bool:
        if pair.declared or key in self._before:
            return False
        return not (key.outside and self.knew(key.source, key.destination, key.protocol, key.port))

    def alerts(self, covered: Collection[Key] = ()) -> Iterator[Alert]:
        """One for each new flow, or owner outside; one for all flows of a new workload. `covered` is told otherwise."""
        before = self._workloads
        wide = self._wide()
        of_new: dict[str, list[Key]] = defaultdict(list)
        of_known: dict[tuple[str, str, str, int | None], list[Key]] = defaultdict(list)
        fresh = self.new()
        for key in fresh:
            if key in covered:
                continue
            self.told.add(key)
            if (newcomer := _newcomer(key, before)) is not None:
                of_new[newcomer].append(key)
            elif key.outside and (key.source, key.protocol, key.port) in wide:
                self.wide[key.source] += 1
                self.told.discard(key)
            else:
                of_known[key.source, key.area, key.protocol, key.port].append(key)
        for workload, keys in of_new.items():
            yield self._workload(workload, keys, fresh)
        yield from self._flows(of_known.values(), fresh)

    def _flows(self, several: Collection[Sequence[Key]], fresh: Mapping[Key, _Pair]) -> Iterator[Alert]:
        """One for each, or one for what many workloads begin to call."""
        by_destination: dict[tuple[str, str, int | None], list[Sequence[Key]]] = defaultdict(list)
        for keys in several:
            if keys[0].outside:
                by_destination[keys[0].area, keys[0].protocol, keys[0].port].append(keys)
            else:
                yield self._flow(keys, fresh)
        for same in by_destination.values():
            if len(same) >= self._limits.fresh.common:
                yield self._of_many(same, fresh)
            else:
                yield from (self._flow(keys, fresh) for keys in same)

    def _wide(self) -> Collection[tuple[str, str, int | None]]:
        areas: dict[tuple[str, str, int | None], set[str]] = defaultdict(set)
        for one in self._before:
            if one.outside:
                areas[one.source, one.protocol, one.port].add(one.area)
        return {one for one, found in areas.items() if len(found) >= self._limits.fresh.wide}

    def _flow(self, keys: Sequence[Key], fresh: Mapping[Key, _Pair]) -> Alert:
        first = keys[0]
        trace, sent, refused = self._joined(keys, fresh)
        port = first.called
        severity = Severity.LOW if refused or not (first.outside or first.from_outside) else Severity.MEDIUM
        judged = Judged(Kind.NEW_FLOW, severity, Confidence.HIGH, _FLOW_STEP)
        whom = first.destination if len(keys) == 1 else f"{len(keys)} destinations of {first.area}"
        tail = ", and nobody answers" if refused else ""
        message = f"{first.source} speaks to {whom} on {port} for the first time{tail}"
        numbers = [Number("flows", trace.count), Number("sent", sent, None, "bytes"), Number("destinations", len(keys))]
        owner = first.destination if first.from_outside else first.source
        subject = f"{first.source} → {first.area} {port}"
        return alert_of(judged, owner, subject, message, trace, numbers, _first(keys))

    def _of_many(self, several: Sequence[Sequence[Key]], fresh: Mapping[Key, _Pair]) -> Alert:
        keys = [key for same in several for key in same]
        trace, sent, _ = self._joined(keys, fresh)
        subject = f"{keys[0].area} {keys[0].called}"
        judged = Judged(Kind.NEW_FLOW, Severity.MEDIUM, Confidence.HIGH, _FLOW_STEP)
        message = f"{len(several)} workloads speak to {keys[0].area} on {keys[0].called} for the first time"
        numbers = [
            Number("workloads", len(several), self._limits.fresh.common),
            Number("flows", trace.count),
            Number("sent", sent, None, "bytes"),
        ]
        return alert_of(judged, SEVERAL, subject, message, trace, numbers, _first(keys))

    def _workload(self, workload: str, keys: Sequence[Key], fresh: Mapping[Key, _Pair]) -> Alert:
        trace, sent, _ = self._joined(keys, fresh)
        outside = sum(one.outside or one.from_outside for one in keys)
        severity = Severity.MEDIUM if outside else Severity.LOW
        judged = Judged(Kind.NEW_WORKLOAD, severity, Confidence.HIGH, _WORKLOAD_STEP)
        message = f"{workload} is new, and {len(keys)} flows with it, {outside} of them with the outside"
        numbers = [
            Number("new-flows", len(keys)),
            Number("with-outside", outside),
            Number("flows", trace.count),
            Number("sent", sent, None, "bytes"),
        ]
        return alert_of(judged, workload, workload, message, trace, numbers, _first(keys))

    def _joined(self, keys: Sequence[Key], fresh: Mapping[Key, _Pair]) -> tuple[Trace, int, bool]:
        trace = Trace(self._limits.places)
        for key in keys:
            trace.join(fresh[key].trace)
        return trace, sum(fresh[key].sent for key in keys), all(fresh[key].unanswered for key in keys)


def _newcomer(key: Key, before: Collection[str]) -> str | None:
    """The workload of a pair that was never seen before. An address that nobody is known at is none."""
    for one, out in ((key.source, key.from_outside), (key.destination, key.outside)):
        if not out and one not in before and not is_address(one):
            return one
    return None


def _first(keys: Sequence[Key]) -> Sequence[str]:
    return [str(one) for one in keys[:_SHOWN]]


def _order(one: tuple[Key, _Pair]) -> tuple[float, str]:
    return one[1].trace.first, str(one[0])
