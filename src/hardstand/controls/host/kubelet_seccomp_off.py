"""Kubelet runs containers without a seccomp profile by default.

Why
    A pod that says nothing of seccomp may then make every system call there is. Most holes in the kernel are reached
    through calls that no ordinary program makes.

Fix
    Set `seccompDefault: true`.

When it is fine
    Where admission makes every pod name a profile itself.

References
    - https://kubernetes.io/docs/tutorials/security/seccomp/#enable-the-use-of-runtimedefault-as-the-default-seccomp-profile-for-all-workloads
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
        "cis-kubernetes:4.2.14",
        "nsa-cisa:pod-security.hardened-environments",
        "nist-800-53:SC-39",
        "nist-800-190:4.4.3",
        "soc2:CC6.8",
        "iso-27001:A.8.9",
    ),
)
def check(kubelet: Kubelet) -> Violations:
    """`seccompDefault` must be true."""
    told = kubelet.seccomp_default
    if not told.value:
        yield kubelet.breaks(told, f"gives containers no seccomp profile unless they ask{told.by_default}")
