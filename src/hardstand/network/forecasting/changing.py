"""The picture with policies that are not applied yet: on top of those there, or in their place."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from hardstand.analysis.reach.makes import POLICIES, POLICY_READS, Makes
from hardstand.analysis.reach.rule import Direction
from hardstand.analysis.reach.spans import Spans
from hardstand.inventory.neighbours import Neighbours
from hardstand.inventory.objects import KubeObject
from hardstand.inventory.views.base import Subject
from hardstand.inventory.views.config import ServiceAccount
from hardstand.inventory.views.services import Service
from hardstand.network.generating.proving import objects_of
from hardstand.text.yaml_writing import documents

DENY = "default-deny"
SYSTEM = frozenset({"kube-system", "kube-public", "kube-node-lease"})
"""Namespaces that Kubernetes makes for itself: to deny everything there stops the cluster."""
_OTHERS: tuple[type[Subject], ...] = (Service, ServiceAccount)


@dataclass(frozen=True, slots=True)
class Change:
    """Policies, and what of those there they replace."""

    objects: Sequence[KubeObject]
    instead: bool = False
    """The policies of their namespaces are taken to be gone; with policies of the whole cluster, those too."""

    def applied(self, neighbours: Neighbours) -> Neighbours:
        """The picture when this is done."""
        gone: dict[KubeObject, KubeObject | None] = dict.fromkeys(self.replaced(neighbours))
        return neighbours.with_changed(gone).laid_over(self.objects)

    def replaced(self, neighbours: Neighbours) -> Sequence[KubeObject]:
        """The policies that are taken to be gone."""
        if not self.instead:
            return ()
        homes = {one.namespace for one in self.objects}
        new = {(one.kind, one.namespace, one.name) for one in self.objects}
        there = [one.object for view in POLICIES for one in neighbours.anywhere(view)]
        return [one for one in there if one.namespace in homes and (one.kind, one.namespace, one.name) not in new]


def policies_in(neighbours: Neighbours) -> Sequence[KubeObject]:
    """The policies, and what they are made of, among what was read."""
    found: dict[int, KubeObject] = {}
    for view, _ in POLICY_READS:
        if view not in _OTHERS:
            for one in neighbours.anywhere(view):
                found[id(one.object)] = one.object
    return list(found.values())


def spans_in(neighbours: Neighbours) -> Iterator[Spans]:
    """The addresses that policies tell apart."""
    makes = Makes.of(neighbours)
    for direction in Direction:
        yield from makes.spans_named(direction)


def names_in(neighbours: Neighbours) -> Iterable[str]:
    """The host names that policies tell apart."""
    return Makes.of(neighbours).names_named()


def denying(namespaces: Iterable[str]) -> Iterator[KubeObject]:
    """A policy in each namespace that denies everything in both directions."""
    manifests = [
        {
            "apiVersion": "networking.k8s.io/v1",
            "kind": "NetworkPolicy",
            "metadata": {"name": DENY, "namespace": one},
            "spec": {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]},
        }
        for one in namespaces
    ]
    yield from objects_of("".join(documents(manifests)))
