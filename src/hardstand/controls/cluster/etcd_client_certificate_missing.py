"""API server shows etcd no certificate.

Why
    etcd holds every Secret of the cluster. If the API server needs no certificate to read it, nobody else does either.

Fix
    Set `--etcd-certfile` and `--etcd-keyfile`, and let etcd ask for them (`--client-cert-auth`).

References
    - https://kubernetes.io/docs/tasks/administer-cluster/configure-upgrade-etcd/#securing-etcd-clusters
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
        "cis-kubernetes:1.2.23",
        "nsa-cisa:network.etcd",
        "nist-800-53:IA-9",
        "nist-800-190:4.3.2",
        "pci-dss:4.2.1",
        "soc2:CC6.7",
        "iso-27001:A.8.24",
    ),
)
def check(server: ApiServer) -> Violations:
    """Both the certificate and its key must be named."""
    for told, what in ((server.etcd_cert_file, "certificate"), (server.etcd_key_file, "key")):
        if not told.value:
            yield server.breaks(told, f"has no client {what} for etcd")
            return
