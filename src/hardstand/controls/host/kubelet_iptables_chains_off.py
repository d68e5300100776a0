"""Kubelet does not keep the iptables chains that it relies on.

Why
    Without them, rules of the host and of the cluster can get in each other's way, and packets are marked, dropped or
    let through by chance.

Fix
    Set `makeIPTablesUtilChains: true`, or leave it out.

References
    - https://kubernetes.io/docs/reference/config-api/kubelet-config.v1beta1/
"""

from hardstand.controls.api import LOW, PRODUCTION, QUARTERLY, Violations, control
from hardstand.inventory.views.kubelet import Kubelet


@control(
    severity=LOW,
    stage=QUARTERLY,
    maturity=PRODUCTION,
    frameworks=(
        "production-checklist:P4.1",
        "cis-kubernetes:4.2.6",
        "nist-800-53:SC-7",
        "soc2:CC6.6",
        "iso-27001:A.8.20",
    ),
)
def check(kubelet: Kubelet) -> Violations:
    """`makeIPTablesUtilChains` must not be false."""
    told = kubelet.iptables_chains
    if not told.value:
        yield kubelet.breaks(told, "leaves the host's iptables chains alone")
