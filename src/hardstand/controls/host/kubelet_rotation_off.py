"""Kubelet cannot renew its serving certificate.

Why
    With the feature off, a serving certificate that came from the cluster is not renewed, and once it has run out
    connections fail or go unchecked.

Fix
    Remove `RotateKubeletServerCertificate: false` from `featureGates`.

References
    - https://kubernetes.io/docs/reference/access-authn-authz/kubelet-tls-bootstrapping/#certificate-rotation
    - https://kubernetes.io/docs/reference/config-api/kubelet-config.v1beta1/
"""

from hardstand.controls.api import LOW, PRODUCTION, WEEKS_2_4, Violations, control
from hardstand.inventory.views.component import feature
from hardstand.inventory.views.kubelet import Kubelet


@control(
    severity=LOW,
    stage=WEEKS_2_4,
    maturity=PRODUCTION,
    frameworks=(
        "twelve-controls:T6.2",
        "cis-kubernetes:4.2.11",
        "nist-800-53:SC-17",
        "soc2:CC6.7",
        "iso-27001:A.8.24",
    ),
)
def check(kubelet: Kubelet) -> Violations:
    """The feature RotateKubeletServerCertificate, on since 1.12, must not be off."""
    told = kubelet.features
    if not feature(told, "RotateKubeletServerCertificate", default=True):
        yield kubelet.breaks(told, "has RotateKubeletServerCertificate off")
