"""What was seen as a picture: who spoke to whom, unexpected pairs in a colour of their own."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from hardstand.analysis.reach.connections import NONE, Connections
from hardstand.analysis.reach.edges import Edge, End
from hardstand.analysis.reach.peers import Sort
from hardstand.network.observed.observation import Observation
from hardstand.network.observed.parties import Party, Standing
from hardstand.network.observed.words import many
from hardstand.network.reaching.selecting import Selection


@dataclass(frozen=True, slots=True)
class Spoken(Selection):
    """The pairs that were seen, as edges of the picture."""

    seen: Mapping[End, Mapping[End, Connections]] = field(default_factory=dict)

    @property
    def everything(self) -> bool:
        """Workloads that spoke to nobody are not drawn."""
        return False

    @property
    def sources(self) -> Sequence[End]:
        """Who began."""
        return sorted(self.seen)

    def leaving(self, source: End) -> Iterator[Edge]:
        """Whom one called."""
        for destination, connections in sorted(self.seen.get(source, {}).items()):
            yield Edge(source, destination, connections, connections)


def spoken(found: Observation) -> tuple[Spoken, Mapping[End, str], frozenset[tuple[End, End]]]:
    """The pairs that got through, the zones of workloads, and the pairs that are unexpected."""
    seen: dict[End, dict[End, Connections]] = defaultdict(lambda: defaultdict(lambda: NONE))
    odd: set[tuple[End, End]] = set()
    for one in found.pairs:
        ends = _end(one.key.source, one.source), _end(one.key.destination, one.destination)
        if not one.tally.got_through or ends[0] == ends[1]:
            continue
        seen[ends[0]][ends[1]] |= one.connections
        if one.state.is_unexpected:
            odd.add(ends)
    return Spoken(found.picture.estate, seen=seen), _zones(found), frozenset(odd)


def undrawn(found: Observation) -> str:
    """What the picture has no line for, for its caption."""
    refused = many(len(found.attempts), "refused pair")
    return f"; {refused} {'is' if len(found.attempts) == 1 else 'are'} not drawn" if found.attempts else ""


def _end(party: Party, name: str) -> End:
    if party.standing is Standing.WORKLOAD:
        return End(name, Sort.POD, party.namespace)
    if party.standing is Standing.OUTSIDE:
        return End(name, Sort.BLOCK if party.span is not None else Sort.NAME)
    return End(name, Sort.HOST)


def _zones(found: Observation) -> Mapping[End, str]:
    zones: dict[End, str] = {}
    for zone, bits in found.picture.table.zones.items():
        for peer in found.picture.peers.among(bits):
            for owner in peer.owners:
                zones[End(str(owner), Sort.POD, owner.namespace)] = zone
    return zones
