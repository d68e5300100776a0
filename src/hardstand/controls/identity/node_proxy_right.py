"""Role lets its holders speak to kubelets past the API server.

Why
    Requests through `nodes/proxy` reach the kubelet's own API, which runs commands in every pod of the node. Reading is
    enough, since a shell over WebSocket begins with a GET, and neither admission nor the audit log sees the command.

Fix
    Give `nodes/metrics`, `nodes/stats` or `nodes/log`, which is what monitoring reads.

References
    - https://kubernetes.io/docs/reference/access-authn-authz/kubelet-authn-authz/
    - https://kubernetes.io/docs/concepts/security/rbac-good-practices/#access-to-proxy-subresource-of-nodes
"""

from hardstand.analysis.rbac.rights import Right
from hardstand.controls.api import HIGH, MINIMUM, WEEK_1, Confidence, Violations, control
from hardstand.controls.identity._rights import gives, without
from hardstand.inventory.views.rbac import AnyRole

RIGHTS = (Right(("get", "create", "update", "patch", "delete"), "", (), ("nodes/proxy",), names=None),)


@control(
    severity=HIGH,
    confidence=Confidence.MEDIUM,
    stage=WEEK_1,
    maturity=MINIMUM,
    frameworks=(
        "production-checklist:P3.2",
        "twelve-controls:T1.3",
        "cis-kubernetes:5.1.10",
        "nsa-cisa:access.rbac",
        "nist-800-53:AC-6",
        "nist-800-53:AC-6(9)",
        "pci-dss:7.2.5",
        "soc2:CC6.3",
        "iso-27001:A.8.18",
    ),
    cel=without(*RIGHTS),
)
def check(role: AnyRole) -> Violations:
    """No ClusterRole may name `nodes/proxy`; a Role gives nothing outside of namespaces."""
    return gives(role, "lets its holders run commands in every pod by way of `nodes/proxy`", *RIGHTS)
