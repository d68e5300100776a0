"""API server serves profiles of itself.

Why
    Profiles tell about memory, timing and what is called with what, and making one costs processor time. Nobody needs
    them until something is being debugged.

Fix
    Set `--profiling=false`.

References
    - https://pkg.go.dev/net/http/pprof
    - https://kubernetes.io/docs/reference/command-line-tools-reference/kube-apiserver/
"""

from hardstand.controls.api import LOW, PRODUCTION, QUARTERLY, Violations, control
from hardstand.inventory.views.api_server import ApiServer


@control(
    severity=LOW,
    stage=QUARTERLY,
    maturity=PRODUCTION,
    frameworks=(
        "production-checklist:P4.3",
        "cis-kubernetes:1.2.15",
        "nist-800-53:CM-7",
        "pci-dss:2.2.4",
        "soc2:CC6.6",
        "iso-27001:A.8.9",
    ),
)
def check(server: ApiServer) -> Violations:
    """`--profiling` must be false."""
    told = server.profiling
    if told.value:
        yield server.breaks(told, f"serves profiles{told.by_default}")
