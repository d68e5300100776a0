"""Certificates of the cluster open etcd as well.

Why
    If etcd trusts the authority that signs the cluster's client certificates, every kubelet and every user with a
    certificate can read and write etcd, past all roles and admission.

Fix
    Give etcd an authority of its own, and name it in `--etcd-cafile` and in etcd's `--trusted-ca-file`.

References
    - https://kubernetes.io/docs/setup/best-practices/certificates/
"""

from hardstand.controls.api import HIGH, PRODUCTION, QUARTERLY, Violations, control
from hardstand.inventory.views.api_server import ApiServer


@control(
    severity=HIGH,
    stage=QUARTERLY,
    maturity=PRODUCTION,
    frameworks=(
        "twelve-controls:T1.4",
        "cis-kubernetes:2.7",
        "nsa-cisa:network.etcd",
        "nist-800-53:SC-17",
        "pci-dss:3.6.1",
        "soc2:CC6.1",
        "iso-27001:A.8.24",
    ),
)
def check(server: ApiServer) -> Violations:
    """`--etcd-cafile` and `--client-ca-file` must not name one file."""
    told = server.etcd_ca_file
    if told.value and told.value == server.client_ca_file.value:
        yield server.breaks(told, "trusts one authority for etcd and for clients")
