"""Rows of pairs: the ports of two ends in one, then callers of the same, then what the same callers call.

Each step joins only what is alike, so that all rows together mean exactly the pairs that they are made of; and only
what was seen about as often, so that nothing rare is accepted with what is common.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hardstand.analysis.reach.connections import Connections
from hardstand.analysis.reach.peers import Sort
from hardstand.analysis.reach.pods import Owner
from hardstand.baseline.network import INTERNET
from hardstand.network.forecasting.changing import SYSTEM
from hardstand.network.observed.observation import Observation
from hardstand.network.observed.parties import Standing
from hardstand.network.proposing.choosing import Choice, Supported
from hardstand.network.proposing.outsiders import Outsiders

LEAST = 3
"""So often a pair must be seen to be in one row with others: a row of many would hide what was seen once."""
NO_ZONE = "has no end in a namespace that a table should be about"
NAMELESS = "is called by a name that no host has, at no address that is told"


@dataclass(frozen=True, slots=True)
class Proposed:
    """A row, and the pairs that it is for."""

    callers: tuple[str, ...]
    called: tuple[str, ...]
    ports: tuple[str, ...]
    pairs: tuple[Supported, ...]


@dataclass(frozen=True, slots=True)
class Proposal:
    """What is proposed."""

    rows: Sequence[Proposed]
    outsiders: Outsiders
    zones: Mapping[str, str]
    """New zones, with the namespace that each is."""
    ends: Mapping[str, Any]
    """What each word of the rows is, as the baseline has it."""
    choice: Choice


class Proposing:
    """Makes rows of what was chosen."""

    def __init__(self, found: Observation, choice: Choice) -> None:
        self._found, self._choice = found, choice
        self._peers = found.picture.peers
        self._table = found.picture.table
        self._zones = {name: self._owners(bits) for name, bits in self._table.zones.items() if bits}
        self._new = {one: one for one in self._homeless()}
        self._outsiders = Outsiders(found.picture.network, self._new)
        self._ends: dict[str, Any] = {}

    def proposal(self) -> Proposal:
        """All rows."""
        cells: dict[tuple[str, str], list[Supported]] = defaultdict(list)
        for one in self._choice.supported:
            for caller in self._callers(one):
                for called in self._called(one):
                    cells[caller, called].append(one)
        return Proposal(
            [self._with_zones(one) for one in merged(cells)],
            self._outsiders,
            self._zones_named(),
            self._ends,
            self._choice,
        )

    def _homeless(self) -> Iterator[str]:
        """Namespaces of pairs that no zone is in: each becomes a zone, but Kubernetes' own."""
        known = {*self._table.namespaces, *SYSTEM}
        bits = 0
        for one in self._choice.supported:
            bits |= one.joined.sources | one.joined.destinations
        pods = self._peers.among(bits & self._peers.of_sort(Sort.POD))
        yield from sorted({peer.namespace for peer in pods} - known)

    def _zones_named(self) -> Mapping[str, str]:
        taken = {*self._table.zones, *self._found.picture.network.outside, INTERNET}
        return {(name if name not in taken else f"namespace-{name}"): name for name in self._new}

    def _owners(self, bits: int) -> frozenset[Owner]:
        return frozenset(owner for peer in self._peers.among(bits) for owner in peer.owners)

    def _callers(self, one: Supported) -> Sequence[str]:
        if one.joined.key.source.standing is Standing.OUTSIDE:
            word = self._outsiders.callers(one.addresses, more=one.more_addresses) if one.addresses else ""
            if not word:
                self._leave_out(one, NAMELESS)
            return [word] if word else []
        return [self._workload(owner) for owner in self._owners(one.joined.sources)]

    def _called(self, one: Supported) -> Sequence[str]:
        party = one.joined.key.destination
        if not self._is_governed(one):
            self._leave_out(one, NO_ZONE)
            return []
        if party.standing is Standing.OUTSIDE:
            word = self._outside(one)
            if not word:
                self._leave_out(one, NAMELESS)
            return [word] if word else []
        if party.standing is Standing.API_SERVER:
            return [self._outsiders.named("kube-apiserver", self._found.picture.called.api_server)]
        if party.standing is Standing.NODE:
            return [self._outsiders.named("nodes", sorted(self._node_addresses()))]
        return [self._workload(owner) for owner in self._owners(one.joined.destinations)]

    def _outside(self, one: Supported) -> str:
        if one.joined.key.destination.name:
            return self._outsiders.host(one.joined.key.destination.name, one.addresses)
        return self._outsiders.called(one.addresses, more=one.more_addresses)

    def _node_addresses(self) -> Iterator[str]:
        for node in self._peers.nodes.values():
            yield from (one for one in node.addresses if one[:1].isdigit() or ":" in one)

    def _is_governed(self, one: Supported) -> bool:
        pods = self._peers.among((one.joined.sources | one.joined.destinations) & self._peers.of_sort(Sort.POD))
        homes = {peer.namespace for peer in pods}
        return bool(homes & {*self._table.namespaces, *self._new})

    def _leave_out(self, one: Supported, why: str) -> None:
        joined = one.joined
        self._choice.left_out[why].append(f"{joined.source} → {joined.destination} {joined.connection}")

    def _workload(self, owner: Owner) -> str:
        """`namespace/name`; by its kind, too, where another is called the same."""
        same = [one for one in self._all if (one.namespace, one.name) == (owner.namespace, owner.name)]
        if len(same) == 1:
            return f"{owner.namespace}/{owner.name}"
        self._ends[str(owner)] = {"namespace": owner.namespace, "kind": owner.kind, "name": owner.name}
        return str(owner)

    @property
    def _all(self) -> frozenset[Owner]:
        return self._owners(self._peers.of_sort(Sort.POD) | self._peers.of_sort(Sort.HOST))

    def _with_zones(self, row: Proposed) -> Proposed:
        return Proposed(self._shorter(row.callers), self._shorter(row.called), row.ports, row.pairs)

    def _shorter(self, words: tuple[str, ...]) -> tuple[str, ...]:
        """A zone in place of its workloads, where all of them are there."""
        left = dict.fromkeys(words)
        zones: list[str] = []
        for name, owners in self._zones.items():
            members = {self._workload(one) for one in owners}
            if members and members <= left.keys():
                zones.append(name)
                left = {one: None for one in left if one not in members}
        return (*zones, *left)


def merged(cells: Mapping[tuple[str, str], Sequence[Supported]]) -> Iterator[Proposed]:
    """Rows of pairs, in the order of what is called. What was seldom seen, or less than others by far, has its own."""
    by_called: dict[tuple[str, tuple[str, ...], object], list[str]] = defaultdict(list)
    pairs_of: dict[tuple[str, str, tuple[str, ...], object], list[Supported]] = {}
    for (caller, called), whole in sorted(cells.items()):
        for often, several in _by_how_often((caller, called), whole).items():
            ports = ports_of(several)
            by_called[called, ports, often].append(caller)
            pairs_of[caller, called, ports, often] = several
    by_callers: dict[tuple[tuple[str, ...], tuple[str, ...], object], list[str]] = defaultdict(list)
    for (called, ports, often), callers in by_called.items():
        by_callers[tuple(callers), ports, often].append(called)
    for (all_callers, ports, often), every in by_callers.items():
        pairs = {id(one): one for who in all_callers for each in every for one in pairs_of[who, each, ports, often]}
        yield Proposed(all_callers, tuple(every), ports, tuple(pairs.values()))


def _by_how_often(ends: tuple[str, str], several: Sequence[Supported]) -> Mapping[object, list[Supported]]:
    """The pairs of two ends by the power of ten of how often their ports were seen; the rare ones each for itself."""
    by_port: dict[Connections, list[Supported]] = defaultdict(list)
    for one in several:
        by_port[one.connections].append(one)
    found: dict[object, list[Supported]] = defaultdict(list)
    for connections, these in by_port.items():
        count = sum(one.joined.tally.through + one.joined.tally.lookups for one in these)
        often: object = len(str(count)) if count >= LEAST else (ends, connections)
        found[often].extend(these)
    return found


def ports_of(several: Iterable[Supported]) -> tuple[str, ...]:
    """The ports of pairs, as the baseline writes them."""
    found = Connections()
    for one in several:
        found |= one.connections
    return tuple(_words(found))


def _words(found: Connections) -> Iterator[str]:
    for protocol in ("TCP", "UDP", "SCTP"):
        for first, last in found.of(protocol):
            yield f"{protocol} {first}" if first == last else f"{protocol} {first}-{last}"
