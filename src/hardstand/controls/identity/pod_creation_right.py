"""Role lets its holders create pods directly.

Why
    Whoever creates a pod chooses its service account, its volumes and its secrets, of all that the namespace holds.
    Pods that no controller made are the shortest way there, and the one that reviews of Deployments do not see.

Fix
    Let a pipeline create Deployments and Jobs, and take `create` on `pods` out.

When it is fine
    Runners of builds and workflows, in a namespace that holds nothing else.

References
    - https://kubernetes.io/docs/concepts/security/rbac-good-practices/#workload-creation
"""

from hardstand.analysis.rbac.rights import Right
from hardstand.controls.api import LOW, PRODUCTION, QUARTERLY, Confidence, Violations, control
from hardstand.controls.identity._rights import gives, without
from hardstand.inventory.views.rbac import AnyRole

RIGHTS = (Right(("create",), "", ("pods",)),)


@control(
    severity=LOW,
    confidence=Confidence.MEDIUM,
    stage=QUARTERLY,
    maturity=PRODUCTION,
    frameworks=(
        "production-checklist:P3.2",
        "twelve-controls:T1.3",
        "cis-kubernetes:5.1.4",
        "nsa-cisa:access.rbac",
        "nist-800-53:AC-6",
        "pci-dss:7.2.2",
        "soc2:CC6.3",
        "iso-27001:A.8.2",
    ),
    cel=without(*RIGHTS),
)
def check(role: AnyRole) -> Violations:
    """No rule may allow `create` on pods; what makes pods is judged by `stronger-account-within-reach`."""
    return gives(role, "lets its holders create pods with any account of the namespace", *RIGHTS)
