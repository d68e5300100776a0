"""Binding gives a role that is not there.

Why
    The binding gives nothing, so the program that it is for fails. And whoever makes a role of that name decides, a
    year later, what those who are named may do.

Fix
    Add the role, correct `roleRef`, or delete the binding. `roleRef` cannot be changed in place: delete and create.

When it is fine
    Where something outside the input makes the role, such as an operator that is installed first.

References
    - https://kubernetes.io/docs/reference/access-authn-authz/rbac/#rolebinding-and-clusterrolebinding
    - https://kubernetes.io/docs/concepts/security/rbac-good-practices/#periodic-review
"""

from hardstand.analysis.joining import by_name
from hardstand.analysis.rbac.own import is_own_binding, own_roles
from hardstand.controls.api import (
    LOW,
    PRODUCTION,
    QUARTERLY,
    Confidence,
    Given,
    NotApplicableError,
    Violations,
    Why,
    anywhere,
    control,
    near,
)
from hardstand.inventory.views.rbac import Binding, ClusterRole, Role


@control(
    severity=LOW,
    confidence=Confidence.MEDIUM,
    stage=QUARTERLY,
    maturity=PRODUCTION,
    frameworks=(
        "production-checklist:P3.3",
        "twelve-controls:T1.3",
        "nist-800-53:AC-2",
        "nist-800-53:CM-6",
        "pci-dss:7.2.2",
        "soc2:CC6.2",
        "iso-27001:A.5.18",
    ),
    reads=[near(Role), anywhere(ClusterRole)],
)
def check(binding: Binding, given: Given) -> Violations:
    """The role must be in the input; Kubernetes' own are in every cluster."""
    kind, name = binding.role.kind_, binding.role.name
    if is_own_binding(binding) or not name or kind not in ("Role", "ClusterRole"):
        raise NotApplicableError(Why.NO_SUBJECT)
    if ((binding.namespace or "") if kind == "Role" else "", name) in own_roles():
        return
    if kind == "ClusterRole":
        found = bool(given.table_anywhere(ClusterRole, by_name).under(name))
    else:
        found = bool(binding.namespace and given.table(Role, binding, by_name).under(name))
    if not found:
        yield binding.role.violates(f"gives {kind} {name}, which is not there", "name")
