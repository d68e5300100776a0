"""Controller manager serves without authentication on a second port.

Why
    Up to Kubernetes 1.21 it serves metrics and profiles on port 10252 of all addresses without asking who comes,
    unless it is told not to.

Fix
    Set `--port=0`, and upgrade to a version that no longer has the port.

References
    - https://github.com/kubernetes/kubernetes/pull/96216
"""

from hardstand.controls.api import HIGH, MINIMUM, WEEK_1, NotApplicableError, Violations, Why, control
from hardstand.inventory.views.control_plane import ControllerManager

_GONE = 22
"""The first version without the port."""


@control(
    severity=HIGH,
    stage=WEEK_1,
    maturity=MINIMUM,
    frameworks=(
        "production-checklist:P4.3",
        "nsa-cisa:network.control-plane",
        "nist-800-53:AC-14",
        "pci-dss:2.2.5",
        "soc2:CC6.6",
        "iso-27001:A.8.20",
    ),
)
def check(manager: ControllerManager) -> Violations:
    """`--port` must be 0, or the version one that has no such port."""
    if manager.version is not None and manager.version >= _GONE:
        raise NotApplicableError(Why.NOT_IN_VERSION)
    told = manager.insecure_port
    if told.value:
        yield manager.breaks(told, f"serves without authentication on port {told.value}{told.by_default}")
