"""Role lets its holders read all Secrets.

Why
    Secrets of a namespace are passwords of others, and tokens of accounts that may do more. `list` and `watch` show
    their values as `get` does.

Fix
    Name in `resourceNames` the Secrets that are needed, or mount them into the pod that needs them.

When it is fine
    Controllers whose work is Secrets: certificates, ingress, synchronisation from a store. Bind them in the namespaces
    that they serve.

References
    - https://kubernetes.io/docs/concepts/security/secrets-good-practices/
    - https://kubernetes.io/docs/concepts/security/rbac-good-practices/#listing-secrets
"""

from hardstand.analysis.rbac.rights import Right
from hardstand.controls.api import MEDIUM, MINIMUM, WEEKS_2_4, Confidence, Violations, control
from hardstand.controls.identity._rights import gives, without
from hardstand.inventory.views.rbac import AnyRole

RIGHTS = (Right(("get", "list", "watch"), "", ("secrets",)),)


@control(
    severity=MEDIUM,
    confidence=Confidence.MEDIUM,
    stage=WEEKS_2_4,
    maturity=MINIMUM,
    frameworks=(
        "production-checklist:P3.2",
        "production-checklist:P2.3",
        "twelve-controls:T1.3",
        "cis-kubernetes:5.1.2",
        "nsa-cisa:access.rbac",
        "nist-800-53:AC-6",
        "pci-dss:7.2.2",
        "soc2:CC6.1",
        "iso-27001:A.8.3",
    ),
    cel=without(*RIGHTS),
)
def check(role: AnyRole) -> Violations:
    """No rule may allow `get`, `list` or `watch` on secrets without names."""
    return gives(role, "lets its holders read all Secrets", *RIGHTS)
