"""API server rotates audit logs at too small a size.

Why
    The number of files is limited, so their size decides how much of the past is there: small files push it out within
    minutes.

Fix
    Set `--audit-log-maxsize` to at least 100 megabytes, or leave it out.

References
    - https://kubernetes.io/docs/tasks/debug/debug-cluster/audit/#log-backend
    - https://kubernetes.io/docs/reference/command-line-tools-reference/kube-apiserver/
"""

from hardstand.controls.api import LOW, PRODUCTION, WEEKS_2_4, Given, NotApplicableError, Violations, Why, control
from hardstand.controls.parameter import number
from hardstand.inventory.views.api_server import ApiServer

MEGABYTES = number("megabytes", "How large an audit log grows at least before it is rotated, in megabytes", 100)


@control(
    severity=LOW,
    stage=WEEKS_2_4,
    maturity=PRODUCTION,
    frameworks=(
        "production-checklist:P7.1",
        "cis-kubernetes:1.2.19",
        "nsa-cisa:audit.fault-tolerance",
        "nist-800-53:AU-4",
        "pci-dss:10.5.1",
        "soc2:CC7.2",
        "iso-27001:A.8.15",
    ),
    parameters=[MEGABYTES],
)
def check(server: ApiServer, given: Given) -> Violations:
    """`--audit-log-maxsize` must be 0 or at least the minimum, where a log is written to a file."""
    told = server.audit_megabytes
    if server.audit_log_path.value in ("", "-"):
        raise NotApplicableError(Why.NO_SUBJECT)
    if 0 < told.value < given[MEGABYTES]:
        yield server.breaks(told, f"rotates audit logs at {told.value} megabytes, less than {given[MEGABYTES]}")
