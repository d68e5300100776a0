"""One flow of all that is told of it: by both ends, in both directions, packet after packet, interval after interval.

Records are of the same connection when their addresses, ports and protocol are, and of the same pair, where a form adds
connections up, when what it tells of the ends is. Each side that saw it keeps a count of its own. What one side tells
adds up; of what two sides tell, the greater is taken and not the sum, so that neither a side whose log is missing nor
one that sees nothing makes a difference. A refusal counts wherever it was, and takes away from what the others let
through: what the source sent and the destination refused was refused.

A flow is given out when the log is `HOLD` further on than its first record. What comes later of the same connection is
given as a flow of `count` 0 with the bytes since; where nothing is new, as nothing. What no record was of for `IDLE` is
a new connection, and so is one that begins anew `AGAIN` after the last. At most `MOST` connections are remembered: one
that was forgotten counts again.
"""

from collections import OrderedDict, deque
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hardstand.model.flow import End, Ended, Flow, NameQuery
from hardstand.sources.flows.seen import Asked, Seen

HOLD = timedelta(seconds=60)
AGAIN = timedelta(seconds=60)
"""Twice the longest life of a segment is at most that on Linux (`TCP_TIMEWAIT_LEN`), before ports are used again."""
IDLE = timedelta(minutes=20)
"""Longer than two of the longest intervals that VPC flow logs have (ten minutes)."""
MOST = 1 << 16

_ALLOWED, _REFUSED, _SENT, _RECEIVED = range(4)
_Key = tuple[object, ...]


class _State:
    """What is known of a connection or a pair."""

    __slots__ = ("bytes_told", "ended", "first", "last", "lasted", "sides", "told")

    def __init__(self, first: Flow) -> None:
        self.first: Flow | None = first
        """The first record that was not given out yet."""
        self.last = first.time
        self.lasted: float | None = None
        self.ended = Ended.UNTOLD
        """How it ended where it was not refused."""
        self.sides: dict[str, list[int]] = {}
        self.told = [0, 0, 0, 0]
        self.bytes_told = [False, False]
        """Whether any record told bytes, of either direction."""

    def add(self, one: Seen) -> None:
        """Take what a record tells."""
        flow = one.flow
        counts = self.sides.get(one.side)
        if counts is None:
            counts = self.sides[one.side] = [0, 0, 0, 0]
        which = _REFUSED if flow.ended is Ended.REFUSED else _ALLOWED
        counts[which] = 1 if one.connection else counts[which] + flow.count
        if flow.ended is Ended.ALLOWED:
            self.ended = Ended.ALLOWED
        for at, told in ((_SENT, flow.bytes_sent), (_RECEIVED, flow.bytes_received)):
            if told is not None:
                self.bytes_told[at - _SENT] = True
                counts[at] = max(counts[at], told) if one.totals else counts[at] + told
        if flow.seconds is not None:
            self.lasted = max(self.lasted or 0.0, flow.seconds)

    def sizes(self, sent: int, received: int) -> tuple[int | None, int | None]:
        """Bytes of both directions; None where no record told any."""
        return sent if self.bytes_told[0] else None, received if self.bytes_told[1] else None

    def news(self) -> list[int]:
        """What has come since the last time, in all four; it counts as told then."""
        every = list(self.sides.values())
        if len(every) == 1 and not any(self.told):
            self.told = every[0].copy()
            return every[0].copy()
        refused = sum(one[_REFUSED] for one in every)
        through = max(max(one[_ALLOWED] - (refused - one[_REFUSED]) for one in every), 0)
        now = [through, refused, max(one[_SENT] for one in every), max(one[_RECEIVED] for one in every)]
        news = [max(new - old, 0) for new, old in zip(now, self.told, strict=True)]
        self.told = [max(new, old) for new, old in zip(now, self.told, strict=True)]
        return news


class Merging:
    """Flows of records, as these come; records come about in the order of time."""

    def __init__(self) -> None:
        self._states: OrderedDict[_Key, _State] = OrderedDict()
        self._held: deque[tuple[datetime, _Key, _State]] = deque()
        self._asked: OrderedDict[_Key, NameQuery] = OrderedDict()
        self._now = datetime.min.replace(tzinfo=UTC)

    def take(self, one: Seen | Asked) -> Iterator[Flow | NameQuery]:
        """Take a record, give what is complete."""
        if isinstance(one, Asked):
            yield from self._query(one)
            return
        time = one.flow.time
        if time > self._now:
            self._now = time
            yield from self._due()
        key, one = self._known(one)
        state = self._states.get(key)
        if state is not None and _anew(state, one):
            yield from self._out(state)
            state = None
        flow = one.flow
        if state is None:
            state = self._states[key] = _State(flow)
            self._held.append((time + HOLD, key, state))
        elif state.first is None:
            state.first = flow
            self._held.append((time + HOLD, key, state))
        elif one.side not in state.sides:
            state.first = _fuller(state.first, flow)
        state.add(one)
        state.last = max(state.last, time)
        self._states.move_to_end(key)
        if len(self._states) > MOST:
            yield from self._out(self._states.popitem(last=False)[1])
        if len(self._held) > MOST:
            yield from self._out(self._held.popleft()[2])

    def _due(self) -> Iterator[Flow | NameQuery]:
        while self._held and self._held[0][0] <= self._now:
            yield from self._out(self._held.popleft()[2])
        while self._asked and self._now - next(iter(self._asked.values())).time > HOLD:
            yield self._asked.popitem(last=False)[1]

    def rest(self) -> Iterator[Flow | NameQuery]:
        """What is left when no more records come."""
        while self._held:
            yield from self._out(self._held.popleft()[2])
        while self._asked:
            yield self._asked.popitem(last=False)[1]

    def _known(self, one: Seen) -> tuple[_Key, Seen]:
        """The key of a record. One that only guesses who began follows what is known of its connection."""
        key = _key(one.flow, one.connection)
        if one.sure or key in self._states:
            return key, one
        turned = turned_around(one.flow)
        other = _key(turned, one.connection)
        return (other, one._replace(flow=turned)) if other in self._states else (key, one)

    def _query(self, one: Asked) -> Iterator[NameQuery]:
        asked = self._asked.pop(one.key, None)
        if one.answer and asked is not None:
            yield replace(one.query, time=asked.time, query_size=asked.query_size or one.query.query_size)
        elif one.answer:
            yield one.query
        else:
            if asked is not None:
                yield asked
            self._asked[one.key] = one.query
            if len(self._asked) > MOST:
                yield self._asked.popitem(last=False)[1]

    def _out(self, state: _State) -> Iterator[Flow]:
        first, state.first = state.first, None
        if first is None:
            return
        through, refused, sent, received = state.news()
        if refused:
            # How much of both was of what was refused is not told.
            sizes = (None, None) if through else state.sizes(sent, received)
            yield _told(first, Ended.REFUSED, state.lasted, *sizes, refused)
        if through or (not refused and (sent or received)):
            yield _told(first, state.ended, state.lasted, *state.sizes(sent, received), through)


def _told(one: Flow, ended: Ended, seconds: float | None, sent: int | None, received: int | None, count: int) -> Flow:
    """The flow with what all its records say. `replace` of the standard library takes four times as long."""
    return Flow(
        one.time,
        one.source,
        one.destination,
        one.protocol,
        one.port,
        one.source_port,
        ended,
        seconds,
        sent,
        received,
        count,
        one.place,
    )


def _key(flow: Flow, connection: bool) -> _Key:
    if connection and flow.source.address and flow.destination.address:
        return (flow.protocol, flow.source.address, flow.source_port, flow.destination.address, flow.port)
    return (flow.protocol, flow.port, flow.source_port, _identity(flow.source), _identity(flow.destination))


def _identity(end: End) -> _Key:
    """What both sides tell of an end: each knows more of its own, such as labels."""
    return (end.address, end.namespace, end.pod, end.workload, end.name)


def _anew(state: _State, one: Seen) -> bool:
    since = one.flow.time - state.last
    return one.connection and (since > IDLE or (one.begins and since > AGAIN))


def turned_around(one: Flow) -> Flow:
    """The same with who was taken to be called as who began."""
    return Flow(
        one.time,
        one.destination,
        one.source,
        one.protocol,
        one.source_port,
        one.port,
        one.ended,
        one.seconds,
        one.bytes_received,
        one.bytes_sent,
        one.count,
        one.place,
    )


def _fuller(one: Flow, other: Flow) -> Flow:
    """The first, with what only the other knows of the ends."""
    source, destination = _both(one.source, other.source), _both(one.destination, other.destination)
    if source is one.source and destination is one.destination:
        return one
    return replace(one, source=source, destination=destination)


def _both(one: End, other: End) -> End:
    if one == other:
        return one
    lacking = {
        name: found
        for name in ("address", "namespace", "pod", "workload", "workload_kind", "service", "name", "labels")
        if not getattr(one, name) and (found := getattr(other, name))
    }
    return replace(one, **lacking) if lacking else one
