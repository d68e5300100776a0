"""Workload that must stay available has too few replicas.

Why
    One pod is gone whenever its node is drained, patched or lost, and during every restart. Patches then wait for a
    quiet hour that does not come.

Fix
    Set `replicas`, or the autoscaler's `minReplicas`, to the declared minimum, and spread the pods over nodes.

When it is fine
    Whether a workload must stay available is for you to say: nothing is reported until the parameter `minimum` is
    declared. A workload with no replicas is switched off and not judged.

References
    - https://kubernetes.io/docs/concepts/workloads/pods/disruptions/
    - https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/
"""

from hardstand.analysis.replicas import AUTOSCALER_FIELDS, SCALED_OBJECT_FIELDS, fewest
from hardstand.controls.api import MEDIUM, PRODUCTION, QUARTERLY, Given, Violations, control, near
from hardstand.controls.parameter import number
from hardstand.inventory.views.config import HorizontalPodAutoscaler
from hardstand.inventory.views.policies import ScaledObject
from hardstand.inventory.views.workload import Workload

MINIMUM_REPLICAS = number("minimum", "How many replicas a workload needs that must stay available")


@control(
    severity=MEDIUM,
    stage=QUARTERLY,
    maturity=PRODUCTION,
    frameworks=("production-checklist:P8.2", "soc2:A1.2", "iso-27001:A.8.14", "nist-800-53:CP-10"),
    parameters=[MINIMUM_REPLICAS],
    reads=[
        near(HorizontalPodAutoscaler, *AUTOSCALER_FIELDS, needed=False),
        near(ScaledObject, *SCALED_OBJECT_FIELDS, needed=False),
    ],
)
def check(workload: Workload, given: Given) -> Violations:
    """`spec.replicas`, 1 when absent, or what the autoscaler keeps, must not be below the declared minimum."""
    minimum = given[MINIMUM_REPLICAS]
    autoscalers, scaled = given.near(HorizontalPodAutoscaler, workload), given.near(ScaledObject, workload)
    count = fewest(workload, autoscalers, scaled)
    if count < minimum:
        yield workload.spec.violates(f"runs {count} of at least {minimum} replicas", "replicas")
