"""Policies of every make in a picture, and the stages that they are together.

Kubernetes' own are one stage, between those of administrators. Where there are policies of Cilium they are in that
same stage. Where there are policies of Calico that stage is its tier `default`, with its other tiers around it. A
cluster has one network plugin; where there are policies of both, a connection needs the leave of both, and the picture
is doubted.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from hardstand.analysis.reach import admin, calico, cilium, kubernetes
from hardstand.analysis.reach.calico_ends import CalicoEnds
from hardstand.analysis.reach.cilium_ends import CiliumEnds
from hardstand.analysis.reach.peers import Peers
from hardstand.analysis.reach.rule import Direction, Effect, Isolating, Policies, Rule, Stage
from hardstand.analysis.reach.services import SERVICE_FIELDS, Services
from hardstand.analysis.reach.spans import Spans
from hardstand.baseline.network import Cni
from hardstand.inventory.neighbours import Neighbours
from hardstand.inventory.views.admin_policies import AdminPolicy
from hardstand.inventory.views.base import Subject
from hardstand.inventory.views.calico import AddressSet, CalicoPolicy, HostEndpoint, Tier
from hardstand.inventory.views.cilium import CidrGroup, CiliumPolicy
from hardstand.inventory.views.config import ServiceAccount
from hardstand.inventory.views.network import NetworkPolicy
from hardstand.inventory.views.other_policies import OtherPolicy
from hardstand.inventory.views.services import Service

POLICIES: tuple[type[Subject], ...] = (NetworkPolicy, AdminPolicy, CiliumPolicy, CalicoPolicy)
POLICY_READS: tuple[tuple[type[Subject], tuple[str, ...]], ...] = (
    (NetworkPolicy, kubernetes.FIELDS),
    (AdminPolicy, admin.FIELDS),
    (CiliumPolicy, cilium.FIELDS),
    (CidrGroup, ("spec.externalCIDRs",)),
    (CalicoPolicy, calico.FIELDS),
    (Tier, ("spec.order", "spec.defaultAction")),
    (AddressSet, ("metadata.labels", "spec.nets", "spec.allowedEgressDomains")),
    (HostEndpoint, ("metadata.labels", "spec.node")),
    (Service, ("metadata.labels", *SERVICE_FIELDS)),
    (ServiceAccount, ("metadata.labels",)),
    (OtherPolicy, ()),
)
"""The views that must be among the neighbours, and what must be kept of each."""
_ADMIN_ORDER, _BASELINE_ORDER = calico.ORDERS["kube-admin"], calico.ORDERS["kube-baseline"]


@dataclass(frozen=True)
class Makes:
    """The policies of a picture, by their make, with what they name."""

    kubernetes: Sequence[NetworkPolicy]
    admins: Sequence[AdminPolicy]
    cilium: Sequence[CiliumPolicy]
    groups: Sequence[CidrGroup]
    calico: Sequence[CalicoPolicy]
    tiers: Sequence[Tier]
    sets: Sequence[AddressSet]
    hosts: Sequence[HostEndpoint]
    services: Sequence[Service]
    accounts: Sequence[ServiceAccount]
    others: Sequence[OtherPolicy]

    @classmethod
    def of(cls, neighbours: Neighbours) -> "Makes":
        """The policies among the neighbours."""
        there = neighbours.anywhere
        return cls(
            there(NetworkPolicy),
            there(AdminPolicy),
            there(CiliumPolicy),
            there(CidrGroup),
            there(CalicoPolicy),
            there(Tier),
            there(AddressSet),
            there(HostEndpoint),
            there(Service),
            there(ServiceAccount),
            there(OtherPolicy),
        )

    @property
    def any(self) -> bool:
        """Tell whether there is a policy of any make."""
        return bool(self.kubernetes or self.admins or self.cilium or self.calico)

    def plugins(self) -> Iterator[Cni]:
        """The plugins that have policies of their own here."""
        if self.cilium:
            yield Cni.CILIUM
        if self.calico:
            yield Cni.CALICO

    def spans_named(self, direction: Direction) -> Iterator[Spans]:
        """The addresses that rules of a direction tell apart."""
        yield from kubernetes.spans_named(self.kubernetes, direction)
        yield from self.spans_asked(direction)

    def spans_asked(self, direction: Direction) -> Iterator[Spans]:
        """Those that are asked about pods, too; what Kubernetes' own policies name is outside of the cluster."""
        yield from admin.spans_named(self.admins, direction)
        yield from cilium.spans_named(self.cilium, direction)
        yield from calico.spans_named(self.calico, direction)
        if self.cilium:
            yield from cilium.spans_of_groups(self.groups, self.cilium)
        if self.calico:
            yield from calico.spans_of_sets(self.sets)

    def names_named(self) -> Iterator[str]:
        """The host names that policies name."""
        yield from admin.names_named(self.admins)
        yield from cilium.names_named(self.cilium)
        if self.calico:
            yield from calico.names_named(self.calico, self.sets)

    def policies(self, peers: Peers, doubts: list[str]) -> Policies:
        """All stages; what is not decided by what was read is added to the doubts."""
        if self.cilium and self.calico:
            doubts.append("there are policies of Cilium and of Calico: a cluster has one plugin, which is not told")
        for kind, several in groupby(sorted(self.others, key=lambda one: one.kind), key=lambda one: one.kind):
            doubts.append(f"{len(list(several))} of {kind} are not evaluated: what they allow and deny is not told")
        services = Services(self.services, peers)
        of_cilium = CiliumEnds(peers, self.services, self.groups) if self.cilium else None
        of_calico = CalicoEnds(peers, self.sets, self.accounts, self.hosts, services) if self.calico else None
        made = {direction: self._stages(direction, peers, of_cilium, of_calico, doubts) for direction in Direction}
        return Policies(made[Direction.INGRESS], made[Direction.EGRESS])

    def _stages(
        self,
        direction: Direction,
        peers: Peers,
        of_cilium: CiliumEnds | None,
        of_calico: CalicoEnds | None,
        doubts: list[str],
    ) -> Sequence[Stage]:
        """The stages of a direction, in the order in which they are asked."""
        for one, other in admin.ties(self.admins, direction, peers):
            doubts.append(f"which of {one} and {other}, of one tier and priority, is asked first is not defined")
        rules, isolating = kubernetes.rules_of(self.kubernetes, direction, peers)
        placed = [
            calico.Placed(_ADMIN_ORDER, "kube-admin", admin.stage(self.admins, admin.ADMIN, direction, peers)),
            calico.Placed(_BASELINE_ORDER, "kube-baseline", admin.stage(self.admins, admin.BASELINE, direction, peers)),
        ]
        order = calico.ORDERS[calico.DEFAULT]
        if of_cilium is not None:
            stage = self._with_cilium(rules, isolating, direction, of_cilium)
            placed.append(calico.Placed(order, "", _with_leave_of_others(stage) if of_calico else stage))
        elif of_calico is None:
            placed.append(calico.Placed(order, "", kubernetes.stage(rules, isolating)))
        if of_calico is not None:
            placed.extend(calico.stages(self.calico, self.tiers, direction, of_calico, (rules, isolating)))
            nodes = list(calico.of_nodes(self.calico, self.hosts, of_calico))
            if nodes:
                placed.append(calico.Placed(order, "", Stage("interfaces of nodes", nodes)))
        return [one.stage for one in sorted(placed, key=lambda one: one[:2])]

    def _with_cilium(
        self, rules: Sequence[Rule], isolating: Sequence[Isolating], direction: Direction, ends: CiliumEnds
    ) -> Stage:
        made = cilium.rules_of(self.cilium, direction, ends)
        return Stage(
            "NetworkPolicy and CiliumNetworkPolicy",
            [*made.denying, *rules, *made.allowing],
            [*isolating, *made.isolating],
            ordered=bool(made.denying),
        )


def _with_leave_of_others(stage: Stage) -> Stage:
    """The stage with what it allows passed on, so that the next has to allow it too."""
    rules = [replace(one, effect=Effect.PASS if one.effect is Effect.ALLOW else one.effect) for one in stage.rules]
    return replace(stage, rules=rules, ordered=True)


def gaps(neighbours: Neighbours, makes: Makes) -> Iterator[str]:
    """What of policies, and of what they name, could not be had."""
    for view, _ in POLICY_READS:
        if view is ServiceAccount and not makes.calico:
            continue  # Nothing else asks for their labels.
        for gap in neighbours.gaps(view):
            yield gap.reason
