"""Role lets its holders have certificates for any identity.

Why
    Whoever may approve requests for the signer `kubernetes.io/kube-apiserver-client`, or sign for it, gets a
    certificate in the name of anybody. It cannot be revoked before it ends.

Fix
    Name in `resourceNames` of `signers` the signer that the holder is there for.

When it is fine
    Where only signers outside of `kubernetes.io` are named, which is not reported. Approving takes both `update` on
    `certificatesigningrequests/approval` and `approve` on a signer; each is reported, as the other may come from
    another role.

References
    - https://kubernetes.io/docs/reference/access-authn-authz/certificate-signing-requests/#authorization
    - https://kubernetes.io/docs/concepts/security/rbac-good-practices/#csrs-and-certificate-issuing
"""

from hardstand.analysis.rbac.rights import Right
from hardstand.controls.api import HIGH, MINIMUM, WEEKS_2_4, Confidence, Violations, control
from hardstand.controls.identity._rights import gives, without
from hardstand.inventory.views.rbac import AnyRole

_GROUP = "certificates.k8s.io"
_SIGNERS = (
    "kubernetes.io/*",
    "kubernetes.io/kube-apiserver-client",
    "kubernetes.io/kube-apiserver-client-kubelet",
)
"""Those whose certificates the API server takes for an identity, as `resourceNames` may name them."""

RIGHTS = (
    Right(("approve", "sign"), _GROUP, (), ("signers",), names=_SIGNERS),
    Right(("update", "patch"), _GROUP, (), ("certificatesigningrequests/approval",), names=None),
)


@control(
    severity=HIGH,
    confidence=Confidence.MEDIUM,
    stage=WEEKS_2_4,
    maturity=MINIMUM,
    frameworks=(
        "production-checklist:P3.2",
        "twelve-controls:T1.2",
        "cis-kubernetes:5.1.11",
        "nsa-cisa:access.rbac",
        "nist-800-53:AC-6",
        "nist-800-53:IA-5",
        "pci-dss:7.2.2",
        "soc2:CC6.3",
        "iso-27001:A.5.17",
    ),
    cel=without(*RIGHTS),
)
def check(role: AnyRole) -> Violations:
    """No ClusterRole may approve or sign for the signers of client certificates."""
    return gives(role, "lets its holders have certificates for any identity", *RIGHTS)
