"""Whether pods of one workload are kept from each other's nodes.

Sources: https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/,
https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/.
"""

from hardstand.analysis.selecting import selects
from hardstand.inventory.views.scheduling import AffinityTerm, SpreadConstraint
from hardstand.inventory.views.workload import Workload

NAMESPACE_LABEL = "kubernetes.io/metadata.name"
"""The label that Kubernetes gives every namespace; the others are not known here."""


def keeps_apart(term: AffinityTerm, workload: Workload, key: str) -> bool:
    """Tell whether an anti-affinity term over the node label `key` is about the workload's own pods."""
    if term.topology_key != key or not term.label_selector.exists:
        return False
    return _holds_namespace(term, workload.namespace) and selects(term.label_selector, workload.pod_metadata.labels)


def spreads(constraint: SpreadConstraint, workload: Workload, key: str) -> bool:
    """Tell whether a spread constraint over the node label `key` is about the workload's own pods."""
    selector = constraint.label_selector
    return constraint.topology_key == key and selector.exists and selects(selector, workload.pod_metadata.labels)


def _holds_namespace(term: AffinityTerm, namespace: str | None) -> bool:
    """Without a word on namespaces a term means its own."""
    if not term.namespaces and not term.namespace_selector.exists:
        return True
    if namespace in term.namespaces:
        return True
    return term.namespace_selector.exists and selects(term.namespace_selector, {NAMESPACE_LABEL: namespace or ""})
