"""Scheduler offers weak cipher suites.

Why
    RSA key exchange lets a recorded connection be read by whoever gets the key later, and RC4, 3DES and some CBC
    suites have known attacks. One such suite on offer is enough for a client to be talked into it.

Fix
    Set `--tls-cipher-suites` to suites with ECDHE and AES-GCM or ChaCha20, or `--tls-min-version=VersionTLS13`. From
    Kubernetes 1.32 on, the defaults are strong.

References
    - https://pkg.go.dev/crypto/tls#InsecureCipherSuites
    - https://kubernetes.io/docs/reference/command-line-tools-reference/kube-scheduler/
"""

from hardstand.analysis.go_tls import weak_ciphers
from hardstand.controls.api import LOW, PRODUCTION, QUARTERLY, Violations, control
from hardstand.inventory.views.control_plane import Scheduler


@control(
    severity=LOW,
    stage=QUARTERLY,
    maturity=PRODUCTION,
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
    """No suite on offer may be one that Go calls insecure."""
    weakness = weak_ciphers(scheduler, scheduler.tls_minimum, scheduler.tls_ciphers)
    if weakness:
        yield scheduler.breaks(scheduler.tls_ciphers, weakness)
