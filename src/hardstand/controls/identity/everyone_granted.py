"""Binding gives power to everybody who has signed in, or more than is public to those who have not.

Why
    `system:authenticated` holds every person, every node and every pod with a token; where the cluster trusts a public
    identity provider, that is anybody with an account there. `system:serviceaccounts` is every pod of the cluster. Some
    of Kubernetes' own roles may be given to whoever has not signed in; what is added to one, the whole network has.

Fix
    Name the groups and accounts that need the role. Take out of one of Kubernetes' own roles what was added to it.

When it is fine
    Roles that only read what is no secret, or ask what oneself may do, are not reported.

References
    - https://kubernetes.io/docs/concepts/security/rbac-good-practices/#least-privilege
    - https://cloud.google.com/kubernetes-engine/docs/best-practices/rbac#default-roles-groups
"""

from collections.abc import Sequence

from hardstand.analysis.rbac.covering import beyond as more_than
from hardstand.analysis.rbac.defaults import beyond, is_default
from hardstand.analysis.rbac.own import is_own_binding
from hardstand.analysis.rbac.power import is_power
from hardstand.analysis.rbac.roles import Role
from hardstand.analysis.rbac.rule import Rule
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
from hardstand.controls.identity._granting import grantees, is_anybody, is_harmless
from hardstand.controls.identity._picture import ROLES, role_of_binding
from hardstand.inventory.views.rbac import Binding

_EVERYBODY = {AUTHENTICATED: "everybody who has signed in", ACCOUNTS: "every service account of the cluster"}
_CLUSTER_INFO = Rule(("get",), ("",), ("configmaps",), ("cluster-info",))
"""What kubeadm shows to nodes that join: https://kubernetes.io/docs/reference/setup-tools/kubeadm/implementation-details/
"""


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
    """Where a subject is everybody, the role must change nothing and read no secret; of a public role nothing is added.

    Kubernetes' own bindings give what its own roles have, and of those only what was added is judged.
    """
    own, public = is_own_binding(binding), is_harmless(binding)
    found = [
        (view, at, who)
        for view, at, who in grantees(binding)
        if (who.sort is Sort.GROUP and who.name in _EVERYBODY) or (public and is_anybody(who))
    ]
    role = role_of_binding(binding, given) if found else None
    if own and (role is None or not _added(role)):
        raise NotApplicableError(Why.NO_SUBJECT)
    if role is None:
        return
    rules = _added(role) if own else [one.rule for one in role.rules]
    power = any(is_power(one, cluster=not role.namespace) for one in rules)
    more = _added(role) if public else ()
    for view, at, who in found:
        if is_anybody(who) and more:
            message = f"gives {role}, to which was added {more[0]}, to whoever has not signed in"
        elif power and not is_anybody(who):
            message = f"gives {role} to {_EVERYBODY[who.name]}"
        else:
            continue
        yield view.violates(message, "name", edits=[binding.remove("subjects", at)])


def _added(role: Role) -> Sequence[Rule]:
    """What a role has beyond that with which it is made; of one that is none of Kubernetes' own, what is no path."""
    if is_default(role) is not None:
        return [one.rule for one in beyond(role)]
    return more_than([one.rule for one in role.rules if one.rule.resources], [_CLUSTER_INFO], namespaced=False)
