"""Kubelet takes TLS versions that are given up.

Why
    TLS 1.0 and 1.1 rest on broken hashes and ciphers, and were withdrawn (RFC 8996). No API server of today needs
    them.

Fix
    Remove `tlsMinVersion`, which then is TLS 1.2, or set it to `VersionTLS12` or `VersionTLS13`.

References
    - https://www.rfc-editor.org/rfc/rfc8996
    - https://kubernetes.io/docs/reference/config-api/kubelet-config.v1beta1/
"""

from hardstand.analysis.go_tls import old_version
from hardstand.controls.api import MEDIUM, MINIMUM, WEEKS_2_4, Violations, control
from hardstand.inventory.views.kubelet import Kubelet


@control(
    severity=MEDIUM,
    stage=WEEKS_2_4,
    maturity=MINIMUM,
    frameworks=(
        "twelve-controls:T6.2",
        "nist-800-53:SC-13",
        "pci-dss:4.2.1",
        "soc2:CC6.7",
        "iso-27001:A.8.24",
    ),
)
def check(kubelet: Kubelet) -> Violations:
    """`tlsMinVersion` must be TLS 1.2 or newer."""
    told = kubelet.tls_minimum
    if (version := old_version(told)) is not None:
        yield kubelet.breaks(told, f"takes {version}")
