"""Controller manager does not renew the serving certificates of kubelets.

Why
    With the feature off, kubelets cannot get new serving certificates from the cluster. Old ones run out, and then
    connections to kubelets fail or go unchecked.

Fix
    Remove `RotateKubeletServerCertificate=false` from `--feature-gates`.

References
    - https://kubernetes.io/docs/reference/access-authn-authz/kubelet-tls-bootstrapping/
    - https://kubernetes.io/docs/reference/command-line-tools-reference/kube-controller-manager/
"""

from hardstand.controls.api import LOW, PRODUCTION, WEEKS_2_4, Violations, control
from hardstand.inventory.views.component import feature
from hardstand.inventory.views.control_plane import ControllerManager


@control(
    severity=LOW,
    stage=WEEKS_2_4,
    maturity=PRODUCTION,
    frameworks=(
        "twelve-controls:T6.2",
        "cis-kubernetes:1.3.6",
        "nist-800-53:SC-17",
        "soc2:CC6.7",
        "iso-27001:A.8.24",
    ),
)
def check(manager: ControllerManager) -> Violations:
    """The feature RotateKubeletServerCertificate, on since 1.12, must not be off."""
    told = manager.features
    if not feature(told, "RotateKubeletServerCertificate", default=True):
        yield manager.breaks(told, "has RotateKubeletServerCertificate off")
