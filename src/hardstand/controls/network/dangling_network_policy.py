"""Network policy selects no pods.

Why
    The policy protects nothing. The pods that it was written for run open, while everybody believes them isolated.

Fix
    Make `spec.podSelector` equal to the labels of the pods, or delete the policy.

When it is fine
    Where an operator makes the pods from an object that Hardstand does not know.

References
    - https://kubernetes.io/docs/concepts/services-networking/network-policies/#networkpolicy-resource
"""

from hardstand.analysis.joining import any_fits, any_labelled
from hardstand.analysis.pods import POD_LABELS, label_pairs, made_labels, pod_labels
from hardstand.analysis.selecting import asks_nothing, selects
from hardstand.controls.api import MEDIUM, MINIMUM, WEEKS_2_4, Confidence, Given, Violations, control, near
from hardstand.controls.network._untold import made_by_operators
from hardstand.inventory.views.network import NetworkPolicy
from hardstand.inventory.views.operators import PodMaker
from hardstand.inventory.views.workload import Workload


@control(
    severity=MEDIUM,
    confidence=Confidence.MEDIUM,
    stage=WEEKS_2_4,
    maturity=MINIMUM,
    frameworks=(
        "production-checklist:P4.1",
        "nist-800-53:SC-7",
        "nist-800-53:AC-4",
        "pci-dss:1.2.8",
        "nsa-cisa:network.policies",
        "iso-27001:A.8.22",
    ),
    reads=[near(Workload, *POD_LABELS), near(PodMaker, *PodMaker.KEEP, needed=False)],
)
def check(policy: NetworkPolicy, given: Given) -> Violations:
    """A workload of the namespace must match the pod selector; an empty one means all there will ever be."""
    selector = policy.spec.pod_selector
    if asks_nothing(selector):
        return
    if any_labelled(given.table(Workload, policy, label_pairs), selector, pod_labels):
        return
    makers = given.near(PodMaker, policy)
    if any_fits(makers, made_labels, lambda labels: selects(selector, labels)):
        return
    if makers:
        raise made_by_operators(policy.namespace)
    yield policy.spec.violates("selects no pods: nothing in its namespace matches", "podSelector")
