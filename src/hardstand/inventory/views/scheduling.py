"""Where pods may be put: affinity and spread.

Source: https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#scheduling
"""

from collections.abc import Sequence

from hardstand.inventory.views.base import View, nested, string, strings, views
from hardstand.inventory.views.pod import PodSpec
from hardstand.inventory.views.selectors import LabelSelector


class AffinityTerm(View):
    """Pods to be near to or away from, and what counts as near."""

    topology_key = string("topologyKey")
    label_selector = nested("labelSelector", LabelSelector)
    namespaces = strings("namespaces")
    namespace_selector = nested("namespaceSelector", LabelSelector)


class WeightedTerm(View):
    """A term that the scheduler prefers but does not insist on."""

    term = nested("podAffinityTerm", AffinityTerm)


class PodAntiAffinity(View):
    """Pods to be away from."""

    required = views("requiredDuringSchedulingIgnoredDuringExecution", AffinityTerm)
    preferred = views("preferredDuringSchedulingIgnoredDuringExecution", WeightedTerm)

    @property
    def terms(self) -> Sequence[AffinityTerm]:
        """All terms, insisted on or preferred."""
        return [*self.required, *(one.term for one in self.preferred)]


class Affinity(View):
    """`spec.affinity`."""

    node_affinity = nested("nodeAffinity", View)
    pod_anti_affinity = nested("podAntiAffinity", PodAntiAffinity)


class SpreadConstraint(View):
    """How unevenly pods may lie over the values of a node label."""

    topology_key = string("topologyKey")
    when_unsatisfiable = string("whenUnsatisfiable")
    label_selector = nested("labelSelector", LabelSelector)


def affinity_of(pod: PodSpec) -> Affinity:
    """The pod's affinity; an empty view when it has none."""
    found = pod.affinity
    return Affinity(found.data if found.exists else None, found.path, pod)


def spread_of(pod: PodSpec) -> Sequence[SpreadConstraint]:
    """The pod's spread constraints."""
    return [SpreadConstraint(one.data, one.path, pod) for one in pod.topology_spread]
