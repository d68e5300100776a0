"""The policies of a table: for each namespace all denied, names asked for, and a policy for each end of a row there.

A row is written at both of its ends: what may leave at the callers, what may come in at the called. Ends that select
the same pods share one policy, and rows with the same other end share one rule.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hardstand.analysis.intended.rows import DNS_ROW, Meant, Row
from hardstand.analysis.intended.table import Table
from hardstand.analysis.reach.peers import NAMESPACE_NAME, Sort
from hardstand.baseline.classes import Matching
from hardstand.baseline.networking import Networking
from hardstand.baseline.ports import HIGHEST_PORT, Port
from hardstand.network.generating.selectors import Selector, Selectors, literal, sum_bits

DENY, DNS = "default-deny", "allow-dns"


@dataclass(slots=True)
class PolicyRule:
    """One rule, and the rows that it is for."""

    peers: tuple[Mapping[str, Any], ...]
    ports: list[Mapping[str, Any]]
    rows: list[Row]


@dataclass(slots=True)
class Policy:
    """One policy to be written."""

    namespace: str
    name: str
    title: str
    """What it is for, for whoever reads it."""
    selector: Selector
    types: tuple[str, ...]
    ingress: list[PolicyRule] = field(default_factory=list)
    egress: list[PolicyRule] = field(default_factory=list)

    def data(self) -> dict[str, Any]:
        """The policy as Kubernetes takes it."""
        spec: dict[str, Any] = {"podSelector": dict(self.selector), "policyTypes": list(self.types)}
        for key, peers, rules in (("ingress", "from", self.ingress), ("egress", "to", self.egress)):
            if rules:
                spec[key] = [rule_data(one, peers) for one in rules]
        return {
            "apiVersion": "networking.k8s.io/v1",
            "kind": "NetworkPolicy",
            "metadata": {"name": self.name, "namespace": self.namespace},
            "spec": spec,
        }


def rule_data(rule: PolicyRule, peers: str) -> dict[str, Any]:
    """A rule as Kubernetes takes it; without ports it is about all."""
    return {peers: list(rule.peers), **({"ports": list(rule.ports)} if rule.ports else {})}


@dataclass(frozen=True, slots=True)
class Generated:
    """What was made of a table."""

    policies: Sequence[Policy]
    unsaid: Sequence[str]
    """What of the table no NetworkPolicy can say, for a person."""


class Generator:
    """Makes the policies of one table."""

    def __init__(self, table: Table, network: Networking) -> None:
        self._table, self._network = table, network
        self._peers = table.peers
        self._selectors = Selectors(table.peers)
        self._unsaid: dict[str, None] = {}

    def generated(self) -> Generated:
        """All policies, by namespace and name. InseparableError where no labels tell pods apart that must be."""
        found: list[Policy] = []
        for namespace in self._table.namespaces:
            found.append(Policy(namespace, DENY, "nothing is allowed but what other policies allow", {}, _BOTH))
            found.extend(sorted(self._allowing(namespace), key=lambda one: (one.name != DNS, one.name)))
        return Generated(found, list(self._unsaid))

    def _allowing(self, namespace: str) -> Iterator[Policy]:
        made: dict[tuple[int, bool], list[Policy]] = {}
        taken = {DENY, DNS}
        for row in self._table.rows:
            for inwards in (True, False):
                for meant in row.destinations if inwards else row.origins:
                    bits = meant.pods & self._peers.in_namespace(namespace)
                    if not bits:
                        continue
                    peers = tuple(self._all_peers(row, namespace, inwards=inwards))
                    if not peers:
                        continue
                    asks = row.path == DNS_ROW and not inwards
                    if (bits, asks) not in made:
                        made[bits, asks] = list(self._about(namespace, bits, meant, taken, asks=asks))
                    for policy in made[bits, asks]:
                        rules = policy.ingress if inwards else policy.egress
                        _add(rules, PolicyRule(peers, list(port_data(row.ports)), [row]))
        for several in made.values():
            for policy in several:
                policy.types = tuple(
                    one for one, rules in zip(_BOTH, (policy.ingress, policy.egress), strict=True) if rules
                )
                yield policy

    def _about(self, namespace: str, bits: int, meant: Meant, taken: set[str], *, asks: bool) -> Iterator[Policy]:
        """Policies, without rules, that are about some pods of a namespace. `asks`: about all, who ask for names."""
        if asks:
            yield Policy(namespace, DNS, "names may be asked for", {}, _BOTH)
            return
        zone = self._zone(namespace, bits)
        said = [*([self._network.zones[zone].match] if zone else ()), *self._meant(meant)]
        selectors = self._selectors.of(namespace, bits, said)
        owners = sorted({owner.name for peer in self._peers.among(bits) for owner in peer.owners})
        for selector in selectors:
            name = f"zone-{zone}" if zone else owners[0] if len(owners) == 1 else f"{owners[0]}-and-others"
            if len(selectors) > 1:
                name = next(iter(selector.get("matchLabels", {}).values()), name)
            name = _free(_dns_label(f"allow-{name}"), taken)
            title = f"what zone {zone} may do" if zone else f"what {meant.end} may do"
            yield Policy(namespace, name, title, selector, _BOTH)

    def _zone(self, namespace: str, bits: int) -> str:
        """The zone that is these pods in a namespace; empty where none is. So names do not hang on the rows' order."""
        home = self._peers.in_namespace(namespace)
        return next((name for name, zone in self._table.zones.items() if zone & home == bits), "")

    def _meant(self, meant: Meant) -> Sequence[Matching]:
        """How the baseline says which workloads an end is, where it says it in one way."""
        zone = self._network.zones.get(meant.end.word)
        if zone is not None:
            return (zone.match,) if meant.end.matching == Matching() else ()
        return (meant.end.matching,) if not meant.end.word else ()

    def _all_peers(self, row: Row, home: str, *, inwards: bool) -> Iterator[Mapping[str, Any]]:
        """The other ends of a row, for a policy in the namespace `home`."""
        others = row.origins if inwards else row.destinations
        for other in others:
            for cidr, excepts in other.parts:
                yield {"ipBlock": {"cidr": cidr, **({"except": list(excepts)} if excepts else {})}}
            self._tell_unsaid(other, row)
        if any(row.path == DNS_ROW and other.pods == self._peers.pods for other in others):
            yield {"namespaceSelector": {}}
            return
        for other in others:
            if not other.pods and not other.is_outside:
                yield from self._unseen(other, row)
        yield from self._by_namespace([other for other in others if other.pods], home)

    def _tell_unsaid(self, meant: Meant, row: Row) -> None:
        if meant.names:
            names = ", ".join(meant.names)
            self._unsaid[f"{row.said}: a NetworkPolicy knows no names, so {names} may not be called by it"] = None
        if meant.pods & self._peers.of_sort(Sort.HOST):
            text = f"{row.said}: pods of `{meant.end}` are on their node's network, which no selector means"
            self._unsaid[text] = None

    def _by_namespace(self, several: Sequence[Meant], home: str) -> Iterator[Mapping[str, Any]]:
        alike: dict[str, tuple[Selector, list[str]]] = {}
        for namespace in sorted(self._peers.namespaces):
            for selector in self._together(several, namespace):
                alike.setdefault(repr(selector), (selector, []))[1].append(namespace)
        for selector, namespaces in alike.values():
            if namespaces == [home]:
                yield {"podSelector": selector}
                continue
            where = in_namespaces(namespaces)
            yield {"namespaceSelector": where, "podSelector": selector} if selector else {"namespaceSelector": where}

    def _together(self, several: Sequence[Meant], namespace: str) -> Sequence[Selector]:
        """The selectors of ends in a namespace: one for all where there is such, else those of each."""
        home = self._peers.in_namespace(namespace)
        here = {meant.pods & home: meant for meant in several if meant.pods & home}
        if len(here) > 1:
            joint = self._selectors.of(namespace, sum_bits(iter(here)))
            if len(joint) == 1:
                return joint
        found: list[Selector] = []
        for bits, meant in here.items():
            found += [one for one in self._selectors.of(namespace, bits, self._meant(meant)) if one not in found]
        return found

    def _unseen(self, meant: Meant, row: Row) -> Iterator[Mapping[str, Any]]:
        """Workloads of which nothing was read, where the baseline's own words are labels."""
        for match in self._meant(meant):
            said = literal(match)
            if said is not None and match.namespace and all(one.literal for one in match.namespace):
                where = in_namespaces([one.text for one in match.namespace])
                yield {"namespaceSelector": where, "podSelector": said} if said else {"namespaceSelector": where}
                return
        self._unsaid[
            f"{row.said}: nothing that was read is `{meant.end}`, and it is not told by namespace and labels alone"
        ] = None


_BOTH = ("Ingress", "Egress")


def in_namespaces(names: Sequence[str]) -> Selector:
    """The selector of namespaces by their names."""
    if len(names) == 1:
        return {"matchLabels": {NAMESPACE_NAME: names[0]}}
    return {"matchExpressions": [{"key": NAMESPACE_NAME, "operator": "In", "values": list(names)}]}


def port_data(several: Iterable[Port]) -> Iterator[Mapping[str, Any]]:
    """Ports as Kubernetes takes them; nothing for all."""
    listed = list(several)
    if any(one.protocol is None for one in listed):
        return
    for one in listed:
        made: dict[str, Any] = {"protocol": str(one.protocol)}
        if one.name:
            made["port"] = one.name
        elif (one.first, one.last) != (1, HIGHEST_PORT):
            made["port"] = one.first
            if one.last != one.first:
                made["endPort"] = one.last
        yield made


def _add(rules: list[PolicyRule], new: PolicyRule) -> None:
    """A rule with the same other ends as one that is there is a part of it."""
    for one in rules:
        if one.peers == new.peers:
            one.ports = [] if not one.ports or not new.ports else _once([*one.ports, *new.ports])
            one.rows += [row for row in new.rows if row not in one.rows]
            return
    rules.append(new)


def _once(ports: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    found: list[Mapping[str, Any]] = []
    for one in ports:
        if one not in found:
            found.append(one)
    return found


def _free(name: str, taken: set[str]) -> str:
    """The name, or with the first number that nothing else has; it is taken from then on.

    A workload may be called `dns`, or `web-2` beside two that are called `web`: of two policies with one name the
    second would replace the first.
    """
    free, number = name, 1
    while free in taken:
        number += 1
        free = f"{name}-{number}"
    taken.add(free)
    return free


def _dns_label(text: str) -> str:
    """A name that objects can have. Source: RFC 1123, section 2.1."""
    plain = "".join(one if one.isascii() and (one.isalnum() or one == "-") else "-" for one in text.lower())
    return plain[:60].strip("-")
