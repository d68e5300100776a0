"""Who may reach whom, by workloads: what pods of the same workload may reach is added up."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from hardstand.analysis.reach.blocks import V4, V6, cut, range_text
from hardstand.analysis.reach.conditions import OWN_NODE, Conditional, Conditions, told
from hardstand.analysis.reach.connections import ALL, NONE, Connections
from hardstand.analysis.reach.peers import Peer, Peers, Sort, numbers_in
from hardstand.analysis.reach.rows import Rows, Universe
from hardstand.analysis.reach.rule import Direction, Policies
from hardstand.analysis.reach.spans import Span, Spans


@dataclass(frozen=True, slots=True, order=True)
class End:
    """One end of an edge; `str` names it: `namespace/name[Kind]`, a range of addresses, or what it is called."""

    name: str
    sort: Sort = Sort.POD
    namespace: str = ""
    span: Span | None = None

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Edge:
    """The connections that are allowed from one end to another."""

    source: End
    destination: End
    connections: Connections
    """Those that are allowed whatever could not be told."""
    possible: Connections
    """Those and the ones that nobody can tell of."""
    conditions: tuple[str, ...] = ()
    """What it depends on whether those that are possible alone are allowed; none where there are no such."""


@dataclass(frozen=True, slots=True)
class Entering:
    """Connections from outside that something, such as an ingress controller or a balancer, sends on to pods."""

    entrance: str
    """The name of its end."""
    callers: int
    """Whom policies take for the caller, as a set of ends: any of them."""
    pods: int
    """To whom, as a set of ends."""
    connections: Connections
    """By which connections, at the pods."""
    text: str = ""
    """By which objects, for a person."""
    condition: str = ""
    """What must be so for policies to see the callers; where it is not, they see a node."""


class Edges:
    """All edges of a picture, in the order of their ends' names."""

    def __init__(
        self,
        peers: Peers,
        surely: Rows,
        perhaps: Rows,
        universe: Universe,
        entering: Sequence[Entering] = (),
        named: Mapping[Direction, Sequence[Spans]] | None = None,
        policies: Policies | None = None,
    ) -> None:
        """`named`: which addresses are told apart as callers (ingress) and as called (egress); none tells all apart.

        `policies`: whose conditions edges tell.
        """
        self._conditions = Conditions(policies or Policies())
        self._peers = peers
        self._surely, self._perhaps = surely, perhaps
        self._universe = universe
        self._entering = entering
        self._blocks = {direction: list(cut(several, six=peers.six)) for direction, several in (named or {}).items()}

    def __iter__(self) -> Iterator[Edge]:
        for source in self.ends:
            yield from self.leaving(source)

    def leaving(self, source: End) -> Iterator[Edge]:
        """The edges from one end, by the names of the others; none to itself. Host names call nobody."""
        if source.sort is Sort.NAME:
            return
        if source.sort is Sort.ENTRANCE:
            yield from self._entered(source)
            return
        surely = self._by_end(self._surely, source)
        perhaps = surely if self._perhaps is self._surely else self._by_end(self._perhaps, source)
        connections = self._universe.connections
        conditions = [] if perhaps is surely else self._conditions_of(self._members[source])
        for place in sorted(surely if perhaps is surely else surely.keys() | perhaps.keys()):
            destination = self._called_ends[place]
            if destination != source:
                sure = connections(surely.get(place, 0))
                possible = sure if perhaps is surely else sure | connections(perhaps.get(place, 0))
                unsure = () if sure == possible else told(conditions, self._called_bits[place], possible - sure)
                yield Edge(source, destination, sure, possible, unsure)

    def _conditions_of(self, members: Iterable[int]) -> Sequence[Conditional]:
        """The conditions that matter for what some ends call; a node may be the called pod's own."""
        bits = sum(1 << number for number in members)
        hosts = bits & self._peers.of_sort(Sort.HOST)
        own = [Conditional(hosts, self._peers.pods, ALL, OWN_NODE)] if hosts else []
        return [*own, *self._conditions.of(bits)]

    def _by_end(self, rows: Rows, source: End) -> Mapping[int, int]:
        """The masks of what an end may reach, by the places of the others among `_called_ends`."""
        found: dict[int, int] = defaultdict(int)
        for number in self._members[source]:
            for mask, bits in rows.row(number).items():
                for reached in numbers_in(bits):
                    for place in self._called[reached]:
                        found[place] |= mask
        return found

    def _entered(self, source: End) -> Iterator[Edge]:
        """What an entrance is sent to, as far as policies let it through."""
        found: dict[End, tuple[Connections, Connections]] = defaultdict(lambda: (NONE, NONE))
        why: dict[End, dict[str, None]] = defaultdict(dict)
        for one in (one for one in self._entering if one.entrance == source.name):
            conditions = [] if self._perhaps is self._surely else self._conditions_of(numbers_in(one.callers))
            for sent in numbers_in(one.pods):
                sure = self._through(self._surely, one, sent)
                possible = one.connections if one.condition else self._through(self._perhaps, one, sent)
                unsure = possible - sure
                texts = [one.condition] if one.condition and unsure else []
                texts += told(conditions, 1 << sent, unsure)
                for end in (self._called_ends[place] for place in self._called[sent]):
                    why[end].update(dict.fromkeys(texts))
                    before = found[end]
                    found[end] = before[0] | sure, before[1] | sure | possible
        for destination, (sure, possible) in sorted(found.items()):
            if possible:
                yield Edge(source, destination, sure, possible, tuple(why[destination]) if sure != possible else ())

    def _through(self, rows: Rows, one: Entering, sent: int) -> Connections:
        found = NONE
        for number in numbers_in(one.callers):
            for mask, bits in rows.row(number).items():
                if bits >> sent & 1:
                    found |= self._universe.connections(mask)
        return found & one.connections

    @cached_property
    def ends(self) -> Sequence[End]:
        """Workloads, blocks of addresses, names and entrances. Nodes, which reach their own pods, are none."""
        return sorted({*self._members, *(End(one.entrance, Sort.ENTRANCE) for one in self._entering)})

    def members(self, end: End) -> Sequence[Peer]:
        """The classes of pods that an end stands for."""
        return [self._peers[number] for number in self._members.get(end, ())]

    @cached_property
    def _called_ends(self) -> Sequence[End]:
        return sorted({end for peer in self._peers for end in self._ends(peer, Direction.EGRESS)})

    @cached_property
    def _called(self) -> Sequence[Sequence[int]]:
        """What each peer is told as when it is called: places among `_called_ends`."""
        places = {end: place for place, end in enumerate(self._called_ends)}
        return [[places[end] for end in self._ends(peer, Direction.EGRESS)] for peer in self._peers]

    @cached_property
    def _called_bits(self) -> Sequence[int]:
        """The peers that are told as each of `_called_ends`."""
        found = [0] * len(self._called_ends)
        for number, places in enumerate(self._called):
            for place in places:
                found[place] |= 1 << number
        return found

    @cached_property
    def _members(self) -> Mapping[End, Sequence[int]]:
        found: dict[End, list[int]] = defaultdict(list)
        for peer in self._peers:
            for end in self._ends(peer, Direction.INGRESS):
                found[end].append(peer.number)
        return found

    def _ends(self, peer: Peer, direction: Direction) -> Sequence[End]:
        """What an end is told as. Pieces of a block that the rules of a direction treat alike are one end there."""
        if peer.sort in (Sort.POD, Sort.HOST):
            return [End(str(owner), Sort.POD, owner.namespace) for owner in peer.owners]
        if peer.span is None:
            return [End(peer.name, peer.sort)]
        apart = self._blocks.get(direction)
        span = apart[bisect_right(apart, (peer.span[0], _BEYOND)) - 1] if apart else peer.span
        return [End(range_text(span), Sort.BLOCK, span=span)]


_BEYOND = V6[1] + 1


def is_everywhere(span: Span) -> bool:
    """Tell whether a block is all addresses of a family: the internet, and whatever else is outside of the cluster."""
    return span in (V4, V6)
