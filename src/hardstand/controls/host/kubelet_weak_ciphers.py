"""Kubelet offers weak cipher suites.

Why
    RSA key exchange lets a recorded connection be read by whoever gets the key later, and RC4, 3DES and some CBC
    suites have known attacks. One such suite on offer is enough for a client to be talked into it.

Fix
    Set `tlsCipherSuites` to suites with ECDHE and AES-GCM or ChaCha20, or `tlsMinVersion: VersionTLS13`. From
    Kubernetes 1.32 on, the defaults are strong.

References
    - https://pkg.go.dev/crypto/tls#InsecureCipherSuites
    - https://kubernetes.io/docs/reference/config-api/kubelet-config.v1beta1/
"""

from hardstand.analysis.go_tls import weak_ciphers
from hardstand.controls.api import LOW, PRODUCTION, QUARTERLY, Violations, control
from hardstand.inventory.views.kubelet import Kubelet


@control(
    severity=LOW,
    stage=QUARTERLY,
    maturity=PRODUCTION,
    frameworks=(
        "twelve-controls:T6.2",
        "cis-kubernetes:4.2.12",
        "nist-800-53:SC-13",
        "pci-dss:12.3.3",
        "soc2:CC6.7",
        "iso-27001:A.8.24",
    ),
)
def check(kubelet: Kubelet) -> Violations:
    """No suite on offer may be one that Go calls insecure."""
    weakness = weak_ciphers(kubelet, kubelet.tls_minimum, kubelet.tls_ciphers)
    if weakness:
        yield kubelet.breaks(kubelet.tls_ciphers, weakness)
