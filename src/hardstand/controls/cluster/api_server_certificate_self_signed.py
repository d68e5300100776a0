"""API server makes up its own certificate.

Why
    Without a certificate of its own it signs one itself at every start, which no client can check. People then learn
    to skip the check.

Fix
    Set `--tls-cert-file` and `--tls-private-key-file`.

References
    - https://kubernetes.io/docs/reference/command-line-tools-reference/kube-apiserver/
"""

from hardstand.controls.api import MEDIUM, MINIMUM, WEEKS_2_4, Violations, control
from hardstand.inventory.views.api_server import ApiServer


@control(
    severity=MEDIUM,
    stage=WEEKS_2_4,
    maturity=MINIMUM,
    frameworks=(
        "twelve-controls:T6.2",
        "cis-kubernetes:1.2.24",
        "nsa-cisa:network.control-plane",
        "nist-800-53:SC-17",
        "pci-dss:4.2.1.1",
        "soc2:CC6.7",
        "iso-27001:A.8.24",
    ),
)
def check(server: ApiServer) -> Violations:
    """Both the certificate and its key must be named."""
    for told, what in ((server.cert_file, "certificate"), (server.key_file, "key")):
        if not told.value:
            yield server.breaks(told, f"serves TLS without a {what} of its own")
            return
