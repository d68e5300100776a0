"""API server knows no authority for client certificates.

Why
    Kubelets, the scheduler and the controller manager sign in with certificates. Without an authority to check them
    by, they need passwords or tokens that never change.

Fix
    Set `--client-ca-file` to the authority that signs the cluster's client certificates.

References
    - https://kubernetes.io/docs/reference/access-authn-authz/authentication/#x509-client-certificates
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
        "cis-kubernetes:1.2.25",
        "nsa-cisa:access.authentication",
        "nist-800-53:IA-9",
        "pci-dss:8.3.1",
        "soc2:CC6.1",
        "iso-27001:A.8.5",
    ),
)
def check(server: ApiServer) -> Violations:
    """`--client-ca-file` must be set."""
    told = server.client_ca_file
    if not told.value:
        yield server.breaks(told, "checks client certificates against no authority")
