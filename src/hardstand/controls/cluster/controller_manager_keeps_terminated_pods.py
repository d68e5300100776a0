"""Controller manager lets ended pods pile up.

Why
    Pods of Jobs that have ended stay in etcd until somebody deletes them. Without a limit, or with a high one, they
    slow down every list and can fill the store.

Fix
    Set `--terminated-pod-gc-threshold` to a number of pods that lists can bear; 0 turns collecting off.

References
    - https://kubernetes.io/docs/reference/command-line-tools-reference/kube-controller-manager/
"""

from hardstand.controls.api import LOW, PRODUCTION, QUARTERLY, Given, Violations, control
from hardstand.controls.parameter import number
from hardstand.inventory.views.control_plane import ControllerManager

PODS = number("pods", "How many ended pods may be kept; the default is the component's own", 12500)


@control(
    severity=LOW,
    stage=QUARTERLY,
    maturity=PRODUCTION,
    frameworks=(
        "production-checklist:P9.3",
        "cis-kubernetes:1.3.1",
        "nist-800-53:SC-5",
        "soc2:A1.1",
        "iso-27001:A.8.6",
    ),
    parameters=[PODS],
)
def check(manager: ControllerManager, given: Given) -> Violations:
    """`--terminated-pod-gc-threshold` must be above 0 and not above the maximum."""
    told = manager.terminated_pods
    if told.value <= 0:
        yield manager.breaks(told, "never collects pods that have ended")
    elif told.value > given[PODS]:
        yield manager.breaks(told, f"keeps {told.value} pods that have ended")
