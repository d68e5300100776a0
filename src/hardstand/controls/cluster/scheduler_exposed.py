"""Scheduler listens on the network.

Why
    Only the kubelet beside it asks for its health. On other addresses it offers metrics, health and, unless they are
    off, profiles to whoever can reach the host, behind authentication that has had holes.

Fix
    Set `--bind-address=127.0.0.1`.

When it is fine
    Where metrics are collected from other hosts, over a network that only those reach.

References
    - https://kubernetes.io/docs/reference/command-line-tools-reference/kube-scheduler/
"""

from hardstand.analysis.addresses import is_loopback
from hardstand.controls.api import MEDIUM, PRODUCTION, WEEKS_2_4, Violations, control
from hardstand.inventory.views.control_plane import Scheduler


@control(
    severity=MEDIUM,
    stage=WEEKS_2_4,
    maturity=PRODUCTION,
    frameworks=(
        "production-checklist:P4.3",
        "cis-kubernetes:1.4.2",
        "nsa-cisa:network.control-plane",
        "nist-800-53:SC-7",
        "pci-dss:1.4.2",
        "soc2:CC6.6",
        "iso-27001:A.8.20",
    ),
)
def check(scheduler: Scheduler) -> Violations:
    """`--bind-address` must be a loopback address."""
    told = scheduler.bind_address
    if scheduler.secure_port.value and not is_loopback(told.value):
        yield scheduler.breaks(told, f"listens on {told.value or 'all addresses'}{told.by_default}")
