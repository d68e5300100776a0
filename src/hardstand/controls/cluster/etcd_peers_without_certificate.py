"""etcd takes members that show no certificate.

Why
    Whoever can reach the peer port can then join the cluster, and gets a copy of everything.

Fix
    Set `--peer-client-cert-auth=true` and `--peer-trusted-ca-file`.

When it is fine
    With a single member that listens for peers on the loopback address alone.

References
    - https://etcd.io/docs/v3.6/op-guide/security/
    - https://kubernetes.io/docs/tasks/administer-cluster/configure-upgrade-etcd/#securing-etcd-clusters
"""

from hardstand.controls.api import HIGH, MINIMUM, WEEK_1, Violations, control
from hardstand.inventory.views.control_plane import Etcd


@control(
    severity=HIGH,
    stage=WEEK_1,
    maturity=MINIMUM,
    frameworks=(
        "twelve-controls:T6.2",
        "cis-kubernetes:2.5",
        "nsa-cisa:network.etcd",
        "nist-800-53:SC-8",
        "nist-800-190:4.3.2",
        "pci-dss:4.2.1",
        "soc2:CC6.7",
        "iso-27001:A.8.24",
    ),
)
def check(etcd: Etcd) -> Violations:
    """`--peer-client-cert-auth` must be true."""
    told = etcd.peer_auth
    if not told.value:
        yield etcd.breaks(told, f"asks peers for no certificate{told.by_default}")
