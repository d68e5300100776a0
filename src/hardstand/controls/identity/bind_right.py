"""Role lets its holders hand out rights that they do not have.

Why
    Kubernetes lets people bind only such roles as hold no more than they hold themselves. The verb `bind` is the
    exception: whoever has it on all roles binds `cluster-admin` to themselves, in one namespace or everywhere.

Fix
    Name in `resourceNames` the few roles that may be handed out.

When it is fine
    Where `resourceNames` lists roles without power, which is how namespaces are handed to teams; that is not reported
    unless `cluster-admin` is among them.

References
    - https://kubernetes.io/docs/reference/access-authn-authz/rbac/#restrictions-on-role-binding-creation-or-update
    - https://kubernetes.io/docs/concepts/security/rbac-good-practices/#bind-verb
"""

from hardstand.analysis.rbac.rights import RBAC, Right
from hardstand.controls.api import HIGH, MINIMUM, WEEK_1, Confidence, Violations, control
from hardstand.controls.identity._rights import gives, without
from hardstand.inventory.views.rbac import AnyRole

RIGHTS = (Right(("bind",), RBAC, ("roles", "clusterroles"), names=("cluster-admin",)),)


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
    """No rule may allow `bind` on roles that it does not name; a Role that allows it counts in its namespace."""
    return gives(role, "lets its holders hand out rights that they do not have", *RIGHTS, field="verbs")
