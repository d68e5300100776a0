"""Network policy allows peers that do not exist.

Why
    A rule whose peer matches no pod allows nobody, so that the traffic it was written for is cut, or it allows whoever
    next wears the labels. Mostly it is a label that was renamed on one side.

Fix
    Make the peer's `podSelector` equal to the labels of the pods that are meant, with a `namespaceSelector` where they
    are in another namespace, or delete the rule.

When it is fine
    Where an operator makes the pods from an object that Hardstand does not know.

References
    - https://kubernetes.io/docs/concepts/services-networking/network-policies/#behavior-of-to-and-from-selectors
"""

from collections.abc import Iterator, Sequence
from functools import partial

from hardstand.analysis.joining import any_fits, any_labelled
from hardstand.analysis.pods import POD_LABELS, label_pairs, made_labels, pod_labels
from hardstand.analysis.selecting import asks_nothing, selects
from hardstand.controls.api import LOW, MINIMUM, WEEKS_2_4, Confidence, Given, Violations, anywhere, control, near
from hardstand.controls.network._untold import made_by_operators
from hardstand.inventory.neighbours import Table
from hardstand.inventory.views.config import Namespace
from hardstand.inventory.views.network import NetworkPolicy, NetworkPolicyPeer
from hardstand.inventory.views.operators import PodMaker
from hardstand.inventory.views.selectors import LabelSelector
from hardstand.inventory.views.workload import Workload

_NAME = "kubernetes.io/metadata.name"
"""On every namespace since 1.21."""


@control(
    severity=LOW,
    confidence=Confidence.MEDIUM,
    stage=WEEKS_2_4,
    maturity=MINIMUM,
    frameworks=(
        "production-checklist:P4.2",
        "nist-800-53:SC-7",
        "nist-800-53:AC-4",
        "pci-dss:1.2.8",
        "nsa-cisa:network.policies",
        "iso-27001:A.8.22",
    ),
    reads=[
        near(Workload, *POD_LABELS),
        anywhere(PodMaker, *PodMaker.KEEP, needed=False),
        anywhere(Namespace, "metadata.labels", needed=False),
    ],
)
def check(policy: NetworkPolicy, given: Given) -> Violations:
    """A peer with a pod selector must match a workload, in the policy's namespace or in those that it selects.

    A peer in other namespaces is looked at when the input holds these namespaces and workloads in them: DNS and
    monitoring mostly live elsewhere.
    """
    own = [peer for peer in _peers(policy) if not peer.namespace_selector.exists]
    lost = [peer for peer in own if not any_labelled(_pods_near(policy, given), peer.pod_selector, pod_labels)]
    makers = given.near(PodMaker, policy)
    lost = [peer for peer in lost if not any_fits(makers, made_labels, partial(selects, peer.pod_selector))]
    if lost and makers:
        raise made_by_operators(policy.namespace)
    for peer in lost:
        yield peer.violates("allows pods that do not exist: nothing in its namespace matches", "podSelector")
    for peer in _peers(policy):
        if peer.namespace_selector.exists and _matches_nothing(peer, given):
            yield peer.violates("allows pods that do not exist in the namespaces that it selects", "podSelector")


def _pods_near(policy: NetworkPolicy, given: Given) -> Table[Workload]:
    return given.table(Workload, policy, label_pairs)


def _peers(policy: NetworkPolicy) -> Iterator[NetworkPolicyPeer]:
    for rule in (*policy.spec.ingress, *policy.spec.egress):
        for peer in (*rule.from_, *rule.to):
            if not asks_nothing(peer.pod_selector):
                yield peer


def _matches_nothing(peer: NetworkPolicyPeer, given: Given) -> bool:
    """Tell whether the selected namespaces hold workloads of which none matches, and no pods made by operators."""
    names = _selected(peer.namespace_selector, given)
    there = [one for name in names for one in given.within(Workload, name)]
    if not there or any(given.within(PodMaker, name) for name in names):
        return False
    return not _selects_any(peer, there)


def _selects_any(peer: NetworkPolicyPeer, workloads: Sequence[Workload]) -> bool:
    return any_fits(workloads, pod_labels, partial(selects, peer.pod_selector))


def _selected(selector: LabelSelector, given: Given) -> Sequence[str]:
    """The namespaces that a selector means, by their objects or by the name that it asks for."""
    name = selector.match_labels.get(_NAME)
    if name and len(selector.match_labels) == 1 and not selector.match_expressions:
        return [name]
    named = ((one, {**one.metadata.labels, _NAME: one.name}) for one in given.anywhere(Namespace))
    return [one.name for one, labels in named if selects(selector, labels)]
