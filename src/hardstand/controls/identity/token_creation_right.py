"""Role lets its holders take the identity of any service account.

Why
    `create` on `serviceaccounts/token` issues a valid token for a service account. Without names these are all accounts
    of the namespace, or of the cluster with those of its controllers.

Fix
    Name in `resourceNames` the accounts whose tokens the holder needs.

When it is fine
    Controllers that request tokens for accounts which they cannot know beforehand, such as secret operators.

References
    - https://kubernetes.io/docs/reference/kubernetes-api/authentication-resources/token-request-v1/
    - https://kubernetes.io/docs/concepts/security/rbac-good-practices/#token-request
"""

from hardstand.analysis.rbac.rights import Right
from hardstand.controls.api import HIGH, MINIMUM, WEEKS_2_4, Confidence, Violations, control
from hardstand.controls.identity._rights import gives, without
from hardstand.inventory.views.rbac import AnyRole

RIGHTS = (Right(("create",), "", ("serviceaccounts/token",)),)


@control(
    severity=HIGH,
    confidence=Confidence.MEDIUM,
    stage=WEEKS_2_4,
    maturity=MINIMUM,
    frameworks=(
        "production-checklist:P3.1",
        "twelve-controls:T1.2",
        "cis-kubernetes:5.1.13",
        "nsa-cisa:access.rbac",
        "nist-800-53:AC-6",
        "nist-800-53:IA-5",
        "pci-dss:7.2.5",
        "soc2:CC6.3",
        "iso-27001:A.5.17",
    ),
    cel=without(*RIGHTS),
)
def check(role: AnyRole) -> Violations:
    """No rule may allow `create` on `serviceaccounts/token` without names."""
    return gives(role, "lets its holders take the identity of any service account", *RIGHTS)
