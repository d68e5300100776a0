"""Scheduler takes TLS versions that are given up.

Why
    TLS 1.0 and 1.1 rest on broken hashes and ciphers, and were withdrawn (RFC 8996). Nothing that asks for its metrics
    needs them.

Fix
    Remove `--tls-min-version`, which then is TLS 1.2, or set it to `VersionTLS12` or `VersionTLS13`.

References
    - https://www.rfc-editor.org/rfc/rfc8996
    - https://kubernetes.io/docs/reference/command-line-tools-reference/kube-scheduler/
"""

from hardstand.analysis.go_tls import old_version
from hardstand.controls.api import LOW, MINIMUM, WEEKS_2_4, Violations, control
from hardstand.inventory.views.control_plane import Scheduler


@control(
    severity=LOW,
    stage=WEEKS_2_4,
    maturity=MINIMUM,
    frameworks=(
        "twelve-controls:T6.2",
        "nsa-cisa:network.control-plane",
        "nist-800-53:SC-13",
        "pci-dss:4.2.1",
        "soc2:CC6.7",
        "iso-27001:A.8.24",
    ),
)
def check(scheduler: Scheduler) -> Violations:
    """`--tls-min-version` must be TLS 1.2 or newer."""
    told = scheduler.tls_minimum
    if (version := old_version(told)) is not None:
        yield scheduler.breaks(told, f"takes {version}")
