"""Kubelet does not renew its client certificate.

Why
    The certificate by which the node signs in runs out within a year, and the node with it. Until then, whoever copied
    it has as long.

Fix
    Set `rotateCertificates: true`; it is off by default.

When it is fine
    Where nodes are replaced sooner than their certificates run out.

References
    - https://kubernetes.io/docs/tasks/tls/certificate-rotation/
    - https://kubernetes.io/docs/reference/config-api/kubelet-config.v1beta1/
"""

from hardstand.controls.api import MEDIUM, MINIMUM, WEEKS_2_4, Violations, control
from hardstand.inventory.views.kubelet import Kubelet


@control(
    severity=MEDIUM,
    stage=WEEKS_2_4,
    maturity=MINIMUM,
    frameworks=(
        "twelve-controls:T1.2",
        "cis-kubernetes:4.2.10",
        "nist-800-53:IA-5",
        "pci-dss:3.7.4",
        "soc2:CC6.1",
        "iso-27001:A.8.24",
    ),
)
def check(kubelet: Kubelet) -> Violations:
    """`rotateCertificates` must be true."""
    told = kubelet.rotates_certificates
    if not told.value:
        yield kubelet.breaks(told, f"does not renew its client certificate{told.by_default}")
