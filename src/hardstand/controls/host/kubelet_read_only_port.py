"""Kubelet serves without authentication on a read-only port.

Why
    The port tells anybody on the network which pods run on the node, with their environment as it stands in the
    manifests, and how they are doing.

Fix
    Set `readOnlyPort: 0`, or leave it out.

References
    - https://kubernetes.io/docs/reference/config-api/kubelet-config.v1beta1/
"""

from hardstand.controls.api import HIGH, MINIMUM, WEEK_1, Violations, control
from hardstand.inventory.views.kubelet import Kubelet


@control(
    severity=HIGH,
    stage=WEEK_1,
    maturity=MINIMUM,
    frameworks=(
        "production-checklist:P4.3",
        "cis-kubernetes:4.2.4",
        "nsa-cisa:network.worker-nodes",
        "nist-800-53:AC-14",
        "nist-800-190:4.3.5",
        "pci-dss:2.2.5",
        "soc2:CC6.6",
        "iso-27001:A.8.20",
    ),
)
def check(kubelet: Kubelet) -> Violations:
    """The read-only port must be closed, as it is by default with a configuration file only."""
    told = kubelet.read_only_port
    if told.value:
        yield kubelet.breaks(told, f"serves without authentication on port {told.value}{told.by_default}")
