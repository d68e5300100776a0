"""Kubelet keeps idle shells and tunnels open for ever.

Why
    A forgotten `kubectl exec` or `port-forward` stays a way into the pod for whoever finds the terminal, and uses up
    connections.

Fix
    Set `streamingConnectionIdleTimeout` to minutes or hours; the default is four hours.

References
    - https://kubernetes.io/docs/reference/config-api/kubelet-config.v1beta1/
"""

from hardstand.controls.api import LOW, PRODUCTION, WEEKS_2_4, Violations, control
from hardstand.inventory.views.kubelet import Kubelet


@control(
    severity=LOW,
    stage=WEEKS_2_4,
    maturity=PRODUCTION,
    frameworks=(
        "production-checklist:P3.3",
        "cis-kubernetes:4.2.5",
        "nist-800-53:AC-17",
        "pci-dss:8.2.8",
        "soc2:CC6.1",
        "iso-27001:A.8.5",
    ),
)
def check(kubelet: Kubelet) -> Violations:
    """The time-out must not be 0; a zero in a file stands for the default."""
    told = kubelet.streaming_timeout
    if not told.value:
        yield kubelet.breaks(told, "never ends idle streams")
