"""Binding gives cluster-admin.

Why
    `cluster-admin` may do everything to everything, and nothing that it does can be told from an attack. In everyday
    use it makes each phished person and each broken pod that holds it the end of the cluster.

Fix
    Give the role that the work needs, and keep cluster-admin for a group of emergencies, named in `break_glass`.

When it is fine
    One group for emergencies, whose members are few, and whose use raises an alert. Kubernetes' own binding, to
    `system:masters`, is reported too: who holds a certificate of that group is above RBAC and cannot be withdrawn. Name
    the group once nobody uses such a certificate day to day.

References
    - https://kubernetes.io/docs/reference/access-authn-authz/rbac/#user-facing-roles
    - https://kubernetes.io/docs/concepts/security/rbac-good-practices/#least-privilege
"""

from fnmatch import fnmatchcase

from hardstand.analysis.rbac.who import Sort
from hardstand.controls.api import HIGH, MINIMUM, WEEK_1, Cel, Given, Violations, control, patterns
from hardstand.controls.identity._granting import called, grantees
from hardstand.controls.parameter import text_list
from hardstand.inventory.views.rbac import Binding

BREAK_GLASS = text_list(
    "break_glass", "The groups that hold cluster-admin for emergencies; `*` stands for anything", default=[]
)


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
    cel=Cel(
        "object.roleRef.kind != 'ClusterRole' || object.roleRef.name != 'cluster-admin'"
        " || object.?subjects.orValue([]).all(one,"
        " one.kind == 'Group' && allowed.exists(name, one.name.matches(name)))",
        "subjects",
        {"allowed": patterns(BREAK_GLASS)},
    ),
)
def check(binding: Binding, given: Given) -> Violations:
    """No binding, in a namespace or everywhere, may give cluster-admin but to groups for emergencies."""
    if binding.role.kind_ != "ClusterRole" or binding.role.name != "cluster-admin":
        return
    for view, _, who in grantees(binding):
        if who.sort is Sort.GROUP and any(fnmatchcase(who.name, name) for name in given[BREAK_GLASS]):
            continue
        yield view.violates(f"gives cluster-admin to {who}", "name", cause=called(binding))
