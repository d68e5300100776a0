"""API server talks to etcd without TLS.

Why
    Everything that the cluster knows, Secrets included, then passes over the network as it is, and can be changed on
    the way.

Fix
    Write `https://` in `--etcd-servers`, and give etcd a certificate.

References
    - https://kubernetes.io/docs/tasks/administer-cluster/configure-upgrade-etcd/#securing-communication
    - https://kubernetes.io/docs/reference/command-line-tools-reference/kube-apiserver/
"""

from hardstand.controls.api import CRITICAL, MINIMUM, WEEK_1, Violations, control
from hardstand.inventory.views.api_server import ApiServer


@control(
    severity=CRITICAL,
    stage=WEEK_1,
    maturity=MINIMUM,
    frameworks=(
        "twelve-controls:T6.2",
        "cis-kubernetes:1.2.23",
        "nsa-cisa:network.etcd",
        "nist-800-53:SC-8",
        "pci-dss:4.2.1",
        "soc2:CC6.7",
        "iso-27001:A.8.24",
    ),
)
def check(server: ApiServer) -> Violations:
    """No server in `--etcd-servers` may be plain HTTP."""
    told = server.etcd_servers
    if any(one.startswith("http://") for one in told.value):
        yield server.breaks(told, "reaches etcd over plain HTTP")
