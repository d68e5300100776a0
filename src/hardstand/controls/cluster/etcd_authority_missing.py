"""API server does not check the certificate of etcd.

Why
    Whoever can answer at etcd's address is then given every object that is written, and can answer with objects of
    their own, such as a binding to cluster-admin.

Fix
    Set `--etcd-cafile` to the authority that signs etcd's certificate.

References
    - https://kubernetes.io/docs/reference/command-line-tools-reference/kube-apiserver/
"""

from hardstand.controls.api import HIGH, MINIMUM, WEEK_1, Violations, control
from hardstand.inventory.views.api_server import ApiServer


@control(
    severity=HIGH,
    stage=WEEK_1,
    maturity=MINIMUM,
    frameworks=(
        "twelve-controls:T6.2",
        "cis-kubernetes:1.2.26",
        "nsa-cisa:network.etcd",
        "nist-800-53:SC-8",
        "pci-dss:4.2.1",
        "soc2:CC6.7",
        "iso-27001:A.8.24",
    ),
)
def check(server: ApiServer) -> Violations:
    """`--etcd-cafile` must be set."""
    told = server.etcd_ca_file
    if not told.value:
        yield server.breaks(told, "checks etcd's certificate against no authority of the cluster")
