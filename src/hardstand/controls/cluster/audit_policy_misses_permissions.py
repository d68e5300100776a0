"""Audit policy does not record changes of roles and bindings.

Why
    A new binding is how a foothold becomes the cluster. Privilege changes that leave no trace cannot be reviewed, and
    an auditor will ask for them first.

Fix
    Add a rule with `level: Metadata` for changes of RBAC objects, above any rule that leaves it out.

When it is fine
    Where what is left out is a component that floods the log, and is named as narrowly as that.

References
    - https://kubernetes.io/docs/tasks/debug/debug-cluster/audit/#audit-policy
    - https://kubernetes.io/docs/reference/config-api/apiserver-audit.v1/#audit-k8s-io-v1-Policy
"""

from hardstand.analysis.audit_policy import sorts, unrecorded
from hardstand.controls.api import HIGH, PRODUCTION, WEEKS_2_4, Given, Violations, anywhere, control
from hardstand.controls.cluster._auditing import unrecorded_at
from hardstand.controls.cluster._files import policy_told
from hardstand.inventory.views.audit import AuditPolicy, PolicyFile

_WRITES = ("create", "update", "patch", "delete", "deletecollection")
_WANTED = (
    *sorts(_WRITES, "rbac.authorization.k8s.io", "roles", "rolebindings"),
    *sorts(_WRITES, "rbac.authorization.k8s.io", "clusterroles", "clusterrolebindings", namespaced=False),
)


@control(
    severity=HIGH,
    stage=WEEKS_2_4,
    maturity=PRODUCTION,
    frameworks=(
        "production-checklist:P7.2",
        "twelve-controls:T5.1",
        "cis-kubernetes:3.2.2",
        "nsa-cisa:audit.api-logging",
        "nist-800-53:AC-6(9)",
        "pci-dss:10.2.1.5",
        "soc2:CC7.2",
        "iso-27001:A.8.15",
    ),
    reads=[anywhere(PolicyFile, needed=False)],
)
def check(policy: AuditPolicy, given: Given) -> Violations:
    """The policy must record such requests, at least as metadata."""
    policy_told(policy, given)
    for rule, missed, some in unrecorded(policy, _WANTED):
        yield unrecorded_at(policy, rule, missed, some=some)
