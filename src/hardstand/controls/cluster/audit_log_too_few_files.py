"""API server keeps too few audit log files.

Why
    Files are rotated by size, so on a busy day, or when somebody makes it busy on purpose, a handful of them holds no
    more than minutes.

Fix
    Set `--audit-log-maxbackup` to at least 10; 0 keeps all files.

References
    - https://kubernetes.io/docs/tasks/debug/debug-cluster/audit/#log-backend
    - https://kubernetes.io/docs/reference/command-line-tools-reference/kube-apiserver/
"""

from hardstand.controls.api import LOW, PRODUCTION, WEEKS_2_4, Given, NotApplicableError, Violations, Why, control
from hardstand.controls.parameter import number
from hardstand.inventory.views.api_server import ApiServer

FILES = number("files", "How many rotated audit logs are kept at least", 10)


@control(
    severity=LOW,
    stage=WEEKS_2_4,
    maturity=PRODUCTION,
    frameworks=(
        "production-checklist:P7.1",
        "cis-kubernetes:1.2.18",
        "nsa-cisa:audit.fault-tolerance",
        "nist-800-53:AU-4",
        "pci-dss:10.5.1",
        "soc2:CC7.2",
        "iso-27001:A.8.15",
    ),
    parameters=[FILES],
)
def check(server: ApiServer, given: Given) -> Violations:
    """`--audit-log-maxbackup` must be 0 or at least the minimum, where a log is written to a file."""
    told = server.audit_files
    if server.audit_log_path.value in ("", "-"):
        raise NotApplicableError(Why.NO_SUBJECT)
    if 0 < told.value < given[FILES]:
        yield server.breaks(told, f"keeps {told.value} audit logs, less than {given[FILES]}")
