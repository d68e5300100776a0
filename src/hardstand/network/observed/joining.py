"""Three columns of every pair that was seen: what the flow table intends, what policies allow, and what was seen."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from hardstand.analysis.intended.rows import Row
from hardstand.analysis.reach.connections import Connections
from hardstand.analysis.reach.spans import Spans, spans
from hardstand.network.forms.outside import outside_text
from hardstand.network.observed.asking import GONE, Answer, Asked, Asking
from hardstand.network.observed.parties import Party, Standing
from hardstand.network.observed.picture import Picture
from hardstand.network.observed.states import Meaning, State, attempt, meaning_of, state_of
from hardstand.network.observed.traffic import MOST_ADDRESSES, Key, Tally, sorted_pairs


@dataclass(frozen=True, slots=True)
class Joined:
    """One pair with a protocol and a port, and the case that it is in."""

    key: Key
    source: str
    destination: str
    intended: Answer | None
    """None where no flow table is about it."""
    allowed: Answer
    tally: Tally
    state: State
    sources: int
    destinations: int
    """As sets of ends of the picture."""
    connections: Connections
    """As the pods are called, behind a Service."""
    rows: tuple[Row, ...] = ()
    """The rows that mean it."""
    spans: Spans = ()
    """What of the outside it is."""

    @property
    def connection(self) -> str:
        """`TCP 443`."""
        return self.key.protocol if self.key.port is None else f"{self.key.protocol} {self.key.port}"

    @property
    def told(self) -> State:
        """The case as it is told: what never got through was refused, whatever policies say."""
        return self.state if self.tally.got_through else State.REFUSED

    @property
    def meaning(self) -> Meaning:
        """The case for a person."""
        if self.tally.got_through:
            return meaning_of(self.state, declared=self.is_declared)
        return attempt(self.intended.allowed if self.intended is not None else None, self.allowed.allowed)

    @property
    def is_declared(self) -> bool:
        """The flow table is about it."""
        return self.intended is not None


class Joining:
    """Joins pairs with one picture."""

    def __init__(self, picture: Picture) -> None:
        self._picture = picture
        self._allowed = Asking(picture.estate)
        self._intended = Asking(picture.table.estate)
        self._homes = frozenset(picture.table.namespaces)

    def joined(self, pairs: dict[Key, Tally], also: Callable[[Joined], Hashable] = lambda _: None) -> list[Joined]:
        """All pairs, blocks of the outside that are in the same case together, if what `also` says is the same too."""
        alike: dict[tuple[object, ...], list[Joined]] = defaultdict(list)
        for key, tally in sorted_pairs(pairs):
            one = self.one(key, tally)
            alike[*self._same(one), also(one)].append(one)
        return self._named([_together(several) for several in alike.values()])

    def one(self, key: Key, tally: Tally) -> Joined:
        """One pair."""
        called, connections = self._picture.called_ends(key, tally)
        caller = self._picture.ends(key.source)
        name = key.destination.name if key.destination.standing is Standing.OUTSIDE else ""
        meant = self._picture.meant_names(name) if name else 0
        node = key.source.standing is Standing.NODE
        asked = Asked(caller, called, connections, meant, bool(name), node and tally.other_nodes)
        allowed = self._allowed.answer(asked)
        declared = self._is_declared(key, caller | called)
        intended = self._intended.answer(asked) if declared else None
        rows: Sequence[Row] = ()
        if intended is not None and intended.allowed is not False:
            rows = list(self._picture.table.covering(caller, called | meant, connections))
        missing = key.destination if caller else key.source
        allowed, intended = _with_reason(allowed, missing), intended and _with_reason(intended, missing)
        said = intended.allowed if intended is not None else None
        return Joined(
            key,
            key.source.name,
            key.destination.name,
            intended,
            allowed,
            tally,
            state_of(said, allowed.allowed, tally.got_through, declared=declared),
            caller,
            called | meant,
            connections,
            tuple(rows),
            tuple(one.span for one in (key.source, key.destination) if one.span is not None),
        )

    def _is_declared(self, key: Key, bits: int) -> bool:
        if not self._picture.declared:
            return False
        here = bits & self._picture.table.governed
        return bool(here) or key.source.namespace in self._homes or key.destination.namespace in self._homes

    def _same(self, one: Joined) -> tuple[object, ...]:
        """What blocks that are told together have in common."""
        ends = tuple(end._replace(span=None) if end.span is not None else end for end in one.key[:2])
        outside = self._picture.outside_name(one.spans) if one.spans else ""
        said = one.intended.allowed if one.intended is not None else ""
        return (*ends, *one.key[2:], outside, said, one.allowed.allowed, one.state)

    def _named(self, several: list[Joined]) -> list[Joined]:
        """With names for what is outside; the exact blocks where two cases would be called the same."""
        used: dict[tuple[str, ...], int] = defaultdict(int)
        named = [self._with_names(one, exact=False) for one in several]
        for one in named:
            used[one.source, one.destination, one.connection] += 1
        return [
            self._with_names(one, exact=True) if used[one.source, one.destination, one.connection] > 1 else one
            for one in named
        ]

    def _with_names(self, one: Joined, *, exact: bool) -> Joined:
        if not one.spans:
            return one
        six = self._picture.peers.six
        name = outside_text(one.spans, six=six) if exact else self._picture.outside_name(one.spans)
        source = name if _is_block(one.key.source) else one.source
        destination = name if _is_block(one.key.destination) else one.destination
        return replace(one, source=source, destination=destination)


_MISSING = {
    Standing.WORKLOAD: "the workload {} is not in the picture any more",
    Standing.NODE: "{} is not in the picture",
    Standing.SERVICE: "what is behind {} is not in the picture",
    Standing.API_SERVER: "at which address {} answers is not in the picture",
}


def _with_reason(answer: Answer, missing: Party) -> Answer:
    """An answer about somebody who is not in the picture, with who that is."""
    if answer.why != GONE or missing.standing not in _MISSING:
        return answer
    return Answer(None, _MISSING[missing.standing].format(missing.name))


def _is_block(one: Party) -> bool:
    return one.span is not None


def _together(several: list[Joined]) -> Joined:
    """Blocks of the outside in the same case as one."""
    first = several[0]
    if len(several) == 1:
        return first
    tally = Tally()
    for one in several:
        add(tally, one.tally)
    sources, destinations = 0, 0
    for one in several:
        sources, destinations = sources | one.sources, destinations | one.destinations
    rows = tuple(dict.fromkeys(row.path for one in several for row in one.rows))
    by_path = {row.path: row for one in several for row in one.rows}
    return replace(
        first,
        tally=tally,
        sources=sources,
        destinations=destinations,
        rows=tuple(by_path[path] for path in rows),
        spans=spans(span for one in several for span in one.spans),
    )


def add(tally: Tally, other: Tally) -> None:
    """Take in what was seen of another pair."""
    tally.through += other.through
    tally.passed = tally.passed or other.passed
    tally.refused += other.refused
    tally.lookups += other.lookups
    tally.sent += other.sent
    tally.received += other.received
    tally.sized = tally.sized or other.sized
    told = (tally.answered, other.answered)
    tally.answered = True if True in told else None if None in told else False
    if other.first < tally.first:
        tally.first, tally.place = other.first, other.place
    if other.last >= tally.last:
        tally.last, tally.last_place = other.last, other.last_place
    refusals = [one for one in (tally.last_refused, other.last_refused) if one is not None]
    tally.last_refused = max(refusals, default=None)
    every = [*tally.addresses, *(one for one in other.addresses if one not in tally.addresses)]
    tally.more_addresses = tally.more_addresses or other.more_addresses or len(every) > MOST_ADDRESSES
    tally.addresses = dict.fromkeys(every[:MOST_ADDRESSES])
    tally.spans |= other.spans
    tally.other_nodes = tally.other_nodes and other.other_nodes


def unexpected(several: Iterable[Joined]) -> Iterator[Joined]:
    """Those that nothing says should be."""
    return (one for one in several if one.state.is_unexpected)
