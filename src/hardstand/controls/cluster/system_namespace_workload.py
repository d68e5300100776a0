"""Workload runs in a namespace of Kubernetes itself.

Why
    In `kube-system` lie the tokens and components that run the cluster. A workload there can be given their service
    accounts and read their Secrets, policies for tenants mostly leave the namespace out, and an upgrade may sweep it.

Fix
    Move it to a namespace of its own.

When it is fine
    Parts of the cluster: network and storage plugins, DNS, what the provider puts there. Except them by name.

References
    - https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/#initial-namespaces
"""

from hardstand.controls.api import MEDIUM, MINIMUM, WEEKS_2_4, Confidence, NotNative, Violations, control
from hardstand.inventory.views.workload import Workload

_SYSTEM = ("kube-node-lease", "kube-public", "kube-system")


@control(
    severity=MEDIUM,
    confidence=Confidence.MEDIUM,
    stage=WEEKS_2_4,
    maturity=MINIMUM,
    frameworks=(
        "production-checklist:P1.1",
        "cis-kubernetes:5.6.1",
        "nsa-cisa:network.namespaces",
        "nist-800-53:SC-2",
        "nist-800-53:SC-3",
        "iso-27001:A.8.22",
    ),
    cel=NotNative.EXEMPT,
)
def check(workload: Workload) -> Violations:
    """The workload must not lie in `kube-system`, `kube-public` or `kube-node-lease`."""
    if workload.namespace in _SYSTEM:
        yield workload.metadata.violates(f"runs in {workload.namespace}", "namespace")
