"""What flows are held against: who is there, what policies allow, and what the flow table intends."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from hardstand.analysis.intended.addresses import PUBLIC, parts_of, spans_of
from hardstand.analysis.intended.rows import DNS_ROW, sum_of
from hardstand.analysis.intended.table import Table
from hardstand.analysis.reach.blocks import block_text
from hardstand.analysis.reach.connections import Connections, place_of
from hardstand.analysis.reach.estate import Estate
from hardstand.analysis.reach.peers import Peers, Sort
from hardstand.analysis.reach.spans import Spans, difference, spans
from hardstand.baseline.networking import Networking
from hardstand.inventory.neighbours import Neighbours
from hardstand.network.forms.outside import outside_text
from hardstand.network.observed.asking import connections_of
from hardstand.network.observed.called import Called
from hardstand.network.observed.parties import RESOLVERS, Party, Placed, Standing, owners_in
from hardstand.network.observed.traffic import DNS, Key, Tally
from hardstand.network.reaching.naming import INTERNET


@dataclass(frozen=True)
class Picture:
    """The picture, with everything that is asked of it."""

    neighbours: Neighbours
    estate: Estate
    table: Table
    network: Networking
    called: Called

    @property
    def peers(self) -> Peers:
        """All ends."""
        return self.estate.peers

    @property
    def declared(self) -> bool:
        """A flow table is declared."""
        return self.network.declared

    @cached_property
    def owners(self) -> Mapping[str, int]:
        """The ends of each workload, by its name."""
        return owners_in(self.peers)

    @cached_property
    def _hosts(self) -> Mapping[str, int]:
        return {peer.name: peer.bit for peer in self.peers.among(self.peers.of_sort(Sort.HOST))}

    @cached_property
    def _api_server(self) -> int:
        return self.called.api_server_bits()

    @cached_property
    def _resolvers(self) -> tuple[int, Connections]:
        """Who answers lookups in the cluster, and on which of its own ports."""
        found = 0
        for row in self.table.rows:
            if row.path == DNS_ROW:
                found |= sum_of(row.destinations, self.peers)
        return found, self.called.own_ports(found, *DNS)

    @property
    def resolvers(self) -> Placed:
        """Who answers lookups: the workload, where it is one with one port."""
        bits, connections = self._resolvers
        owners = {owner for peer in self.peers.among(bits) for owner in peer.owners}
        places = [place_of(first) for first, last in connections.spans if first == last]
        if len(owners) != 1 or len(places) != 1 or len(connections.spans) != 1:
            return Placed(RESOLVERS)
        (owner,) = owners
        return Placed(Party(Standing.WORKLOAD, str(owner), owner.namespace), places[0][1])

    @cached_property
    def internet(self) -> int:
        """The blocks that are called the internet."""
        blocks = self.peers.among(self.peers.of_sort(Sort.BLOCK))
        return sum(one.bit for one in blocks if one.span is not None and self.outside_name((one.span,)) == INTERNET)

    def ends(self, party: Party, spans_: Spans = ()) -> int:
        """The ends that a party is in the picture; none for one that is there no more. `spans_`: where a name was."""
        match party.standing:
            case Standing.WORKLOAD:
                return self.owners.get(party.name, 0)
            case Standing.NODE:
                return self._hosts.get(party.name, 0)
            case Standing.API_SERVER:
                return self._api_server
            case Standing.OUTSIDE:
                return self.peers.blocks((party.span,) if party.span is not None else spans_)
        return 0

    def called_ends(self, key: Key, tally: Tally) -> tuple[int, Connections]:
        """The ends that were called, and by which connections at these."""
        if key.destination == RESOLVERS:
            return self._resolvers
        if key.destination.standing is Standing.SERVICE:
            name = key.destination.name.partition("/")[2]
            found, connections = 0, Connections()
            for bits, some in self.called.behind(key.destination.namespace, name, key.protocol, key.port):
                found, connections = found | bits, connections | some
            return found, connections or connections_of(key.protocol, key.port)
        return self.ends(key.destination, spans(tally.spans)), connections_of(key.protocol, key.port)

    def meant_names(self, name: str) -> int:
        """The host names of rules and rows that mean this one. A star stands for one label, as in the flow table."""
        found = 0
        for peer in self.peers.among(self.peers.of_sort(Sort.NAME)):
            if peer.name in (name, f"*.{name.partition('.')[2]}"):
                found |= peer.bit
        return found

    def outside_name(self, parts: Spans) -> str:
        """What addresses outside are called: as the baseline does, the internet, or the blocks."""
        for name, one in self.network.outside.items():
            if one.cidrs and not difference(parts, spans_of(parts_of(one))):
                return name
        if not difference(parts, _PUBLIC) and not self._is_small(parts):
            return INTERNET
        return outside_text(parts, six=self.peers.six)

    @staticmethod
    def _is_small(parts: Spans) -> bool:
        """One block that somebody named, rather than what is left of the internet."""
        return len(parts) == 1 and parts[0][1] - parts[0][0] < _SMALL and "-" not in block_text(parts[0])


_PUBLIC = spans_of(PUBLIC)
_SMALL = 1 << 20
"""Addresses below which a block is told by its own name: a /13 of IPv4, and every one of IPv6 that anybody is given."""
