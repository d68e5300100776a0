"""The flow table in a picture: whom each row is about there, and the rows as rules, so that one engine asks both.

The table is about the namespaces in which a zone has a workload: what is in them is *governed*, and may do what a row
says and nothing else. What lies elsewhere is only the other end of rows.
"""

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from hardstand.analysis.intended.addresses import ANYBODY, PUBLIC, parts_of
from hardstand.analysis.intended.layers import loosened
from hardstand.analysis.intended.members import Members
from hardstand.analysis.intended.rows import DNS_ROW, TABLE, Meant, Row, rules_of, sum_of
from hardstand.analysis.reach.connections import Connections
from hardstand.analysis.reach.estate import Estate
from hardstand.analysis.reach.peers import Peers, Sort
from hardstand.analysis.reach.rule import Isolating, Origin, Policies, Rule, Stage
from hardstand.baseline.baseline import Baseline
from hardstand.baseline.network import INTERNET, Endpoint, FlowRow
from hardstand.baseline.networking import Networking
from hardstand.baseline.ports import Port
from hardstand.inventory.neighbours import Neighbours


@dataclass(frozen=True)
class Table:
    """The whole table in a picture."""

    peers: Peers
    zones: dict[str, int]
    """The pods of each zone."""
    rows: Sequence[Row]
    ended: Sequence[Row]
    """Rows that are no more meant to be."""
    faults: Sequence[str] = ()
    """What keeps the table from being held, for a person."""
    remarks: Sequence[str] = ()
    """What is probably not meant, for a person."""
    unmet: Sequence[str] = ()
    """Rows that name what nothing is that was read: whether they are held is not known."""

    @cached_property
    def namespaces(self) -> Sequence[str]:
        """The namespaces that the table is about."""
        return sorted({peer.namespace for bits in self.zones.values() for peer in self.peers.among(bits & self._pods)})

    @cached_property
    def governed(self) -> int:
        """The pods of these namespaces."""
        return sum(self.peers.in_namespace(one) for one in self.namespaces)

    @property
    def _pods(self) -> int:
        return self.peers.of_sort(Sort.POD)

    @cached_property
    def _rules(self) -> Sequence[tuple[Row, Sequence[Rule]]]:
        return [(row, tuple(rules_of(row, self.peers))) for row in self.rows]

    @cached_property
    def policies(self) -> Policies:
        """The rows as rules that allow, and all that is governed isolated in both directions."""
        isolating = [Isolating(self.governed, Origin(TABLE, None, "network.flows", ()))]
        inwards: list[Rule] = []
        outwards: list[Rule] = []
        for _, rules in self._rules:
            outwards.extend(rules)
            inwards.extend(replace(rule, about=rule.peers, peers=rule.about) for rule in rules)
        return Policies(
            (Stage(TABLE, inwards, isolating, ordered=False),), (Stage(TABLE, outwards, isolating, ordered=False),)
        )

    @cached_property
    def estate(self) -> Estate:
        """The table as a network of its own, in which what is intended is allowed: with `allowed` and `possible` of a
        pair, `edges` of workloads, and `trace`, which names rows."""
        return Estate(self.peers, self.policies)

    def covering(self, source: int, destination: int, connections: Connections) -> Iterator[Row]:
        """The rows that mean some of these connections, from one of a set of ends to one of another."""
        for row, rules in self._rules:
            if any(one.about & source and one.peers & destination and one.connections & connections for one in rules):
                yield row


def table_of(
    baseline: Baseline,
    neighbours: Neighbours,
    peers: Peers,
    *,
    today: date,
    cluster: str | None = None,
    proposed: Sequence[FlowRow] = (),
) -> Table:
    """The baseline's table in a picture, with rows that somebody proposes. What cannot be held is in `faults`.

    `today` (UTC) decides which rows have ended; `cluster` is the name of the one that was read.
    """
    reader = Reader(baseline.network, Members(baseline, neighbours, peers, cluster), peers)
    zones = {name: reader.members.fitting(zone.match) for name, zone in baseline.network.zones.items()}
    reader.zones = zones
    rows: list[Row] = []
    ended: list[Row] = []
    made: list[tuple[FlowRow, Row]] = []
    for row in baseline.network.flows:
        over = row.ended(today)
        for one in reader.rows(row, f"{'.'.join(map(str, row.at.path[:-1]))}[{row.at.path[-1]}]"):
            (ended if over else rows).append(replace(one, until=row.until if over else None))
            made += [] if over else [(row, one)]
    for number, row in enumerate(proposed):
        rows.extend(replace(one, proposed=True) for one in reader.rows(row, f"proposed[{number}]"))
    rows.extend(reader.dns())
    opened = dict.fromkeys(loosened(baseline, made, zones, peers))
    faults = [*_overlaps(baseline.network, zones, peers), *opened, *reader.members.mixed]
    remarks = [f"no workload lies in zone `{name}`" for name, bits in zones.items() if not bits]
    return Table(peers, zones, rows, ended, faults, remarks, list(dict.fromkeys(reader.unmet)))


def _overlaps(network: Networking, zones: dict[str, int], peers: Peers) -> Iterator[str]:
    names = list(zones)
    for at, one in enumerate(names):
        for other in names[at + 1 :]:
            shared = next(peers.among(zones[one] & zones[other]), None)
            if shared is not None:
                lines = f"{network.zones[one].at} and {network.zones[other].at}"
                yield f"{shared} lies in the zones `{one}` and `{other}` ({lines}), and a workload lies in one at most"


class Reader:
    """Reads rows in a picture."""

    def __init__(self, network: Networking, members: Members, peers: Peers) -> None:
        self._network = network
        self._peers = peers
        self.members = members
        self.zones: dict[str, int] = {}
        self._unseen: dict[str, dict[str, None]] = {}
        self._unnamed: list[str] = []

    def rows(self, row: FlowRow, path: str) -> Iterator[Row]:
        """A row, in as many parts as its destinations have ports of their own."""
        origins = tuple(self.meant(end, path, calls=True) for end in row.from_)
        destinations = tuple(self.meant(end, path, calls=False) for end in row.to)
        groups: dict[tuple[Port, ...], list[Meant]] = {}
        for meant in destinations:
            groups.setdefault(row.ports or self._network.outside[meant.end.word].ports, []).append(meant)
        for asked, several in groups.items():
            self._remark_names(path, asked, several)
            yield Row(path, str(row), origins, tuple(several), asked, row.reason, row.at)

    def dns(self) -> Iterator[Row]:
        """Every workload may ask the resolvers for names."""
        dns = self._network.dns
        if dns.to:
            everybody = Meant(Endpoint(zone="*/*"), self._peers.pods)
            to = tuple(self.meant(end, "", calls=False) for end in dns.to)
            text = f"every workload to {' and '.join(map(str, dns.to))}"
            yield Row(DNS_ROW, text, (everybody,), to, dns.ports, "names", dns.at)

    def meant(self, end: Endpoint, path: str, *, calls: bool) -> Meant:
        """One end. `calls`: it is the one that begins."""
        if end.word == INTERNET:
            return Meant(end, parts=ANYBODY if calls else PUBLIC)
        place = self._network.outside.get(end.word)
        if place is not None:
            return Meant(end, parts=parts_of(place), names=() if calls else tuple(place.names))
        found = self.members.fitting(end.matching)
        if end.word:
            found &= self.zones[end.word]
        if not found and path:
            self._unseen.setdefault(str(end), {})[path] = None
        return Meant(end, found)

    @property
    def unmet(self) -> list[str]:
        """Ends and ports of rows that nothing is that was read, with what may be meant."""
        unseen = (
            f"nothing that was read is `{end}` of {', '.join(paths)}{self._near(end)}"
            for end, paths in self._unseen.items()
        )
        return [*unseen, *self._unnamed]

    def _near(self, end: str) -> str:
        """The workload, or the zone that holds one, of the nearest name."""
        owners = {owner for peer in self._peers.among(self._peers.pods) for owner in peer.owners}
        known = {f"{one.namespace}/{one.name}" for one in owners} | {name for name, bits in self.zones.items() if bits}
        near = difflib.get_close_matches(end, sorted(known), n=1, cutoff=0.75)
        return f": did you mean `{near[0]}`?" if near else ""

    def _remark_names(self, path: str, asked: Sequence[Port], several: Sequence[Meant]) -> None:
        pods = sum_of(several, self._peers)
        for one in asked:
            if one.name and pods and one.protocol and not self._peers.by_port(one.name, one.protocol, pods):
                self._unnamed.append(f"nothing that {path} calls has a port named `{one.name}` for {one.protocol}")
