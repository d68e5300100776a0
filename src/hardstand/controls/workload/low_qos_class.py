"""Pod reserves too little to be safe from eviction.

Why
    When a node runs short, pods that reserve nothing (BestEffort) are killed first, then those that use more than
    they reserve (Burstable); those whose requests equal their limits (Guaranteed) go last.

Fix
    Give the containers requests, for Guaranteed equal to their limits for CPU and memory alike.

When it is fine
    Batch work. Which class pods need is for you to say: nothing is reported until the parameter `minimum` is
    declared; `memory-request-missing` and its like judge single containers before that.

References
    - https://kubernetes.io/docs/concepts/workloads/pods/pod-qos/
"""

from hardstand.analysis.quality_of_service import CLASSES, quality_of_service
from hardstand.controls.api import LOW, PRODUCTION, QUARTERLY, Given, NotNative, Violations, control
from hardstand.controls.parameter import choice
from hardstand.inventory.views.workload import Workload

LEAST = choice("minimum", "The lowest quality of service class that pods may have", CLASSES)


@control(
    severity=LOW,
    stage=QUARTERLY,
    maturity=PRODUCTION,
    frameworks=("production-checklist:P6.1", "nist-800-53:SC-6", "soc2:A1.1"),
    parameters=[LEAST],
    cel=NotNative.LONG,
)
def check(workload: Workload, given: Given) -> Violations:
    """The class that Kubernetes gives the pod must not be below the declared one."""
    least, found = given[LEAST], quality_of_service(workload.pod)
    if CLASSES.index(found) < CLASSES.index(least):
        yield workload.pod.violates(f"has quality of service {found}, below {least}", "containers")
