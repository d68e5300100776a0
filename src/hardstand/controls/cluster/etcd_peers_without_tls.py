"""etcd members talk to each other without TLS.

Why
    Members send each other every write. Without TLS it can be read and changed on the way.

Fix
    Set `--peer-cert-file` and `--peer-key-file`, and write `https://` in `--listen-peer-urls`.

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
        "cis-kubernetes:2.4",
        "nsa-cisa:network.etcd",
        "nist-800-53:SC-8",
        "nist-800-190:4.3.2",
        "pci-dss:4.2.1",
        "soc2:CC6.7",
        "iso-27001:A.8.24",
    ),
)
def check(etcd: Etcd) -> Violations:
    """Certificate and key must be named, and no peer address may be plain HTTP."""
    for told, what in ((etcd.peer_cert_file, "certificate"), (etcd.peer_key_file, "key")):
        if not told.value and not etcd.peer_auto_tls.value:
            yield etcd.breaks(told, f"talks to peers without a {what}")
            return
    urls = etcd.peer_urls
    if any(one.startswith("http://") for one in urls.value):
        yield etcd.breaks(urls, f"talks to peers over plain HTTP{urls.by_default}")
