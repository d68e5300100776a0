"""Binding gives rights to a default service account.

Why
    Every pod of the namespace that names no account runs as `default`: what it is given, all of them have, and
    whoever starts another pod there as well.

Fix
    Make a ServiceAccount for the workload that needs the rights, name it in the binding and in `serviceAccountName`.

References
    - https://kubernetes.io/docs/concepts/security/service-accounts/#default-service-accounts
    - https://kubernetes.io/docs/reference/access-authn-authz/rbac/#service-account-permissions
"""

from hardstand.analysis.rbac.who import Sort
from hardstand.controls.api import MEDIUM, MINIMUM, WEEKS_2_4, Cel, Violations, control
from hardstand.controls.identity._granting import grantees
from hardstand.inventory.views.rbac import Binding


@control(
    severity=MEDIUM,
    stage=WEEKS_2_4,
    maturity=MINIMUM,
    frameworks=(
        "production-checklist:P3.1",
        "twelve-controls:T1.4",
        "cis-kubernetes:5.1.5",
        "nist-800-53:AC-6",
        "pci-dss:7.2.5",
        "soc2:CC6.3",
    ),
    cel=Cel(
        "!object.?subjects.orValue([]).exists(one, (one.kind == 'ServiceAccount' && one.name == 'default')"
        " || (one.kind == 'User' && one.name.matches('^system:serviceaccount:[^:]+:default$')))",
        "subjects",
    ),
)
def check(binding: Binding) -> Violations:
    """No subject may be the account `default` of any namespace."""
    for view, _, who in grantees(binding):
        if who.sort is Sort.ACCOUNT and who.name == "default":
            yield view.violates(f"gives {binding.role.name} to every pod of {who.namespace} without an account", "name")
