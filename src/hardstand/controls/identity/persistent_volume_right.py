"""Role lets its holders mount any directory of a node.

Why
    A PersistentVolume of the type `hostPath` is a directory of the node, and PodSecurity, which looks at pods, does not
    see it behind a claim. Whoever creates volumes reads the node's credentials and writes where they please.

Fix
    Leave volumes to a storage class's provisioner, and take `create` on `persistentvolumes` out.

When it is fine
    Provisioners of storage, whose job it is.

References
    - https://kubernetes.io/docs/concepts/storage/persistent-volumes/
    - https://kubernetes.io/docs/concepts/security/rbac-good-practices/#persistent-volume-creation
"""

from hardstand.analysis.rbac.rights import Right
from hardstand.controls.api import MEDIUM, PRODUCTION, QUARTERLY, Confidence, Violations, control
from hardstand.controls.identity._rights import gives, without
from hardstand.inventory.views.rbac import AnyRole

RIGHTS = (Right(("create",), "", (), ("persistentvolumes",)),)


@control(
    severity=MEDIUM,
    confidence=Confidence.MEDIUM,
    stage=QUARTERLY,
    maturity=PRODUCTION,
    frameworks=(
        "production-checklist:P3.2",
        "twelve-controls:T1.3",
        "cis-kubernetes:5.1.9",
        "nsa-cisa:access.rbac",
        "nist-800-53:AC-6",
        "pci-dss:7.2.5",
        "soc2:CC6.3",
        "iso-27001:A.8.2",
    ),
    cel=without(*RIGHTS),
)
def check(role: AnyRole) -> Violations:
    """No ClusterRole may allow `create` on persistent volumes."""
    return gives(role, "lets its holders mount any directory of a node", *RIGHTS)
