"""API server records nobody's requests.

Why
    Without an audit log nobody can say who read a Secret, who bound cluster-admin or what a stolen token was used for.
    It cannot be made up for afterwards.

Fix
    Set `--audit-log-path`, or `--audit-webhook-config-file`, together with `--audit-policy-file`.

References
    - https://kubernetes.io/docs/tasks/debug/debug-cluster/audit/
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
        "cis-kubernetes:1.2.16",
        "nsa-cisa:audit.api-logging",
        "nist-800-53:AU-12",
        "pci-dss:10.2.1",
        "soc2:CC7.2",
        "iso-27001:A.8.15",
    ),
)
def check(server: ApiServer) -> Violations:
    """There must be a log or a webhook for audit events."""
    told = server.audit_log_path
    if not told.value and not server.audit_webhook.value:
        yield server.breaks(told, "writes no audit log")
