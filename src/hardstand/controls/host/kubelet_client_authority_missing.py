"""Kubelet knows no authority for client certificates.

Why
    The API server signs in at the kubelet with a certificate. Without an authority to check it by, the kubelet has to
    take it on trust, or another way in.

Fix
    Set `authentication.x509.clientCAFile`.

References
    - https://kubernetes.io/docs/reference/access-authn-authz/kubelet-authn-authz/
    - https://kubernetes.io/docs/reference/config-api/kubelet-config.v1beta1/
"""

from hardstand.controls.api import MEDIUM, MINIMUM, WEEKS_2_4, Violations, control
from hardstand.inventory.views.kubelet import Kubelet


@control(
    severity=MEDIUM,
    stage=WEEKS_2_4,
    maturity=MINIMUM,
    frameworks=(
        "twelve-controls:T1.4",
        "cis-kubernetes:4.2.3",
        "nsa-cisa:access.authentication",
        "nist-800-53:IA-9",
        "nist-800-190:4.3.5",
        "pci-dss:8.3.1",
        "soc2:CC6.1",
        "iso-27001:A.8.5",
    ),
)
def check(kubelet: Kubelet) -> Violations:
    """`clientCAFile` must be set."""
    told = kubelet.client_ca_file
    if not told.value:
        yield kubelet.breaks(told, "checks client certificates against no authority")
