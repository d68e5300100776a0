"""etcd serves clients that show no certificate.

Why
    etcd holds every object of the cluster, Secrets among them, and whoever may write to it needs no role. Without
    client certificates, reaching its port is enough.

Fix
    Set `--client-cert-auth=true` and `--trusted-ca-file`.

References
    - https://etcd.io/docs/v3.6/op-guide/security/
    - https://kubernetes.io/docs/tasks/administer-cluster/configure-upgrade-etcd/#securing-etcd-clusters
"""

from hardstand.controls.api import CRITICAL, MINIMUM, WEEK_1, Violations, control
from hardstand.inventory.views.control_plane import Etcd


@control(
    severity=CRITICAL,
    stage=WEEK_1,
    maturity=MINIMUM,
    frameworks=(
        "twelve-controls:T6.2",
        "cis-kubernetes:2.2",
        "nsa-cisa:network.etcd",
        "nist-800-53:SC-8",
        "nist-800-190:4.3.2",
        "pci-dss:4.2.1",
        "soc2:CC6.7",
        "iso-27001:A.8.24",
    ),
)
def check(etcd: Etcd) -> Violations:
    """`--client-cert-auth` must be true."""
    told = etcd.client_auth
    if not told.value:
        yield etcd.breaks(told, f"asks clients for no certificate{told.by_default}")
