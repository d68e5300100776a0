"""Role lets its holders into running containers.

Why
    Whoever may exec, attach or add an ephemeral container has everything that the pod has: its token, its secrets, its
    connections. What is done there is in no manifest, and the audit log shows the first command alone.

Fix
    Take `pods/exec`, `pods/attach` and `pods/ephemeralcontainers` out, and give them for the hour in which they are
    needed.

When it is fine
    A role for emergencies whose bindings end.

References
    - https://kubernetes.io/docs/concepts/security/rbac-good-practices/#workload-creation
    - https://kubernetes.io/docs/tasks/debug/debug-application/debug-running-pod/
"""

from hardstand.analysis.rbac.rights import Right
from hardstand.controls.api import MEDIUM, MINIMUM, WEEKS_2_4, Confidence, Violations, control
from hardstand.controls.identity._rights import gives, without
from hardstand.inventory.views.rbac import AnyRole

RIGHTS = (
    Right(("get", "create"), "", ("pods/exec", "pods/attach")),
    Right(("update", "patch"), "", ("pods/ephemeralcontainers",)),
)


@control(
    severity=MEDIUM,
    confidence=Confidence.MEDIUM,
    stage=WEEKS_2_4,
    maturity=MINIMUM,
    frameworks=(
        "production-checklist:P3.2",
        "twelve-controls:T1.3",
        "nsa-cisa:access.rbac",
        "nist-800-53:AC-6",
        "nist-800-53:AC-6(9)",
        "pci-dss:7.2.2",
        "soc2:CC6.3",
        "iso-27001:A.8.18",
    ),
    cel=without(*RIGHTS),
)
def check(role: AnyRole) -> Violations:
    """No rule may allow exec, attach or ephemeral containers; a GET suffices for the first two, over WebSocket."""
    return gives(role, "lets its holders into running containers", *RIGHTS)
