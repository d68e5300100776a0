"""Binding lets somebody read every Secret of the cluster.

Why
    Among the Secrets of a cluster are passwords of every team and tokens of accounts that may do everything. Whoever
    reads them all is cluster administrator a minute later, and no object was changed.

Fix
    Bind the role in the namespaces that are served, by RoleBindings, or name the Secrets in `resourceNames`.

When it is fine
    Controllers whose work is the Secrets of all namespaces, where nobody else enters. Except the binding by name.

References
    - https://kubernetes.io/docs/concepts/security/secrets-good-practices/#least-privilege-secrets
    - https://kubernetes.io/docs/concepts/security/rbac-good-practices/#listing-secrets
"""

from hardstand.analysis.rbac.own import is_own_binding
from hardstand.analysis.rbac.power import READ_SECRETS, gives_any
from hardstand.controls.api import HIGH, MINIMUM, WEEK_1, Given, NotApplicableError, Violations, Why, control
from hardstand.controls.identity._granting import grantees, listed
from hardstand.controls.identity._picture import ROLES, role_of_binding
from hardstand.inventory.views.rbac import ClusterRoleBinding


@control(
    severity=HIGH,
    stage=WEEK_1,
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
    reads=[ROLES],
)
def check(binding: ClusterRoleBinding, given: Given) -> Violations:
    """The role must not allow to get, list or watch Secrets; one that allows everything is judged elsewhere."""
    if is_own_binding(binding) or binding.role.name == "cluster-admin":
        raise NotApplicableError(Why.NO_SUBJECT)
    whom = [who for _, _, who in grantees(binding)]
    if not whom:
        return
    role = role_of_binding(binding, given)
    if role is not None and gives_any(role, [READ_SECRETS]):
        message = f"lets {listed(whom)} read every Secret of the cluster, by {role}"
        yield binding.role.violates(message, "name", cause=f"ClusterRole:{role.name}")
