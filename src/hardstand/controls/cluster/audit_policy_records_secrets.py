"""Audit policy writes the values of secrets into the log.

Why
    At the levels `Request` and `RequestResponse` the log holds what was sent and answered: every Secret that is
    written or read, every token that is made. Logs go to many more places, and people, than Secrets do.

Fix
    Add a rule with `level: Metadata` for Secrets, ConfigMaps, token reviews and `serviceaccounts/token`, above the
    rules with higher levels.

References
    - https://kubernetes.io/docs/tasks/debug/debug-cluster/audit/#audit-policy
"""

from hardstand.analysis.audit_policy import REQUEST, WHOLE, outcomes, sorts
from hardstand.controls.api import HIGH, MINIMUM, WEEKS_2_4, Given, Violations, anywhere, control
from hardstand.controls.cluster._files import policy_told
from hardstand.inventory.views.audit import AuditPolicy, PolicyFile
from hardstand.model.path import Path

_WRITES = ("create", "update", "patch")
_READS = ("get", "list", "watch")
_SENT = (
    *sorts(_WRITES, "", "secrets"),
    *sorts(("create",), "authentication.k8s.io", "tokenreviews", namespaced=False),
)
_ANSWERED = (*_SENT, *sorts(_READS, "", "secrets"), *sorts(("create",), "", "serviceaccounts/token"))
"""A token request has no secret in it, and its answer has."""


@control(
    severity=HIGH,
    stage=WEEKS_2_4,
    maturity=MINIMUM,
    frameworks=(
        "production-checklist:P2.3",
        "cis-kubernetes:3.2.2",
        "nsa-cisa:network.secrets",
        "nist-800-53:IA-5(7)",
        "pci-dss:8.3.2",
        "soc2:C1.1",
        "iso-27001:A.8.12",
    ),
    reads=[anywhere(PolicyFile, needed=False)],
)
def check(policy: AuditPolicy, given: Given) -> Violations:
    """No rule may record more than metadata of what holds credentials."""
    policy_told(policy, given)
    told: set[Path] = set()
    for sorts_, level in ((_SENT, REQUEST), (_ANSWERED, WHOLE)):
        for sort in sorts_:
            for one in outcomes(policy, sort):
                if one.rule is not None and one.level >= level and one.rule.path not in told:
                    told.add(one.rule.path)
                    what = sort.resource.replace("secrets", "Secrets")
                    yield one.rule.violates(f"writes the content of {what} into the audit log", "level")
