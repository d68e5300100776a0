"""API server has no audit policy.

Why
    The policy says what is recorded. Without one nothing is, even where a log file is named.

Fix
    Write an audit policy and name it in `--audit-policy-file`.

References
    - https://kubernetes.io/docs/tasks/debug/debug-cluster/audit/#audit-policy
    - https://kubernetes.io/docs/reference/command-line-tools-reference/kube-apiserver/
"""

from hardstand.controls.api import HIGH, MINIMUM, WEEK_1, Violations, control
from hardstand.inventory.views.api_server import ApiServer


@control(
    severity=HIGH,
    stage=WEEK_1,
    maturity=MINIMUM,
    frameworks=(
        "production-checklist:P7.1",
        "twelve-controls:T5.1",
        "cis-kubernetes:3.2.1",
        "nsa-cisa:audit.api-logging",
        "nist-800-53:AU-2",
        "pci-dss:10.2.1",
        "soc2:CC7.2",
        "iso-27001:A.8.15",
    ),
)
def check(server: ApiServer) -> Violations:
    """`--audit-policy-file` must be set."""
    told = server.audit_policy
    if not told.value:
        yield server.breaks(told, "has no audit policy")
