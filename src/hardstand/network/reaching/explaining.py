"""By which rules the connections between two ends are decided: each direction, each port."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hardstand.analysis.reach.connections import ALL, NONE, Connections
from hardstand.analysis.reach.edges import End
from hardstand.analysis.reach.estate import Estate
from hardstand.analysis.reach.peers import Peer, Sort
from hardstand.analysis.reach.rule import Direction
from hardstand.analysis.reach.spans import Spans, intersection, pieces
from hardstand.analysis.reach.tracing import Decided
from hardstand.network.reaching.conditions import asked


@dataclass(frozen=True, slots=True)
class Explained:
    """Connections that are decided alike."""

    connections: Connections
    allowed: bool | None
    """None where nobody can tell."""
    decisions: Sequence[Decided]
    """What leaves the one, and what comes in at the other."""

    @property
    def telling(self) -> Sequence[Decided]:
        """The decisions that make it so: of what is allowed both, of what is not those that deny it."""
        return [one for one in self.decisions if one.allowed is self.allowed]


def explained(estate: Estate, source: End, destination: End, within: Connections = ALL) -> Sequence[Explained]:
    """How all connections from one end to another are decided, those that are allowed first."""
    found: dict[tuple[bool | None, tuple[Decided, ...]], Connections] = defaultdict(lambda: NONE)
    for caller in _callers(estate, source):
        for callee in members(estate, destination):
            for piece in _pieces(estate, caller, callee, within):
                traced = asked(estate, caller, callee, piece[0])
                found[traced.allowed, tuple(traced.decisions)] |= Connections((piece,))
    told = [Explained(connections, allowed, decisions) for (allowed, decisions), connections in found.items()]
    return sorted(told, key=lambda one: (_ORDER[one.allowed], one.connections.spans))


_ORDER = {True: 0, None: 1, False: 2}


def members(estate: Estate, end: End) -> Sequence[Peer]:
    """The classes that an end stands for, whichever direction it was told for."""
    span = end.span
    if span is None:
        return estate.edges.members(end)
    return [one for one in estate.peers if one.span is not None and span[0] <= one.span[0] <= span[1]]


def _callers(estate: Estate, end: End) -> Sequence[Peer]:
    """The classes that an end calls as: what comes in by a balancer is any caller outside."""
    if end.sort is not Sort.ENTRANCE:
        return members(estate, end)
    bits = 0
    for one in estate.entering:
        if one.entrance == end.name:
            bits |= one.callers
    return list(estate.peers.among(bits))


def _pieces(estate: Estate, caller: Peer, callee: Peer, within: Connections) -> Iterator[tuple[int, int]]:
    """The connections in pieces that no rule about the two tells apart."""
    known: set[Spans] = set()
    for direction, me, other in ((Direction.EGRESS, caller, callee), (Direction.INGRESS, callee, caller)):
        for stage in estate.policies.towards(direction):
            known.update(
                rule.connections.spans for rule in stage.rules if rule.about & me.bit and rule.peers & other.bit
            )
    for span in ALL.spans:
        for piece in pieces(span, known):
            yield from intersection((piece,), within.spans)
