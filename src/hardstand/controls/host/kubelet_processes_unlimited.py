"""Kubelet lets a pod start any number of processes.

Why
    A fork bomb in one pod uses up the node's process ids, and then nothing on the node can start anything, the kubelet
    included.

Fix
    Set `podPidsLimit`, to 4096 for example.

References
    - https://kubernetes.io/docs/concepts/policy/pid-limiting/
    - https://kubernetes.io/docs/reference/config-api/kubelet-config.v1beta1/
"""

from hardstand.controls.api import MEDIUM, PRODUCTION, WEEKS_2_4, Violations, control
from hardstand.inventory.views.kubelet import Kubelet


@control(
    severity=MEDIUM,
    stage=WEEKS_2_4,
    maturity=PRODUCTION,
    frameworks=(
        "production-checklist:P6.1",
        "cis-kubernetes:4.2.13",
        "nsa-cisa:network.resource-policies",
        "nist-800-53:SC-5",
        "soc2:A1.1",
        "iso-27001:A.8.6",
    ),
)
def check(kubelet: Kubelet) -> Violations:
    """`podPidsLimit` must be above 0."""
    told = kubelet.pod_pids
    if told.value <= 0:
        yield kubelet.breaks(told, f"does not limit the processes of a pod{told.by_default}")
