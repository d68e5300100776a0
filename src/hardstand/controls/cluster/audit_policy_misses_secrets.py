"""Audit policy does not record who reads Secrets.

Why
    Secrets are what an intruder reads first. If reading them leaves no trace, nobody knows afterwards which ones must
    be rotated.

Fix
    Add a rule with `level: Metadata` for Secrets, with every verb, above any rule that leaves it out.

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

_WANTED = sorts(("get", "list", "watch", "create", "update", "patch", "delete", "deletecollection"), "", "secrets")


@control(
    severity=HIGH,
    stage=WEEKS_2_4,
    maturity=PRODUCTION,
    frameworks=(
        "production-checklist:P7.1",
        "twelve-controls:T5.1",
        "cis-kubernetes:3.2.2",
        "nsa-cisa:audit.api-logging",
        "nist-800-53:AU-2",
        "pci-dss:10.2.1.1",
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
