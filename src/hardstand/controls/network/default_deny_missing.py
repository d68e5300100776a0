"""Namespace does not deny traffic by default.

Why
    Without a policy that selects all pods, every pod that nobody wrote a policy for accepts connections from the whole
    cluster and may connect to anywhere: each new workload starts open. What leaves is forgotten most: without a limit
    on egress, whoever takes a pod can fetch tools, call home and reach the cloud's metadata.

Fix
    Add a NetworkPolicy with `podSelector: {}`, `policyTypes: [Ingress, Egress]` and no rules, and allow what is needed,
    DNS first, with further policies.

When it is fine
    Where a policy of the network plugin denies by default for the whole cluster.

References
    - https://kubernetes.io/docs/concepts/services-networking/network-policies/#default-deny-all-ingress-and-all-egress-traffic
"""

from collections.abc import Sequence

from hardstand.analysis.default_deny import DIRECTIONS, FIELDS, allows_all, denies_all
from hardstand.analysis.joining import of_neighbour
from hardstand.controls.api import HIGH, MINIMUM, WEEK_1, Given, NotApplicableError, Violations, Why, anywhere, control
from hardstand.controls.network._untold import untold
from hardstand.inventory.views.config import Namespace
from hardstand.inventory.views.network import NetworkPolicy

_SYSTEM = ("kube-node-lease", "kube-public", "kube-system")
"""Namespaces that Kubernetes makes and fills itself."""


@control(
    severity=HIGH,
    stage=WEEK_1,
    maturity=MINIMUM,
    frameworks=(
        "production-checklist:P4.1",
        "cis-kubernetes:5.3.2",
        "nsa-cisa:network.policies",
        "nist-800-53:SC-7(5)",
        "nist-800-190:4.4.2",
        "pci-dss:1.3.1",
        "pci-dss:1.3.2",
        "soc2:CC6.6",
        "iso-27001:A.8.22",
    ),
    reads=[anywhere(NetworkPolicy, *FIELDS)],
)
def check(namespace: Namespace, given: Given) -> Violations:
    """In each direction, a policy must select all pods, and none may let everything through again."""
    if namespace.name in _SYSTEM:
        raise NotApplicableError(Why.NO_SUBJECT)
    if not given.knows(NetworkPolicy, namespace.name):
        raise untold(NetworkPolicy, namespace.name)
    policies = given.within(NetworkPolicy, namespace.name)
    open_to = [direction.lower() for direction in DIRECTIONS if not _denied(policies, direction)]
    if open_to:
        yield namespace.metadata.violates(
            f"does not deny {' and '.join(open_to)} by default", "name", cause=f"isolation:{namespace.name}"
        )


def _denied(policies: Sequence[NetworkPolicy], direction: str) -> bool:
    denied = [of_neighbour(one, lambda policy: denies_all(policy, direction)) for one in policies]
    opened = [of_neighbour(one, lambda policy: allows_all(policy, direction)) for one in policies]
    return any(denied) and not any(opened)
