"""Binding gives power to everybody who has signed in.

Why
    `system:authenticated` holds every person, every node and every pod with a token; where the cluster trusts a public
    identity provider, that is anybody with an account there. `system:serviceaccounts` is every pod of the cluster.

Fix
    Name the groups and accounts that need the role.

When it is fine
    Roles that only read what is no secret, or ask what oneself may do, are not reported.

References
    - https://kubernetes.io/docs/concepts/security/rbac-good-practices/#least-privilege
    - https://cloud.google.com/kubernetes-engine/docs/best-practices/rbac#default-roles-groups
"""

from hardstand.analysis.rbac.own import is_own_binding
from hardstand.analysis.rbac.power import is_power
from hardstand.analysis.rbac.who import ACCOUNTS, AUTHENTICATED, Sort
from hardstand.controls.api import (
    HIGH,
    MINIMUM,
    WEEK_1,
    Given,
    NotApplicableError,
    Repair,
    Violations,
    Why,
    control,
)
from hardstand.controls.identity._granting import grantees
from hardstand.controls.identity._picture import ROLES, role_of_binding
from hardstand.inventory.views.rbac import Binding

_EVERYBODY = {AUTHENTICATED: "everybody who has signed in", ACCOUNTS: "every service account of the cluster"}


@control(
    severity=HIGH,
    stage=WEEK_1,
    maturity=MINIMUM,
    frameworks=(
        "production-checklist:P3.2",
        "twelve-controls:T1.3",
        "nsa-cisa:access.rbac",
        "nist-800-53:AC-6",
        "pci-dss:7.2.2",
        "soc2:CC6.3",
        "iso-27001:A.5.15",
    ),
    reads=[ROLES],
    fix=Repair("Take everybody out of the binding", safe=False),
)
def check(binding: Binding, given: Given) -> Violations:
    """Where a subject is everybody, the role must change nothing and read no secret."""
    if is_own_binding(binding):
        raise NotApplicableError(Why.NO_SUBJECT)
    found = [
        (view, at, who) for view, at, who in grantees(binding) if who.sort is Sort.GROUP and who.name in _EVERYBODY
    ]
    if not found:
        return
    role = role_of_binding(binding, given)
    if role is None or not any(is_power(one.rule, cluster=not role.namespace) for one in role.rules):
        return
    for view, at, who in found:
        message = f"gives {role} to {_EVERYBODY[who.name]}"
        yield view.violates(message, "name", edits=[binding.remove("subjects", at)])
