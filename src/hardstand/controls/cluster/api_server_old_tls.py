"""API server takes TLS versions that are given up.

Why
    TLS 1.0 and 1.1 rest on broken hashes and ciphers, and were withdrawn (RFC 8996). No client that can talk to a
    Kubernetes of today needs them.

Fix
    Remove `--tls-min-version`, which then is TLS 1.2, or set it to `VersionTLS12` or `VersionTLS13`.

References
    - https://www.rfc-editor.org/rfc/rfc8996
    - https://kubernetes.io/docs/reference/command-line-tools-reference/kube-apiserver/
"""

from hardstand.analysis.go_tls import old_version
from hardstand.controls.api import MEDIUM, MINIMUM, WEEKS_2_4, Violations, control
from hardstand.inventory.views.api_server import ApiServer


@control(
    severity=MEDIUM,
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
def check(server: ApiServer) -> Violations:
    """`--tls-min-version` must be TLS 1.2 or newer."""
    told = server.tls_minimum
    if (version := old_version(told)) is not None:
        yield server.breaks(told, f"takes {version}")
