"""Pods are not given the certificate to check the API server by.

Why
    A program in a pod that cannot check who answers at the API server's address either fails or skips the check, and
    then hands its token to whoever answers.

Fix
    Set `--root-ca-file` to the authority that signs the API server's certificate.

References
    - https://kubernetes.io/docs/reference/command-line-tools-reference/kube-controller-manager/
"""

from hardstand.controls.api import MEDIUM, MINIMUM, WEEKS_2_4, Violations, control
from hardstand.inventory.views.control_plane import ControllerManager


@control(
    severity=MEDIUM,
    stage=WEEKS_2_4,
    maturity=MINIMUM,
    frameworks=(
        "twelve-controls:T6.2",
        "cis-kubernetes:1.3.5",
        "nist-800-53:SC-17",
        "pci-dss:4.2.1",
        "soc2:CC6.7",
        "iso-27001:A.8.24",
    ),
)
def check(manager: ControllerManager) -> Violations:
    """`--root-ca-file` must be set."""
    told = manager.root_ca_file
    if not told.value:
        yield manager.breaks(told, "gives pods no certificate to check the API server by")
