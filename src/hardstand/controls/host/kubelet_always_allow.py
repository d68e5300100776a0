"""Kubelet lets everybody do everything.

Why
    With `AlwaysAllow` any request that is authenticated, or anonymous where that is on, may run commands in the node's
    containers and read their logs and secrets.

Fix
    Set `authorization.mode: Webhook`, so that the API server decides.

References
    - https://kubernetes.io/docs/reference/access-authn-authz/kubelet-authn-authz/
    - https://kubernetes.io/docs/reference/config-api/kubelet-config.v1beta1/
"""

from hardstand.controls.api import CRITICAL, MINIMUM, WEEK_1, Violations, control
from hardstand.inventory.views.kubelet import Kubelet


@control(
    severity=CRITICAL,
    stage=WEEK_1,
    maturity=MINIMUM,
    frameworks=(
        "twelve-controls:T1.3",
        "cis-kubernetes:4.2.2",
        "nsa-cisa:access.rbac",
        "nist-800-53:AC-3",
        "nist-800-190:4.3.5",
        "pci-dss:7.3.3",
        "soc2:CC6.3",
        "iso-27001:A.8.3",
    ),
)
def check(kubelet: Kubelet) -> Violations:
    """The authorization mode must not be AlwaysAllow, which it is by default without a configuration file."""
    told = kubelet.authorization_mode
    if told.value == "AlwaysAllow":
        yield kubelet.breaks(told, f"allows every request{told.by_default}")
