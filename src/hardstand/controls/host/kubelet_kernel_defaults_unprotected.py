"""Kubelet changes kernel parameters that are not as it expects.

Why
    It then sets how the kernel handles memory and panics by itself, over what the host was hardened to, and nobody
    notices the difference.

Fix
    Set `protectKernelDefaults: true`, and give the host the values that the kubelet expects.

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
        "production-checklist:P6.1",
        "nist-800-53:CM-6",
        "nist-800-190:4.5.1",
        "soc2:CC6.8",
        "iso-27001:A.8.9",
    ),
)
def check(kubelet: Kubelet) -> Violations:
    """`protectKernelDefaults` must be true."""
    told = kubelet.protect_kernel
    if not told.value:
        yield kubelet.breaks(told, f"overwrites kernel parameters{told.by_default}")
