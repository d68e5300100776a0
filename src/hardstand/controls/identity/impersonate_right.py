"""Role lets its holders act as somebody else.

Why
    Whoever may impersonate all users or groups sends requests as a cluster administrator or as `system:masters`. Who
    may impersonate service accounts acts as any of them.

Fix
    Name in `resourceNames` whom the holder may act as, and never `system:masters`.

When it is fine
    Proxies in front of the API server that have let people in themselves. Except the role by name, and guard the proxy
    as the API server.

References
    - https://kubernetes.io/docs/reference/access-authn-authz/user-impersonation/
    - https://kubernetes.io/docs/concepts/security/rbac-good-practices/#impersonate-verb
"""

from hardstand.analysis.rbac.rights import Right
from hardstand.controls.api import HIGH, MINIMUM, WEEK_1, Confidence, Violations, control
from hardstand.controls.identity._rights import gives, without
from hardstand.inventory.views.rbac import AnyRole

RIGHTS = (Right(("impersonate",), "", ("serviceaccounts",), ("users", "groups"), names=("system:masters",)),)


@control(
    severity=HIGH,
    confidence=Confidence.MEDIUM,
    stage=WEEK_1,
    maturity=MINIMUM,
    frameworks=(
        "production-checklist:P3.2",
        "twelve-controls:T1.3",
        "cis-kubernetes:5.1.8",
        "nsa-cisa:access.rbac",
        "nist-800-53:AC-6",
        "nist-800-53:IA-2",
        "pci-dss:8.2.2",
        "soc2:CC6.3",
        "iso-27001:A.8.2",
    ),
    cel=without(*RIGHTS, field="verbs"),
)
def check(role: AnyRole) -> Violations:
    """No rule may allow `impersonate` without names; users and groups lie in no namespace, so a Role gives them not."""
    return gives(role, "lets its holders act as somebody else", *RIGHTS, field="verbs")
