"""Controllers all use the controller manager's own rights.

Why
    Each controller needs a few rights, all together need nearly everything. With one identity for all, a fault in one
    of them can use the rights of every other, and the audit log does not tell them apart.

Fix
    Set `--use-service-account-credentials=true`.

References
    - https://kubernetes.io/docs/reference/access-authn-authz/rbac/#controller-roles
    - https://kubernetes.io/docs/reference/command-line-tools-reference/kube-controller-manager/
"""

from hardstand.controls.api import MEDIUM, MINIMUM, WEEKS_2_4, Violations, control
from hardstand.inventory.views.control_plane import ControllerManager


@control(
    severity=MEDIUM,
    stage=WEEKS_2_4,
    maturity=MINIMUM,
    frameworks=(
        "twelve-controls:T1.4",
        "cis-kubernetes:1.3.3",
        "nsa-cisa:access.rbac",
        "nist-800-53:AC-6",
        "pci-dss:7.2.5",
        "soc2:CC6.3",
        "iso-27001:A.8.2",
    ),
)
def check(manager: ControllerManager) -> Violations:
    """`--use-service-account-credentials` must be true."""
    told = manager.own_credentials
    if not told.value:
        yield manager.breaks(told, f"runs all controllers as one user{told.by_default}")
