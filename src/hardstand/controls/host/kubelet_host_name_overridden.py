"""Kubelet goes by another name than its host.

Why
    Certificates, audit logs and the host's own logs then name the node differently, so that what happened on it cannot
    be put together, and one node can pass for another.

Fix
    Remove `--hostname-override`.

When it is fine
    Where a cloud provider's integration asks for its own names.

References
    - https://kubernetes.io/docs/reference/command-line-tools-reference/kubelet/
"""

from hardstand.controls.api import LOW, PRODUCTION, QUARTERLY, Violations, control
from hardstand.inventory.views.kubelet import Kubelet


@control(
    severity=LOW,
    stage=QUARTERLY,
    maturity=PRODUCTION,
    frameworks=(
        "production-checklist:P7.2",
        "cis-kubernetes:4.2.7",
        "nist-800-53:IA-3",
        "soc2:CC6.1",
        "iso-27001:A.5.9",
    ),
)
def check(kubelet: Kubelet) -> Violations:
    """`--hostname-override` must not be set."""
    told = kubelet.host_name
    if told.value:
        yield kubelet.breaks(told, f"calls its node {told.value}")
