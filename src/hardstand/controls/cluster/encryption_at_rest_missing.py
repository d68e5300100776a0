"""API server writes Secrets to etcd in clear text.

Why
    Whoever reads etcd's disk, a snapshot or a backup then has every Secret of the cluster. Base64 is no protection.

Fix
    Write an EncryptionConfiguration for `secrets`, name it in `--encryption-provider-config`, and write all Secrets
    anew.

When it is fine
    Where all that etcd writes to, and its backups, is encrypted below it, and the team has decided that this is
    enough.

References
    - https://kubernetes.io/docs/tasks/administer-cluster/encrypt-data/
    - https://kubernetes.io/docs/reference/command-line-tools-reference/kube-apiserver/
"""

from hardstand.controls.api import HIGH, MINIMUM, WEEKS_2_4, Violations, control
from hardstand.inventory.views.api_server import ApiServer


@control(
    severity=HIGH,
    stage=WEEKS_2_4,
    maturity=MINIMUM,
    frameworks=(
        "twelve-controls:T2.2",
        "production-checklist:P2.1",
        "cis-kubernetes:1.2.27",
        "nsa-cisa:network.etcd",
        "nist-800-53:SC-28",
        "nist-800-190:4.3.2",
        "pci-dss:3.5.1",
        "soc2:CC6.1",
        "iso-27001:A.8.24",
    ),
)
def check(server: ApiServer) -> Violations:
    """`--encryption-provider-config` must be set."""
    told = server.encryption_config
    if not told.value:
        yield server.breaks(told, "writes Secrets to etcd as they are")
