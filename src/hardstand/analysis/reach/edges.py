"""Who may reach whom, by workloads: what pods of the same workload may reach is added up."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from hardstand.analysis.reach.blocks import V4, V6, cut, range_text
from hardstand.analysis.reach.connections import Connections
from hardstand.analysis.reach.peers import Peer, Peers, Sort, numbers_in
from hardstand.analysis.reach.rows import Rows, Universe
from hardstand.analysis.reach.rule import Direction
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


@dataclass(frozen=True, slots=True)
class Entering:
    """Requests that something outside of the picture, such as an ingress controller, sends on to pods."""

    entrance: str
    """The name of its end."""
    pods: int
    """To whom, as a set of ends."""
    connections: Connections
    """By which connections, at the pods."""
    text: str = ""
    """By which objects, for a person."""


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
    ) -> None:
        """`named`: which addresses are told apart as callers (ingress) and as called (egress); none tells all apart."""
        self._peers = peers
        self._surely, self._perhaps = surely, perhaps
        self._universe = universe
        self._entering = entering
        self._blocks = {direction: list(cut(several, six=peers.six)) for direction, several in (named or {}).items()}

    def __iter__(self) -> Iterator[Edge]:
        for source in self.ends:
            yield from self.leaving(source)

    def leaving(self, source: End) -> Iterator[Edge]:
        """The edges from one end, by the names of the others; none to itself."""
        if source.sort is Sort.ENTRANCE:
            yield from self._entered(source)
            return
        surely = self._by_end(self._surely, source)
        perhaps = surely if self._perhaps is self._surely else self._by_end(self._perhaps, source)
        for destination in sorted(set(surely) | set(perhaps)):
            if destination == source:
                continue
            sure, possible = surely.get(destination, 0), perhaps.get(destination, 0)
            yield Edge(
                source, destination, self._universe.connections(sure), self._universe.connections(sure | possible)
            )

    def _by_end(self, rows: Rows, source: End) -> Mapping[End, int]:
        found: dict[End, int] = defaultdict(int)
        for number in self._members[source]:
            for mask, bits in rows.row(number).items():
                for reached in numbers_in(bits):
                    for end in self._called[reached]:
                        found[end] |= mask
        return found

    def _entered(self, source: End) -> Iterator[Edge]:
        """What an entrance is sent to, as far as policies let it through."""
        found: dict[End, tuple[Connections, Connections]] = defaultdict(lambda: (Connections(), Connections()))
        for number in self._members[source]:
            for one in (one for one in self._entering if one.entrance == source.name):
                for sent in numbers_in(one.pods):
                    sure = self._through(self._surely, number, sent) & one.connections
                    possible = self._through(self._perhaps, number, sent) & one.connections
                    for end in self._called[sent]:
                        before = found[end]
                        found[end] = before[0] | sure, before[1] | sure | possible
        for destination, (sure, possible) in sorted(found.items()):
            if possible:
                yield Edge(source, destination, sure, possible)

    def _through(self, rows: Rows, number: int, sent: int) -> Connections:
        for mask, bits in rows.row(number).items():
            if bits >> sent & 1:
                return self._universe.connections(mask)
        return Connections()

    @cached_property
    def ends(self) -> Sequence[End]:
        """Workloads, blocks of addresses, names and entrances. Nodes, which reach their own pods, are none."""
        return sorted(self._members)

    def members(self, end: End) -> Sequence[Peer]:
        """The classes of pods that an end stands for."""
        return [self._peers[number] for number in self._members[end]]

    @cached_property
    def _called(self) -> Sequence[Sequence[End]]:
        return [self._ends(peer, Direction.EGRESS) for peer in self._peers]

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
        span = next((one for one in self._blocks.get(direction, ()) if one[0] <= peer.span[0] <= one[1]), peer.span)
        return [End(range_text(span), Sort.BLOCK, span=span)]


def is_everywhere(span: Span) -> bool:
    """Tell whether a block is all addresses of a family: the internet, and whatever else is outside of the cluster."""
    return span in (V4, V6)
