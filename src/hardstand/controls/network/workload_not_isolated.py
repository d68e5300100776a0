"""No network policy selects the workload.

Why
    A pod that no NetworkPolicy selects accepts connections from every pod in the cluster and may open connections to
    anywhere. One compromised neighbour is then enough to reach it.

Fix
    Give the namespace a policy with an empty pod selector that denies both directions, and allow what is needed.

When it is fine
    Where another layer isolates pods, such as a cluster-wide policy of the network plugin that Hardstand was not given.

References
    - https://kubernetes.io/docs/concepts/services-networking/network-policies/#the-two-sorts-of-pod-isolation
"""

from hardstand.analysis.isolating import isolates, wanted_label
from hardstand.analysis.joining import any_fits
from hardstand.controls.api import (
    MEDIUM,
    MINIMUM,
    WEEK_1,
    Given,
    NotApplicableError,
    UnknownError,
    Violations,
    Why,
    anywhere,
    control,
    near,
)
from hardstand.inventory.views.isolation import SELECTORS, NetworkPolicy
from hardstand.inventory.views.workload import Workload


@control(
    severity=MEDIUM,
    stage=WEEK_1,
    maturity=MINIMUM,
    frameworks=(
        "production-checklist:P4.1",
        "cis-kubernetes:5.3.2",
        "nsa-cisa:network.policies",
        "nist-800-53:SC-7(5)",
        "nist-800-53:AC-4",
        "nist-800-190:4.3.3",
        "pci-dss:1.3.1",
        "soc2:CC6.6",
        "iso-27001:A.8.22",
    ),
    reads=[near(NetworkPolicy, *SELECTORS), anywhere(NetworkPolicy, *SELECTORS, needed=False)],
)
def check(workload: Workload, given: Given) -> Violations:
    """At least one network policy of the namespace, or of the whole cluster, must select the pods."""
    labels = workload.pod_metadata.labels
    if workload.pod.host_network:
        raise NotApplicableError(Why.NO_SUBJECT)  # Policies do not govern pods in the node's network.

    def answer(policy: NetworkPolicy) -> bool | None:
        return isolates(policy, labels, workload.namespace)

    everywhere = given.within(NetworkPolicy, None)
    if any_fits(everywhere, answer, lambda found: found is True):
        return
    table = given.table(NetworkPolicy, workload, wanted_label)
    asking = [policy for pair in labels.items() for policy in table.under(pair)]
    policies = [*asking, *table.rest, *(policy for policy, _ in table.unreadable), *everywhere]
    if any_fits(policies, answer, lambda found: found is True):
        return
    if any(answer(policy) is None for policy in policies):
        message = "of a policy of the network plugin it cannot be told whom it selects"
        raise UnknownError(Why.NOT_IN_INPUT, message, "plugin-selector")
    yield workload.pod_metadata.violates(
        "is selected by no network policy", "labels", cause=f"isolation:{workload.namespace}"
    )
