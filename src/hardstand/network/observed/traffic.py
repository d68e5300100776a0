"""All flows of a time, added up by who spoke to whom on which port: what is kept grows with pairs, not with flows."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NamedTuple

from hardstand.model.flow import Ended, Flow, NameQuery, Place
from hardstand.network.alerts import seen
from hardstand.network.alerts.watching import Watch
from hardstand.network.observed.parties import NOTHING_TOLD, Parties, Party, Placed, Standing, is_own_node

MOST_ADDRESSES = 256
"""Different addresses outside that are kept of one pair."""
MOST_NAMES = 500
"""Different host names that are told apart of one caller and port; further ones count by their addresses."""
MOST_NOBODIES = 5_000
"""Different ends that are not known and are told one by one."""
DNS = ("UDP", 53)


_NEVER, _LONG_AGO = datetime.max.replace(tzinfo=UTC), datetime.min.replace(tzinfo=UTC)
_NOWHERE = Place("", 0)


class Key(NamedTuple):
    """A pair, with protocol and port."""

    source: Party
    destination: Party
    protocol: str
    port: int | None


@dataclass(slots=True)
class Tally:
    """What was seen of a pair."""

    through: int = 0
    """Connections that were not refused."""
    passed: bool = False
    """Some record tells of what was not refused; that a connection goes on is told with a count of none."""
    refused: int = 0
    lookups: int = 0
    """Names that were asked for, of which no flow is told."""
    sent: int = 0
    received: int = 0
    sized: bool = False
    """Some record told how much."""
    answered: bool | None = False
    """Somebody answered at least once; None where no record tells."""
    first: datetime = _NEVER
    last: datetime = _LONG_AGO
    last_refused: datetime | None = None
    place: Place = _NOWHERE
    """Of the first that was not refused, else of the first."""
    last_place: Place = _NOWHERE
    addresses: dict[str, None] = field(default_factory=dict)
    """Addresses outside."""
    more_addresses: bool = False
    spans: set[tuple[int, int]] = field(default_factory=set)
    """The blocks outside that a name's addresses are in."""
    other_nodes: bool = True
    """Where a node is one end: it is known to be another one than the pod's, each time."""

    @property
    def got_through(self) -> bool:
        """Tell whether anything was not refused."""
        return self.passed or bool(self.lookups)

    def add(self, flow: Flow) -> None:
        """Take in a flow."""
        refused = flow.ended is Ended.REFUSED
        better = not refused and not self.passed
        if refused:
            self.refused += flow.count
            self.last_refused = flow.time if self.last_refused is None else max(self.last_refused, flow.time)
        else:
            self.through, self.passed = self.through + flow.count, True
            told = seen.answered(flow)
            if told is not False:
                self.answered = True if told or self.answered else None
        if flow.bytes_sent is not None:
            self.sent, self.sized = self.sent + flow.bytes_sent, True
        if flow.bytes_received is not None:
            self.received, self.sized = self.received + flow.bytes_received, True
        self.at(flow.time, flow.place, better=better)

    def at(self, time: datetime, place: Place, *, better: bool = False) -> None:
        """Something of it was seen at a time."""
        if time < self.first:
            self.first = time
        if time >= self.last:
            self.last, self.last_place = time, place
        if better or not self.place.line:
            self.place = place

    def outside(self, address: str) -> None:
        """One end had this address."""
        if address and address not in self.addresses:
            if len(self.addresses) < MOST_ADDRESSES:
                self.addresses[address] = None
            else:
                self.more_addresses = True


class Traffic:
    """Takes flows and lookups as they come."""

    def __init__(
        self,
        parties: Parties,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        watch: Watch | None = None,
    ) -> None:
        """What was before `since` is for the `watch` alone, to which it is the reference; what comes after `until`
        counts for nothing."""
        self._parties, self._watch = parties, watch
        self._since, self._until = since, until
        self.pairs: dict[Key, Tally] = {}
        self.nobodies: dict[Key, Tally] = {}
        """Pairs of which one end cannot be told, at least."""
        self.own_node = 0
        """Connections between nodes and their own pods, which no policy refuses, such as the kubelet's probes."""
        self.local = 0
        """Connections that never left their machine."""
        self.elsewhere = 0
        """Connections between two ends outside of the cluster, of which no policy of it is asked."""
        self.flows = self.lookups = 0
        self.first: datetime | None = None
        self.last: datetime | None = None
        self._names: dict[tuple[Party, int | None], set[str]] = {}
        self.folded_names = 0
        """Connections to host names that are told by their addresses, since their caller calls so many."""

    def take(self, one: Flow | NameQuery) -> None:
        """Take in what was seen."""
        if self._until is not None and one.time > self._until:
            return
        counts = self._since is None or one.time >= self._since
        if counts:
            self.first = one.time if self.first is None or one.time < self.first else self.first
            self.last = one.time if self.last is None or one.time > self.last else self.last
        if isinstance(one, NameQuery):
            self._query(one, counts=counts)
        else:
            self._flow(one, counts=counts)

    def _flow(self, flow: Flow, *, counts: bool) -> None:
        source = self._parties.source(flow.source, flow.time)
        destination = self._parties.destination(flow.destination, flow.time, flow.protocol, flow.port)
        if self._watch is not None:
            self._watch.flow(seen_of(flow, source, destination))
        if not counts:
            return
        self.flows += flow.count
        if source.party.standing is Standing.LOCAL or destination.party.standing is Standing.LOCAL:
            self.local += flow.count
            return
        if source.party.standing is Standing.OUTSIDE and destination.party.standing is Standing.OUTSIDE:
            self.elsewhere += flow.count
            return
        if is_own_node(source, destination, (flow.source, flow.destination)):
            self.own_node += flow.count
            return
        party, address = destination.party, flow.destination.address
        key = Key(
            source.party, self._called(source.party, party, destination.port, flow), flow.protocol, destination.port
        )
        tally = self._tally(key)
        tally.add(flow)
        tally.other_nodes = tally.other_nodes and bool(source.node and destination.node)
        if source.party.standing is Standing.OUTSIDE:
            tally.outside(flow.source.address)
        elif party.standing is Standing.OUTSIDE:
            tally.outside(address)
            if key.destination.name and address:
                span = self._parties.by_address(address).span
                if span is not None:
                    tally.spans.add(span)

    def _called(self, source: Party, party: Party, port: int | None, flow: Flow) -> Party:
        """Who was called; by its address where a caller calls too many names."""
        if party.standing is not Standing.OUTSIDE or not party.name or not flow.destination.address:
            return party
        names = self._names.setdefault((source, port), set())
        if party.name in names:
            return party
        if len(names) < MOST_NAMES:
            names.add(party.name)
            return party
        self.folded_names += flow.count
        return self._parties.by_address(flow.destination.address)

    def _tally(self, key: Key) -> Tally:
        nobody = Standing.UNKNOWN in (key.source.standing, key.destination.standing)
        pairs = self.nobodies if nobody else self.pairs
        found = pairs.get(key)
        if found is None:
            if nobody and len(pairs) >= MOST_NOBODIES:
                key = Key(_no_longer_told(key.source), _no_longer_told(key.destination), key.protocol, None)
                found = pairs.get(key)
            if found is None:
                found = pairs[key] = Tally()
        return found

    def _query(self, one: NameQuery, *, counts: bool) -> None:
        client = self._parties.source(one.client, one.time)
        if self._watch is not None and client.party.standing is not Standing.OUTSIDE:
            name = client.party.name or one.client.address
            self._watch.lookup(
                seen.Asked(
                    one.time.timestamp(), name, one.name, one.record_type, one.code, one.query_size, one.answer_size,
                    one.place,
                )
            )  # fmt: skip
        if not counts:
            return
        self.lookups += 1
        server = self._parties.destination(one.server, one.time, *DNS)
        if server.party.why == NOTHING_TOLD:
            server = self._parties.resolvers
        party = server.party
        if Standing.LOCAL in (client.party.standing, party.standing):
            self.local += 1
            return
        if is_own_node(client, server, (one.client, one.server)):
            self.own_node += 1
            return
        port = DNS[1] if server.port is None else server.port
        tally = self._tally(Key(client.party, party, DNS[0], port))
        tally.lookups += 1
        tally.answered = True
        tally.at(one.time, one.place, better=not tally.through and tally.lookups == 1)


def _no_longer_told(one: Party) -> Party:
    return one._replace(name="others") if one.standing is Standing.UNKNOWN else one


def seen_of(flow: Flow, source: Placed, destination: Placed) -> seen.Seen:
    """A flow as the alerts look at it."""
    from_outside = source.party.standing is Standing.OUTSIDE
    return seen.Seen(
        flow.time.timestamp(),
        flow.source.address if from_outside else source.party.name or flow.source.address,
        destination.party.name or flow.destination.address,
        flow.protocol,
        destination.port,
        destination.party.standing is Standing.OUTSIDE,
        from_outside,
        flow.destination.address,
        source.pod,
        seen.answered(flow),
        flow.bytes_sent,
        flow.bytes_received,
        flow.count,
        flow.place,
    )


def sorted_pairs(pairs: dict[Key, Tally]) -> Iterator[tuple[Key, Tally]]:
    """Pairs by their names."""
    return iter(sorted(pairs.items(), key=lambda one: _order(one[0])))


def _order(key: Key) -> tuple[object, ...]:
    return (
        key.source[:3],
        key.source.span or (),
        key.destination[:3],
        key.destination.span or (),
        key.protocol,
        key.port or 0,
    )
