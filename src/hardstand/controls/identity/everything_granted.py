"""Binding gives a role that allows everything, under another name than cluster-admin.

Why
    A role with a star for verbs, resources and groups is `cluster-admin` by another name, and so is one that aggregates
    roles of which one is: the label that all of Kubernetes' own roles have is enough. Whoever looks for holders of
    `cluster-admin` does not find these.

Fix
    Give the role that the work needs, and keep one that allows everything for a group of emergencies, named in
    `break_glass`.

When it is fine
    One group for emergencies, whose members are few, and whose use raises an alert.

References
    - https://kubernetes.io/docs/reference/access-authn-authz/rbac/#aggregated-clusterroles
    - https://kubernetes.io/docs/concepts/security/rbac-good-practices/#least-privilege
"""

from fnmatch import fnmatchcase

from hardstand.analysis.rbac.rights import is_everything
from hardstand.analysis.rbac.who import Sort
from hardstand.controls.api import HIGH, MINIMUM, WEEK_1, Given, NotApplicableError, Violations, Why, control
from hardstand.controls.identity._granting import called, grantees
from hardstand.controls.identity._picture import ROLES, role_of_binding
from hardstand.controls.identity.cluster_admin_granted import BREAK_GLASS
from hardstand.inventory.views.rbac import Binding


@control(
    severity=HIGH,
    stage=WEEK_1,
    maturity=MINIMUM,
    frameworks=(
        "production-checklist:P3.2",
        "production-checklist:P9.1",
        "twelve-controls:T1.3",
        "cis-kubernetes:5.1.1",
        "nsa-cisa:access.rbac",
        "nist-800-53:AC-6",
        "pci-dss:7.2.2",
        "soc2:CC6.3",
        "iso-27001:A.8.2",
    ),
    parameters=[BREAK_GLASS],
    reads=[ROLES],
)
def check(binding: Binding, given: Given) -> Violations:
    """No binding, in a namespace or everywhere, may give what allows everything but to groups for emergencies."""
    if binding.role.kind_ == "ClusterRole" and binding.role.name == "cluster-admin":
        raise NotApplicableError(Why.NO_SUBJECT)
    whom = [
        (view, who)
        for view, _, who in grantees(binding)
        if who.sort is not Sort.GROUP or not any(fnmatchcase(who.name, name) for name in given[BREAK_GLASS])
    ]
    role = role_of_binding(binding, given) if whom else None
    first = next((one for one in role.rules if is_everything(one.rule)), None) if role is not None else None
    if role is None or first is None:
        return
    by = "" if first.role == role.name else f", by ClusterRole {first.role}, which it aggregates"
    for view, who in whom:
        yield view.violates(f"gives {role}, which allows everything{by}, to {who}", "name", cause=called(binding))
