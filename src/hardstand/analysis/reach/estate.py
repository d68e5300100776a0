"""The network of a picture: who is there, and what all policies say, ready to be asked."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from hardstand.analysis.network_plugin import ENFORCING, Enforces, enforces, holds_pods, plugins_of
from hardstand.analysis.reach import kubernetes, outside
from hardstand.analysis.reach.connections import NONE, Connections
from hardstand.analysis.reach.edges import Edges, Entering
from hardstand.analysis.reach.makes import POLICIES, POLICY_READS, Makes, gaps
from hardstand.analysis.reach.peers import Node, Outside, Peer, Peers, Sort
from hardstand.analysis.reach.pods import POD_READS, pods_of
from hardstand.analysis.reach.rows import Rows, Universe
from hardstand.analysis.reach.rule import Direction, Policies
from hardstand.analysis.reach.spans import Spans
from hardstand.analysis.reach.tracing import Traced, trace
from hardstand.analysis.reach.unread import unread_policies
from hardstand.baseline.network import Cni
from hardstand.inventory.neighbours import Neighbours
from hardstand.inventory.views.base import Subject
from hardstand.inventory.views.config import Namespace
from hardstand.inventory.views.extending import ClusterNode
from hardstand.inventory.views.workload import Workload
from hardstand.model.violation import MalformedFieldError

REACH_READS: tuple[tuple[type[Subject], tuple[str, ...]], ...] = (
    *POD_READS,
    (Namespace, ("metadata.labels", "metadata.annotations")),
    *POLICY_READS,
    (ClusterNode, ("metadata.labels", "status.addresses")),
    *outside.OUTSIDE_READS,
)
"""The views that must be among the neighbours, and what must be kept of each."""

__all__ = ["POLICIES", "REACH_READS", "Conventions", "Estate", "estate_of"]


@dataclass(frozen=True, slots=True)
class Conventions:
    """What is left open, and how it is taken."""

    ordinary_hosts: bool = False
    """Pods on their node's network are isolated and selected like others; no plugin does so, but np-guard does."""
    direct_owners: bool = False
    """A pod is named by what its own reference names, and not by what owns that."""
    blocks_hold_pods: bool | None = None
    """Whether blocks of addresses in Kubernetes' own policies are about pods, too. None is as the network plugin, where
    it is known, and no where it is not."""


@dataclass(frozen=True)
class Estate:
    """The network of a picture. Everything is worked out when it is first asked for."""

    peers: Peers
    policies: Policies
    doubts: Sequence[str] = ()
    """What could not be read, or is not decided by what was: sentences for a person."""
    conventions: Conventions = field(default_factory=Conventions)
    entering: Sequence[Entering] = ()
    """What comes in from outside by other ways than to a pod's own address."""
    named: Mapping[Direction, Sequence[Spans]] = field(default_factory=dict)
    """The addresses that rules of each direction tell apart."""
    remarks: Sequence[str] = ()
    """What is taken for granted, and is otherwise where the cluster's network is another: sentences for a person."""

    @cached_property
    def universe(self) -> Universe:
        """The connections that rules tell apart."""
        stages = (*self.policies.ingress, *self.policies.egress)
        return Universe(rule.connections for stage in stages for rule in stage.rules)

    @cached_property
    def surely(self) -> Rows:
        """What is allowed whatever could not be told."""
        return Rows(self.peers, self.policies, self.universe, certain=True)

    @cached_property
    def perhaps(self) -> Rows:
        """What may be allowed."""
        if self.is_certain:
            return self.surely
        return Rows(self.peers, self.policies, self.universe, certain=False)

    @cached_property
    def is_certain(self) -> bool:
        """No rule depends on what cannot be told, and no end is on its node's network."""
        stages = (*self.policies.ingress, *self.policies.egress)
        conditional = any(
            any(rule.condition for rule in stage.rules) or any(one.condition for one in stage.isolating)
            for stage in stages
        )
        return not conditional and not self.peers.of_sort(Sort.HOST)

    @cached_property
    def unread(self) -> Sequence[str]:
        """Policies that cannot be read, for a person: unlike what is a doubt, each is told of the pairs it is about."""
        return tuple(dict.fromkeys(unread_policies(self.policies)))

    @cached_property
    def edges(self) -> Edges:
        """Who may reach whom, by workloads."""
        return Edges(self.peers, self.surely, self.perhaps, self.universe, self.entering, self.named, self.policies)

    def allowed(self, source: Peer, destination: Peer) -> Connections:
        """The connections that are allowed from one end to another, whatever could not be told."""
        return self._between(self.surely, source, destination)

    def possible(self, source: Peer, destination: Peer) -> Connections:
        """The connections that are or may be allowed."""
        return self._between(self.perhaps, source, destination)

    def _between(self, rows: Rows, source: Peer, destination: Peer) -> Connections:
        for mask, bits in rows.row(source.number).items():
            if bits & destination.bit:
                return self.universe.connections(mask)
        return NONE

    def trace(self, source: Peer, destination: Peer, protocol: str, port: int) -> Traced:
        """Whether one connection is allowed, and by what it is decided. ValueError for what is no connection."""
        return trace(self.policies, source, destination, protocol, port)


def estate_of(
    neighbours: Neighbours,
    *,
    conventions: Conventions | None = None,
    blocks: Sequence[Spans] = (),
    names: Sequence[str] = (),
    cni: Cni | None = None,
) -> Estate:
    """The network of a picture. `blocks` and `names`: what else of the world outside is to be told apart.

    `cni`: what makes the network, where that is declared; else what runs on every node tells it, where it does.
    """
    taken = conventions or Conventions()
    plugins = {cni: ENFORCING[cni]} if cni is not None else plugins_of(neighbours.anywhere(Workload))
    pods, unread = pods_of(neighbours, direct=taken.direct_owners)
    makes = Makes.of(neighbours)
    named = {direction: (*blocks, *makes.spans_named(direction)) for direction in Direction}
    asked = {direction: tuple(makes.spans_asked(direction)) for direction in Direction}
    domains = dict.fromkeys([*names, *makes.names_named()])
    told = taken.blocks_hold_pods if taken.blocks_hold_pods is not None else holds_pods([*plugins, *makes.plugins()])
    hold = told is True
    doubts = [f"the pods of {one.workload} cannot be told: {one.reason}" for one in unread]
    peers = Peers(
        pods,
        dict(_labelled(neighbours, doubts)),
        [*(one for several in named.values() for one in several), *outside.ranges(neighbours)],
        nodes=dict(_nodes(neighbours, doubts)),
        outside=[*outside.ends(neighbours), *(Outside(Sort.NAME, name) for name in domains)],
        ordinary_hosts=taken.ordinary_hosts,
        asked=[*blocks, *(one for several in (named if hold else asked).values() for one in several)],
        blocks_hold_pods=hold,
    )
    doubts.extend(_missing(neighbours, makes))
    made = makes.policies(peers, doubts)
    entering = outside.entering(neighbours, peers, doubts)
    if enforces(plugins) is Enforces.NO and makes.any:
        doubts.append(f"{', '.join(sorted(plugins))} enforces no network policies: what they deny is open")
    remarks = tuple(_remarks(kubernetes.holding_pods(makes.kubernetes, peers))) if told is None else ()
    return Estate(peers, made, tuple(dict.fromkeys(doubts)), taken, entering, named, remarks)


def _remarks(policies: Sequence[str]) -> Iterator[str]:
    if policies:
        more = f" and {len(policies) - _SHOWN} more" if len(policies) > _SHOWN else ""
        yield (
            f"blocks of addresses in NetworkPolicy {', '.join(policies[:_SHOWN])}{more} hold pods' addresses, too: "
            "to Cilium that means nothing, and so it is taken; other plugins let these pods through"
        )


_SHOWN = 3


def _labelled(neighbours: Neighbours, doubts: list[str]) -> Iterator[tuple[str, Mapping[str, str]]]:
    for one in neighbours.anywhere(Namespace):
        try:
            yield one.name, one.metadata.labels
        except MalformedFieldError as error:
            doubts.append(f"the labels of namespace {one.name} cannot be read: {error}")
            yield one.name, {}


def _nodes(neighbours: Neighbours, doubts: list[str]) -> Iterator[tuple[str, Node]]:
    for one in neighbours.anywhere(ClusterNode):
        try:
            addresses = tuple(each.address for each in one.status.addresses if each.address)
            yield one.name, Node(one.metadata.labels, addresses)
        except MalformedFieldError as error:
            doubts.append(f"node {one.name} cannot be read: {error}")


def _missing(neighbours: Neighbours, makes: Makes) -> Iterator[str]:
    """What could not be had, and may change any answer."""
    yield from gaps(neighbours, makes)
    for view, _ in REACH_READS:
        if (view, _) not in POLICY_READS:
            for gap in neighbours.gaps(view):
                yield gap.reason
