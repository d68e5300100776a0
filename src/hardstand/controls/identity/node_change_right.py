"""Role lets its holders change nodes.

Why
    Labels and taints decide where pods run: whoever changes them draws pods with secrets onto a node that they hold, or
    drives the rest away. The node's status says how much it carries and where its kubelet is reached.

Fix
    Take `update` and `patch` on `nodes` and `nodes/status` out of the role.

When it is fine
    Autoscalers, node agents of storage and network, and tools that drain and patch nodes.

References
    - https://kubernetes.io/docs/concepts/security/rbac-good-practices/#privilege-escalation-risks
    - https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#noderestriction
"""

from hardstand.analysis.rbac.rights import Right
from hardstand.controls.api import MEDIUM, PRODUCTION, QUARTERLY, Confidence, Violations, control
from hardstand.controls.identity._rights import gives, without
from hardstand.inventory.views.rbac import AnyRole

RIGHTS = (Right(("update", "patch"), "", (), ("nodes", "nodes/status"), names=None),)


@control(
    severity=MEDIUM,
    confidence=Confidence.MEDIUM,
    stage=QUARTERLY,
    maturity=PRODUCTION,
    frameworks=(
        "production-checklist:P3.2",
        "twelve-controls:T1.3",
        "nsa-cisa:access.rbac",
        "nist-800-53:AC-6",
        "pci-dss:7.2.5",
        "soc2:CC6.3",
        "iso-27001:A.8.2",
    ),
    cel=without(*RIGHTS),
)
def check(role: AnyRole) -> Violations:
    """No ClusterRole may allow `update` or `patch` on nodes or their status."""
    return gives(role, "lets its holders change nodes", *RIGHTS)
