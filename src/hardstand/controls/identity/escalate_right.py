"""Role lets its holders give themselves any right.

Why
    Kubernetes lets people write only such roles as hold no more than they hold themselves. The verb `escalate` is the
    exception: whoever has it on a role writes into it what they like, and is cluster administrator in one step where it
    is a ClusterRole.

Fix
    Take the verb `escalate` out, and give what the holder really hands on by name.

When it is fine
    Controllers that write roles for others, such as those of a platform team. Run them where nobody else has a shell,
    and except the role by name.

References
    - https://kubernetes.io/docs/reference/access-authn-authz/rbac/#restrictions-on-role-creation-or-update
    - https://kubernetes.io/docs/concepts/security/rbac-good-practices/#escalate-verb
"""

from hardstand.analysis.rbac.rights import RBAC, Right
from hardstand.controls.api import HIGH, MINIMUM, WEEK_1, Confidence, Violations, control
from hardstand.controls.identity._rights import gives, without
from hardstand.inventory.views.rbac import AnyRole

RIGHTS = (Right(("escalate",), RBAC, ("roles",), ("clusterroles",), names=None),)


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
        "nist-800-53:AC-6(10)",
        "pci-dss:7.2.2",
        "soc2:CC6.3",
        "iso-27001:A.8.2",
    ),
    cel=without(*RIGHTS, field="verbs"),
)
def check(role: AnyRole) -> Violations:
    """No rule may allow `escalate` on roles; whole wildcards are judged by `everything-allowed`."""
    return gives(role, "lets its holders give themselves any right", *RIGHTS, field="verbs")
