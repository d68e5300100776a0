"""etcd makes up its own certificate for clients.

Why
    With `--auto-tls` it signs a certificate itself, which clients cannot check, so that anybody on the way can answer
    in its place.

Fix
    Remove `--auto-tls`, and name a certificate.

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
        "cis-kubernetes:2.3",
        "nsa-cisa:network.etcd",
        "nist-800-53:SC-8",
        "nist-800-190:4.3.2",
        "pci-dss:4.2.1",
        "soc2:CC6.7",
        "iso-27001:A.8.24",
    ),
)
def check(etcd: Etcd) -> Violations:
    """`--auto-tls` must not be true."""
    told = etcd.auto_tls
    if told.value:
        yield etcd.breaks(told, "makes up its own certificate for clients")
