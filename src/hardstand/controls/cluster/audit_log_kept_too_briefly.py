"""API server deletes audit logs too soon.

Why
    An intrusion is found weeks after it began. What the log said by then must still be there, on the host or where it
    is collected.

Fix
    Set `--audit-log-maxage` to at least the days that your baseline's `retention.audit` asks for, or 30; 0 keeps files
    whatever their age.

When it is fine
    Where a collector takes the log away as it is written, and keeps it.

References
    - https://kubernetes.io/docs/tasks/debug/debug-cluster/audit/#log-backend
    - https://kubernetes.io/docs/reference/command-line-tools-reference/kube-apiserver/
"""

from hardstand.controls.api import MEDIUM, MINIMUM, WEEKS_2_4, Given, NotApplicableError, Violations, Why, control
from hardstand.controls.parameter import number
from hardstand.inventory.views.api_server import ApiServer

DAYS = number("audit_retention_days", "For how many days audit logs are kept at least", 30)


@control(
    severity=MEDIUM,
    stage=WEEKS_2_4,
    maturity=MINIMUM,
    frameworks=(
        "production-checklist:P7.1",
        "twelve-controls:T5.5",
        "cis-kubernetes:1.2.17",
        "nsa-cisa:audit.fault-tolerance",
        "nist-800-53:AU-11",
        "pci-dss:10.5.1",
        "soc2:CC7.2",
        "iso-27001:A.8.15",
    ),
    parameters=[DAYS],
)
def check(server: ApiServer, given: Given) -> Violations:
    """`--audit-log-maxage` must be 0 or at least the minimum, where a log is written to a file."""
    told = server.audit_days
    if server.audit_log_path.value in ("", "-"):
        raise NotApplicableError(Why.NO_SUBJECT)
    if 0 < told.value < given[DAYS]:
        yield server.breaks(told, f"keeps audit logs for {told.value} days, less than {given[DAYS]}{told.by_default}")
