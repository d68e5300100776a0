"""API server serves everything without authentication on a second port.

Why
    The insecure port skips authentication, authorization and admission. Whoever reaches it is the cluster's owner.

Fix
    Set `--insecure-port=0`, and upgrade: Kubernetes 1.24 no longer has the port.

References
    - https://github.com/kubernetes/kubernetes/pull/95856
    - https://kubernetes.io/docs/concepts/security/controlling-access/
"""

from hardstand.controls.api import CRITICAL, MINIMUM, WEEK_1, NotApplicableError, Violations, Why, control
from hardstand.inventory.views.api_server import ApiServer

_GONE = 24
"""The first version without the port."""


@control(
    severity=CRITICAL,
    stage=WEEK_1,
    maturity=MINIMUM,
    frameworks=(
        "production-checklist:P4.3",
        "nsa-cisa:network.control-plane",
        "nist-800-53:AC-14",
        "nist-800-190:4.3.2",
        "pci-dss:2.2.5",
        "soc2:CC6.6",
        "iso-27001:A.8.20",
    ),
)
def check(server: ApiServer) -> Violations:
    """`--insecure-port` must be 0, or the version one that has no such port."""
    told = server.insecure_port
    if server.version is not None and server.version >= _GONE:
        raise NotApplicableError(Why.NOT_IN_VERSION)
    if told.value:
        yield server.breaks(told, f"serves without authentication on port {told.value}{told.by_default}")
