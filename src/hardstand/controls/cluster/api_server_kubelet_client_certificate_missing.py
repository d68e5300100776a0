"""API server shows kubelets no certificate.

Why
    The API server then reaches kubelets as anybody could, so that either they let everyone in, or `kubectl logs` and
    `exec` do not work and somebody opens them.

Fix
    Set `--kubelet-client-certificate` and `--kubelet-client-key` to a certificate that kubelets know.

References
    - https://kubernetes.io/docs/reference/access-authn-authz/kubelet-authn-authz/
    - https://kubernetes.io/docs/reference/command-line-tools-reference/kube-apiserver/
"""

from hardstand.controls.api import MEDIUM, MINIMUM, WEEKS_2_4, Violations, control
from hardstand.inventory.views.api_server import ApiServer


@control(
    severity=MEDIUM,
    stage=WEEKS_2_4,
    maturity=MINIMUM,
    frameworks=(
        "twelve-controls:T1.4",
        "cis-kubernetes:1.2.4",
        "nsa-cisa:network.encryption",
        "nist-800-53:IA-9",
        "nist-800-190:4.3.5",
        "soc2:CC6.7",
        "iso-27001:A.8.24",
    ),
)
def check(server: ApiServer) -> Violations:
    """Both the certificate and its key must be named."""
    for told, flag in ((server.kubelet_cert_file, "certificate"), (server.kubelet_key_file, "key")):
        if not told.value:
            yield server.breaks(told, f"has no client {flag} for kubelets")
            return
