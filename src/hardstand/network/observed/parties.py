"""Who the two ends of a flow were, by the names of the picture: workloads, nodes, the API server, or what is outside.

Who cannot be told is nobody in particular, with the reason: an address that some pod may have had is not the internet.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from hardstand.analysis.reach.blocks import V6, address, block
from hardstand.analysis.reach.peers import Peers, Sort
from hardstand.analysis.reach.pods import Owner
from hardstand.analysis.reach.spans import Span, Spans, holds, spans, union
from hardstand.inventory.neighbours import Neighbours
from hardstand.inventory.views.extending import ClusterNode
from hardstand.inventory.views.services import Service
from hardstand.model.flow import End
from hardstand.network.observed.called import Called
from hardstand.network.observed.resolving import Resolved, Resolver
from hardstand.network.observed.resolving import Sort as Holder
from hardstand.network.observed.shapes import listed, mapping, shortest

_OWN = spans(map(block, ("10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")))
"""Where pods have their addresses and so have others: RFC 1918, RFC 6598, RFC 4193."""
_LOOPBACK = spans(map(block, ("127.0.0.0/8", "::1/128")))
_OWN_NODE = "reserved:host"
"""The node that a pod is on, as Cilium calls it.

Source: https://docs.cilium.io/en/stable/gettingstarted/terminology/#special-identities
"""


class Standing(StrEnum):
    """What an end is."""

    WORKLOAD = "workload"
    NODE = "node"
    API_SERVER = "api-server"
    SERVICE = "service"
    """A Service behind which are several workloads, or none that is known."""
    OUTSIDE = "outside"
    UNKNOWN = "unknown"
    LOCAL = "local"
    """Its own machine: no policy is asked."""


class Party(NamedTuple):
    """One end of flows. (A tuple, since one is looked up for every flow.)"""

    standing: Standing
    name: str
    """`shop/web[Deployment]`, `node n1`; of what is outside its host name, or nothing; of nobody what is told of it."""
    namespace: str = ""
    span: Span | None = None
    """The block outside, where no name is told."""
    why: str = ""
    """Why nobody can be told."""
    strange: bool = False
    """A record alone names it: neither the picture nor a history knows it."""


class Placed(NamedTuple):
    """One end, in one flow."""

    party: Party
    port: int | None = None
    """The port at the pod, where a Service has another."""
    pod: str = ""
    node: str = ""
    """The node that it is, or is on, where that is known."""


API_SERVER = Party(Standing.API_SERVER, "kube-apiserver")
RESOLVERS = Party(Standing.SERVICE, "the cluster's DNS")
"""Who answered a lookup, where its log does not say: it is the log of a resolver of the cluster."""
NOTHING_TOLD = "its record tells neither an address nor a workload"
NOBODY = "nobody is known to have had this address then"
PERHAPS_A_POD = "it is private, and which ranges pods get addresses from is not known: it may be a pod's, or outside"
NO_SUCH_WORKLOAD = "its record names it, and it is not in the picture"
NO_FAMILY = "it is no address that policies tell apart"


@dataclass(frozen=True, slots=True)
class Ranges:
    """Which addresses are the cluster's, and which are declared to be outside of it."""

    inside: Spans = ()
    whole: bool = False
    """All pods have theirs from `inside`, so that what is not in it is not a pod's."""
    outside: Spans = ()


def ranges_of(neighbours: Neighbours, peers: Peers, outside: Iterable[Spans]) -> Ranges:
    """The ranges that nodes say pods have their addresses from, and that between those of Services.

    They are taken to be whole only where all known pods have theirs from them: some network plugins go by ranges of
    their own.
    """
    found: Spans = ()
    for node in neighbours.anywhere(ClusterNode):
        spec = mapping(node.object.data, "spec")
        for one in (spec.get("podCIDR"), *listed(spec, "podCIDRs")):
            if isinstance(one, str):
                found = union(found, _block(one))
    pods = [at for peer in peers.among(peers.pods) for pod in peer.pods for at in _numbers(pod.addresses)]
    whole = bool(pods) and all(holds(found, one) for one in pods)
    services = sorted(_numbers(_cluster_addresses(neighbours)))
    for family in ([one for one in services if one < V6[0]], [one for one in services if one >= V6[0]]):
        if family:
            found = union(found, ((family[0], family[-1]),))
    declared: Spans = ()
    for several in outside:
        declared = union(declared, several)
    return Ranges(found, whole, declared)


class Parties:
    """Tells who ends were."""

    def __init__(
        self,
        resolver: Resolver,
        peers: Peers,
        called: Called,
        ranges: Ranges,
        resolvers: Placed = Placed(RESOLVERS),  # noqa: B008 - a tuple
    ) -> None:
        """`resolvers`: who answered lookups, where their log does not say."""
        self.resolvers = resolvers
        self._resolver, self._peers, self._called, self._ranges = resolver, peers, called, ranges
        self._owners: dict[tuple[str, str], set[Owner]] = {}
        self._nodes: dict[tuple[str, str], str] = {}
        for peer in peers.among(peers.pods | peers.of_sort(Sort.HOST)):
            for pod in peer.pods:
                self._owners.setdefault((pod.owner.namespace, pod.owner.name), set()).add(pod.owner)
                self._nodes[pod.namespace, pod.name] = pod.node
        self._known = frozenset(owner for several in self._owners.values() for owner in several)
        self.by_address = lru_cache(maxsize=1 << 16)(self._by_address)
        """Who has an address that nobody in the cluster is known to have had."""

    def source(self, end: End, time: datetime) -> Placed:
        """Who began."""
        return self._placed(end, self._resolver.of(end, time), None, "")

    def destination(self, end: End, time: datetime, protocol: str, port: int | None) -> Placed:
        """Who was called."""
        return self._placed(end, self._resolver.of(end, time, port), port, protocol)

    def _placed(self, end: End, held: Resolved | None, port: int | None, protocol: str) -> Placed:
        if held is None:
            if end.service and not end.pod and not end.workload and not end.address:
                found = self._service(Resolved(Holder.SERVICE, end.service, end.namespace), port, protocol)
                known = found.party.standing is Standing.WORKLOAD or self._called.knows(end.namespace, end.service)
                return found._replace(party=found.party._replace(strange=not known))
            return Placed(self._unheld(end), port)
        if held.sort is Holder.POD and held.owner is not None:
            owner = held.owner
            strange = not (owner in self._known or self._resolver.knows(owner))
            party = Party(Standing.WORKLOAD, str(owner), owner.namespace, strange=strange)
            return Placed(party, port, held.name, self._nodes.get((held.namespace, held.name), ""))
        if held.sort is Holder.NODE:
            return Placed(Party(Standing.NODE, f"node {held.name}"), port, "", held.name)
        if held.sort is Holder.API_SERVER:
            return Placed(API_SERVER, self._called.of_api_server(port))
        return self._service(held, port, protocol)

    def _service(self, held: Resolved, port: int | None, protocol: str) -> Placed:
        """The workload behind a Service, where it is one, with its own port."""
        alone = self._called.alone(held.namespace, held.name, protocol, port)
        if alone is not None:
            owner, number = alone
            return Placed(Party(Standing.WORKLOAD, str(owner), owner.namespace), number)
        return Placed(Party(Standing.SERVICE, f"Service {held.namespace}/{held.name}", held.namespace), port)

    def _unheld(self, end: End) -> Party:
        told = end.workload or end.pod
        if told:
            known = self._owners.get((end.namespace, end.workload), set())
            if len(known) == 1 and not end.workload_kind:
                (owner,) = known
                return Party(Standing.WORKLOAD, str(owner), owner.namespace)
            return Party(Standing.UNKNOWN, f"{end.namespace}/{told}", end.namespace, None, NO_SUCH_WORKLOAD)
        if end.address:
            found = self.by_address(end.address)
            if found.standing is Standing.OUTSIDE and end.name:
                return Party(Standing.OUTSIDE, end.name.rstrip(".").lower())
            return found
        if end.name:
            return Party(Standing.OUTSIDE, end.name.rstrip(".").lower())
        return Party(Standing.UNKNOWN, "", end.namespace, None, NOTHING_TOLD)

    def _by_address(self, text: str) -> Party:
        try:
            at = address(text)
        except ValueError:
            return Party(Standing.UNKNOWN, text, "", None, NO_FAMILY)
        if holds(_LOOPBACK, at):
            return Party(Standing.LOCAL, text)
        if self._resolver.inside(text) or holds(self._ranges.inside, at):
            return Party(Standing.UNKNOWN, text, "", None, NOBODY)
        own = holds(_OWN, at) or (at >= V6[0] and self._six)
        if own and not self._ranges.whole and not holds(self._ranges.outside, at):
            return Party(Standing.UNKNOWN, text, "", None, PERHAPS_A_POD)
        peer = self._peers.at_address(text)
        if peer is None:
            return Party(Standing.UNKNOWN, text, "", None, NO_FAMILY)
        return Party(Standing.OUTSIDE, "", "", peer.span)

    @property
    def _six(self) -> bool:
        """Pods have addresses of IPv6: those may be of the internet, too."""
        pods = (pod for peer in self._peers.among(self._peers.pods) for pod in peer.pods)
        return any(":" in one for pod in pods for one in pod.addresses)


def is_own_node(source: Placed, destination: Placed, ends: tuple[End, End]) -> bool:
    """Tell whether a node and a pod on it spoke, which no policy refuses.

    Source: https://kubernetes.io/docs/concepts/services-networking/network-policies/ (traffic to and from the node
    where a Pod is running is always allowed).
    """
    if any(end.labels and _is_host(end) for end in ends):
        return True
    if (source.party.standing is Standing.NODE) is (destination.party.standing is Standing.NODE):
        return False
    return source.node == destination.node != ""


def _is_host(end: End) -> bool:
    return any(key == _OWN_NODE for key, _ in end.labels)


def owners_in(peers: Peers) -> Mapping[str, int]:
    """The ends of each workload, by its name."""
    found: dict[str, int] = {}
    for peer in peers.among(peers.pods | peers.of_sort(Sort.HOST)):
        for owner in peer.owners:
            found[str(owner)] = found.get(str(owner), 0) | peer.bit
    return found


def _cluster_addresses(neighbours: Neighbours) -> Iterator[str]:
    for one in neighbours.anywhere(Service):
        spec = mapping(one.object.data, "spec")
        for text in (spec.get("clusterIP"), *listed(spec, "clusterIPs")):
            if isinstance(text, str) and shortest(text):
                yield text


def _numbers(texts: Iterable[str]) -> Iterator[int]:
    for one in texts:
        try:
            yield address(one)
        except ValueError:
            continue


def _block(text: str) -> Spans:
    try:
        return (block(text),)
    except ValueError:
        return ()
