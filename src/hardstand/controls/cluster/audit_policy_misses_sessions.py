"""Audit policy does not record shells and tunnels into pods.

Why
    `kubectl exec`, `attach` and `port-forward` go around everything that a workload's own log would say. The API
    server's record is the only one that names the person.

Fix
    Add a rule with `level: Metadata` for `pods/exec`, `pods/attach`, `pods/portforward`, `pods/ephemeralcontainers`
    and the proxies of pods, Services and nodes, above any rule that leaves it out.

When it is fine
    Where what is left out is a component that floods the log, and is named as narrowly as that.

References
    - https://kubernetes.io/docs/tasks/debug/debug-cluster/audit/#audit-policy
    - https://kubernetes.io/docs/reference/config-api/apiserver-audit.v1/#audit-k8s-io-v1-Policy
"""

from hardstand.analysis.audit_policy import sorts, unrecorded
from hardstand.controls.api import MEDIUM, PRODUCTION, WEEKS_2_4, Given, Violations, anywhere, control
from hardstand.controls.cluster._auditing import unrecorded_at
from hardstand.controls.cluster._files import policy_told
from hardstand.inventory.views.audit import AuditPolicy, PolicyFile

_VERBS = ("get", "create")
_WANTED = (
    *sorts(_VERBS, "", "pods/exec", "pods/attach", "pods/portforward", "pods/proxy", "services/proxy"),
    *sorts(_VERBS, "", "nodes/proxy", namespaced=False),
    *sorts(("update", "patch"), "", "pods/ephemeralcontainers"),
)


@control(
    severity=MEDIUM,
    stage=WEEKS_2_4,
    maturity=PRODUCTION,
    frameworks=(
        "production-checklist:P7.1",
        "twelve-controls:T5.2",
        "cis-kubernetes:3.2.2",
        "nsa-cisa:audit.api-logging",
        "nist-800-53:AU-12",
        "pci-dss:10.2.1.2",
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
