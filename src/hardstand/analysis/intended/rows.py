"""Rows of the flow table in a picture: whom each is about there, and what it comes to as rules of the engine."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from hardstand.analysis.intended.addresses import spans_of
from hardstand.analysis.reach.connections import ALL, ALL_TRANSPORT, NONE, Connections, port, ports
from hardstand.analysis.reach.peers import Peers, Sort
from hardstand.analysis.reach.rule import Effect, Origin, Rule
from hardstand.analysis.reach.spans import Spans
from hardstand.baseline.network import Endpoint
from hardstand.baseline.ports import HIGHEST_PORT, Port
from hardstand.baseline.shape import At

TABLE = "flow table"
BUILT_IN = "built in"
"""What the file of the baseline is called that nobody has to write."""
DNS_ROW = "network.dns"
"""The path of the row that is about names."""
_NODE = "the node's address is in the block, which the picture does not tell"
_NAME = "the address is that of"


@dataclass(frozen=True, slots=True)
class Meant:
    """One end of a row, in a picture."""

    end: Endpoint
    pods: int = 0
    """Pods, and nodes with pods on their network."""
    parts: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """CIDRs, each with what is left out of it."""
    names: tuple[str, ...] = ()

    @property
    def spans(self) -> Spans:
        """The addresses."""
        return spans_of(self.parts)

    @property
    def is_outside(self) -> bool:
        """Tell whether it is no workload's."""
        return bool(self.parts or self.names)


@dataclass(frozen=True, slots=True)
class Row:
    """One row, or the part of it with the same ports, in a picture."""

    path: str
    """`network.flows[3]`, `network.dns`, or what else says it."""
    text: str
    """`public to app on TCP 8080`."""
    origins: tuple[Meant, ...]
    destinations: tuple[Meant, ...]
    ports: tuple[Port, ...]
    reason: str = ""
    at: At = field(default_factory=At, compare=False)
    until: date | None = None
    """The last day of a row that is over; None for one that counts."""
    proposed: bool = False
    """Nobody has accepted it yet."""

    @property
    def origin(self) -> Origin:
        """Where it stands, for the engine."""
        return Origin(TABLE, None, self.path, (), self.at.file, self.text)

    @property
    def said(self) -> str:
        """The row, for a person."""
        return f"{self.path} ({self.text}){self.where}"

    @property
    def where(self) -> str:
        """Where it stands, for a person, to be put behind its path; empty where no file says it."""
        if self.at.file == BUILT_IN:
            return ", as is built in"
        return f" at {self.at}" if self.at.file else ""


def rules_of(row: Row, peers: Peers) -> Iterator[Rule]:
    """A row as rules in the direction of its callers: `about` are the callers, `peers` the called."""
    about = sum_of(row.origins, peers)
    for meant in row.destinations:
        called = meant.pods | peers.blocks(meant.spans) | sum(peers.named(name) for name in meant.names)
        surely, maybe = peers.with_address(meant.spans, peers.of_sort(Sort.HOST))
        for connections, these in split(row.ports, called | surely, peers):
            yield Rule(Effect.ALLOW, about, these, connections, row.origin)
        if maybe:
            yield Rule(Effect.ALLOW, about, maybe, whole(row.ports), row.origin, _NODE)
        if meant.names:
            condition = f"{_NAME} {', '.join(meant.names)}"
            blocks = peers.of_sort(Sort.BLOCK) & ~called
            yield Rule(Effect.ALLOW, about, blocks, whole(row.ports), row.origin, condition)


def sum_of(several: Sequence[Meant], peers: Peers) -> int:
    """The ends that callers are; from addresses, the blocks that they are in."""
    found = 0
    for meant in several:
        found |= meant.pods | peers.blocks(meant.spans)
    return found


def whole(several: Sequence[Port]) -> Connections:
    """The connections of ports with numbers; those with names are another for each pod."""
    found = NONE
    for one in several:
        found |= numbered(one)
    return ALL if found == ALL_TRANSPORT else found


def numbered(one: Port) -> Connections:
    """The connections of a port with a number."""
    if one.protocol is None:
        return ALL
    if one.name:
        return NONE
    if (one.first, one.last) == (1, HIGHEST_PORT):
        return ports(one.protocol)
    return ports(one.protocol, one.first, one.last)


def split(several: Sequence[Port], called: int, peers: Peers) -> Iterator[tuple[Connections, int]]:
    """The connections of ports with the ends that they are for: a port with a name is another one for other pods."""
    plain = whole(several)
    if plain:
        yield plain, called
    for one in several:
        if one.name and one.protocol is not None:
            for number, these in peers.by_port(one.name, one.protocol, called).items():
                yield port(one.protocol, number), these
