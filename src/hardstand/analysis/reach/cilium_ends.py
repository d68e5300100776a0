"""Whom the rules of Cilium's policies mean.

Sources: https://docs.cilium.io/en/stable/security/policy/language/ (by endpoints, services, entities, nodes, addresses
and names), https://docs.cilium.io/en/stable/security/policy/kubernetes/ (namespaces, service accounts), and
https://docs.cilium.io/en/stable/operations/performance/scalability/identity-relevant-labels/ (labels that it drops).

A selector of a namespace's policy means pods of that namespace unless it names another; that of a clusterwide policy
means pods of all, and neither means nodes or the world, which only labels such as `reserved:host` do. Blocks of
addresses mean what is outside of the cluster, and no pods and nodes, whatever their address is.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from hardstand.analysis.cilium_selector import (
    ACCOUNT,
    CLUSTER,
    NAMESPACE,
    NAMESPACE_LABELS,
    Term,
    terms,
    without_sources,
)
from hardstand.analysis.reach.blocks import V4, V6, blocks
from hardstand.analysis.reach.labelled import Labelled
from hardstand.analysis.reach.likely import Likely, perhaps
from hardstand.analysis.reach.names import named
from hardstand.analysis.reach.peers import NAMESPACE_NAME, Peers, Sort
from hardstand.analysis.reach.services import Services
from hardstand.analysis.reach.spans import Spans, union
from hardstand.analysis.selecting import selects
from hardstand.inventory.views.base import View
from hardstand.inventory.views.cilium import CidrGroup, CiliumRule, ServicePeer
from hardstand.inventory.views.selectors import LabelSelector
from hardstand.inventory.views.services import Service

_DROPPED = re.compile(
    r"io\.kubernetes|kubernetes\.io|.*beta\.kubernetes\.io|k8s\.io|statefulset\.kubernetes\.io/pod-name$"
    r"|apps\.kubernetes\.io/pod-index$|batch\.kubernetes\.io/(job-completion-index|controller-uid)$"
    r"|pod-template-(generation|hash)$|controller-(revision-hash|uid)$|annotation|etcd_node"
)
"""Labels that do not make an identity unless Cilium is told that they do."""


class CiliumEnds:
    """The ends of a picture as Cilium knows them."""

    def __init__(self, peers: Peers, services: Sequence[Service], groups: Sequence[CidrGroup]) -> None:
        self.peers = peers
        self._listed = services
        self._services = Services(services, peers)
        self._groups = {one.name: one for one in groups}
        self._labelled = Labelled(self._pods())
        self._named: dict[tuple[str, ...], Likely] = {}

    def _pods(self) -> Iterator[tuple[int, Mapping[str, str]]]:
        for peer in self.peers.among(self.peers.pods):
            about = {NAMESPACE_NAME: peer.namespace, **self.peers.namespaces.get(peer.namespace, {})}
            yield (
                peer.bit,
                {
                    **(peer.labels or {}),
                    **{NAMESPACE_LABELS + key: value for key, value in about.items()},
                    NAMESPACE: peer.namespace,
                    ACCOUNT: peer.service_account,
                },
            )

    def subject(self, selector: LabelSelector, home: str | None) -> Likely:
        """The pods that a policy is about: of its own namespace, whatever else it asks."""
        asked = [one for one in terms(selector) if home is None or (one.source, one.key) != ("k8s", NAMESPACE)]
        return self._asked(asked).among(self.peers.pods if home is None else self.peers.in_namespace(home))

    def nodes(self, selector: LabelSelector) -> Likely:
        """The nodes that a selector means; of some the picture does not hold the labels."""
        meant = Likely(self.peers.nodes_selected(without_sources(selector)))
        return meant | perhaps(self._unknown_nodes, "the node has the labels that are asked for")

    @cached_property
    def _unknown_nodes(self) -> int:
        """The nodes whose labels the picture does not hold."""
        known = {f"node {name}" for name in self.peers.nodes}
        hosts = self.peers.among(self.peers.of_sort(Sort.HOST))
        return sum(peer.bit for peer in hosts if peer.name not in known)

    def endpoints(self, selector: LabelSelector, home: str | None) -> Likely:
        """The ends that a selector on the other side means."""
        asked = list(terms(selector))
        found = self._asked(asked)
        keys = [(one.source, one.key) for one in asked]
        if any(source == "reserved" for source, _ in keys):
            return found
        found = found.among(self.peers.pods)
        of_namespaces = any(key == NAMESPACE or key.startswith(NAMESPACE_LABELS) for _, key in keys)
        if home is not None and not of_namespaces:
            return found.among(self.peers.in_namespace(home))
        everywhere = not asked or all((one.key, one.operator) == (NAMESPACE, "Exists") for one in asked)
        return found | Likely(self.peers.of_sort(Sort.ENTRANCE)) if everywhere else found

    def _asked(self, asked: Sequence[Term]) -> Likely:
        found = Likely(self.peers.all)
        for one in asked:
            positive = one.operator in ("In", "Exists")
            having = self._having(one)
            found &= having if positive else having.outside_of(self.peers.all)
        return found

    def _having(self, one: Term) -> Likely:
        """The ends that have a label, with one of the values where values are asked for."""
        if one.source == "reserved":
            return self._entity(one.key) or Likely()
        if one.source not in ("any", "k8s"):
            return Likely()  # Labels of containers, addresses and names: pods have none.
        if one.key == CLUSTER and one.values:
            return perhaps(self.peers.pods, f"this cluster is called {' or '.join(one.values)} in Cilium")
        if one.key == CLUSTER:
            return Likely(self.peers.pods)
        bits = 0 if one.values else self._labelled.with_key(one.key)
        for value in one.values:
            bits |= self._labelled.with_pair(one.key, value)
        if one.key != NAMESPACE and _DROPPED.match(one.key):
            return perhaps(bits, f"Cilium is told to keep the label {one.key}")
        return Likely(bits)

    def entities(self, asked: Sequence[str], where: View, field: str) -> Likely:
        """What entities mean. MalformedFieldError for one that there is not."""
        found = Likely(self.peers.of_sort(Sort.HOST)) if {"host", "remote-node"} <= set(asked) else Likely()
        for at, one in enumerate(asked):
            meant = self._entity(one)
            if meant is None:
                raise where.malformed("an entity such as world, cluster or host", field, at)
            found |= meant
        return found

    def _entity(self, name: str) -> Likely | None:
        peers, sort = self.peers, self.peers.of_sort
        hosts, entrances, names = sort(Sort.HOST), sort(Sort.ENTRANCE), sort(Sort.NAME)
        world = sort(Sort.BLOCK) | names
        made: Mapping[str, Callable[[], Likely]] = {
            "all": lambda: Likely(peers.all),
            "world": lambda: Likely(world) | perhaps(entrances, "it is outside of the cluster"),
            "world-ipv4": lambda: Likely(peers.blocks((V4,))) | perhaps(names, "its address is of IPv4"),
            "world-ipv6": lambda: Likely(peers.blocks((V6,))) | perhaps(names, "its address is of IPv6"),
            "cluster": lambda: Likely(peers.pods | hosts | entrances),
            "host": lambda: perhaps(hosts, "it is the pod's own node"),
            "remote-node": lambda: perhaps(hosts, "it is another node than the pod's own"),
            "kube-apiserver": lambda: perhaps(hosts | sort(Sort.BLOCK), "it is the API server of Kubernetes"),
            "ingress": lambda: perhaps(entrances, "it is the proxy of Cilium"),
            "unmanaged": lambda: perhaps(peers.pods, "Cilium does not manage the pod"),
            "init": Likely,  # Pods whose labels are not known yet: those of a picture have theirs.
            "health": Likely,  # Cilium's own probes.
            "none": Likely,
        }
        return made[name]() if name in made else None

    def others(self, rule: CiliumRule, key: str, home: str | None) -> Likely:
        """The ends that one of the lists of a rule means. MalformedFieldError for what cannot be read."""
        found = Likely()
        match key:
            case "fromEndpoints" | "toEndpoints":
                for selector in rule.from_endpoints if key[0] == "f" else rule.to_endpoints:
                    found |= self.endpoints(selector, home)
            case "fromEntities" | "toEntities":
                found = self.entities(rule.from_entities if key[0] == "f" else rule.to_entities, rule, key)
            case "fromNodes" | "toNodes":
                told_apart = perhaps(self.peers.all, "Cilium tells nodes apart by labels (nodeSelectorLabels)")
                for selector in rule.from_nodes if key[0] == "f" else rule.to_nodes:
                    found |= self.nodes(selector) & told_apart
            case "toServices":
                for one in rule.to_services:
                    found |= self._service(one, home)
            case "toFQDNs":
                found = self._by_names(tuple(one.name or one.pattern or "" for one in rule.to_names))
            case "fromGroups" | "toGroups":
                found = perhaps(
                    self.peers.of_sort(Sort.BLOCK), "the cloud has the address in the groups", unsupported=True
                )
            case _:
                found = self._addresses(rule, key)
        return found

    def _by_names(self, names: tuple[str, ...]) -> Likely:
        if names not in self._named:
            self._named[names] = named(names, self.peers)
        return self._named[names]

    def _addresses(self, rule: CiliumRule, key: str) -> Likely:
        spans: Spans = ()
        missing = Likely()
        for one in addresses_named(rule, key):
            group = self._groups.get(one.group or "")
            if one.cidr is not None:
                spans = union(spans, one.spans)
            elif group is None:
                why = f"the address is in the CiliumCIDRGroup {one.group}, which is not in the picture"
                missing |= perhaps(self.peers.of_sort(Sort.BLOCK) | self.peers.of_sort(Sort.NAME), why)
            else:
                for at, cidr in enumerate(group.spec.cidrs):
                    spans = union(spans, _spans(cidr, one.excepts, group.spec, "externalCIDRs", at))
        surely, maybe = self.peers.with_address(spans, self.peers.of_sort(Sort.NAME))
        blocks_ = Likely(self.peers.blocks(spans) | surely)
        return blocks_ | perhaps(maybe, "its address is in the blocks that are named") | missing

    def _service(self, one: ServicePeer, home: str | None) -> Likely:
        if one.named.exists:
            namespace, name = one.named.namespace or home or "default", one.named.name or ""
            meant = self._services.named(namespace, name)
            if not meant:
                outside = self.peers.pods | self.peers.of_sort(Sort.BLOCK)
                why = f"it is behind Service {namespace}/{name}, which is not in the picture"
                return perhaps(outside, why, unsupported=True)
        else:
            wanted = without_sources(one.selected.selector)
            there = one.selected.namespace
            meant = [
                service
                for service in self._listed
                if (there is None or service.namespace == there) and selects(wanted, service.metadata.labels)
            ]
        found = Likely()
        for service in meant:
            if service.spec.selector:
                why = "Cilium lets toServices mean Services with a selector, as newer versions do"
                found |= perhaps(self._services.selected(service), why)
            else:
                why = f"the address is one that Service {service.namespace}/{service.name} leads to"
                found |= perhaps(self.peers.of_sort(Sort.BLOCK), why)
        return found


class Addresses(NamedTuple):
    """A block that a rule names, or a group of blocks by its name."""

    cidr: str | None
    group: str | None
    excepts: Sequence[str]
    spans: Spans


def addresses_named(rule: CiliumRule, key: str) -> Iterator[Addresses]:
    """The blocks in one of the lists of a rule. MalformedFieldError for what is none."""
    if key in ("fromCIDR", "toCIDR"):
        for at, cidr in enumerate(rule.from_cidr if key == "fromCIDR" else rule.to_cidr):
            yield Addresses(cidr, None, (), _spans(cidr, (), rule, key, at))
        return
    for one in rule.from_cidr_set if key == "fromCIDRSet" else rule.to_cidr_set:
        if one.group_selector.exists:
            raise one.malformed("a cidr or a cidrGroupRef, which are all that is understood", "cidrGroupSelector")
        if one.cidr is None and one.group is None:
            raise one.malformed("cidr or cidrGroupRef")
        spans = _spans(one.cidr, one.excepts, one, "cidr") if one.cidr is not None else ()
        yield Addresses(one.cidr, one.group, one.excepts, spans)


def _spans(cidr: str, excepts: Sequence[str], where: View, *field: str | int) -> Spans:
    try:
        return blocks(cidr, excepts)
    except ValueError as error:
        raise where.malformed("addresses such as 10.0.0.0/8", *field) from error
