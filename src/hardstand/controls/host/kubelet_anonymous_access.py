"""Kubelet answers requests of people that it does not know.

Why
    The kubelet's API runs commands in every container of its node. Anonymous requests are taken as `system:anonymous`,
    and with `AlwaysAllow`, the old default beside it, that is anybody on the network.

Fix
    Set `authentication.anonymous.enabled: false`.

References
    - https://kubernetes.io/docs/reference/access-authn-authz/kubelet-authn-authz/
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
        "cis-kubernetes:4.2.1",
        "nsa-cisa:access.authentication",
        "nist-800-53:AC-14",
        "nist-800-190:4.3.5",
        "pci-dss:8.3.1",
        "soc2:CC6.1",
        "iso-27001:A.8.5",
    ),
)
def check(kubelet: Kubelet) -> Violations:
    """Anonymous requests must be off, which they are by default with a configuration file only."""
    told = kubelet.anonymous_auth
    if told.value:
        yield kubelet.breaks(told, f"answers anonymous requests{told.by_default}")
