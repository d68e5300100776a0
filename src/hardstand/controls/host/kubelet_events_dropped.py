"""Kubelet drops events at a low rate.

Why
    Events tell why a pod was killed, evicted or could not start. Below a handful a second, just those of a bad minute
    are lost.

Fix
    Set `eventRecordQPS` to at least 5, or leave it out.

References
    - https://kubernetes.io/docs/reference/config-api/kubelet-config.v1beta1/
"""

from hardstand.controls.api import LOW, PRODUCTION, QUARTERLY, Given, Violations, control
from hardstand.controls.parameter import number
from hardstand.inventory.views.kubelet import Kubelet

RATE = number("rate", "How many events a second are recorded at least", 5)


@control(
    severity=LOW,
    stage=QUARTERLY,
    maturity=PRODUCTION,
    frameworks=(
        "production-checklist:P7.1",
        "cis-kubernetes:4.2.8",
        "nsa-cisa:audit.node-and-container-logging",
        "nist-800-53:AU-12",
        "soc2:CC7.2",
        "iso-27001:A.8.15",
    ),
    parameters=[RATE],
)
def check(kubelet: Kubelet, given: Given) -> Violations:
    """`eventRecordQPS` must be at least the minimum; 0 is the client's own default, or no limit in older versions."""
    told = kubelet.event_rate
    if 0 < told.value < given[RATE]:
        yield kubelet.breaks(told, f"records no more than {told.value} events a second")
