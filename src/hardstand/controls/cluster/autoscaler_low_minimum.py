"""Autoscaler may go down to too few replicas.

Why
    At night, when load is low, the autoscaler leaves as few pods as it may. One node drained or one pod evicted then
    takes the program down, and single replicas block node upgrades where a disruption budget guards them.

Fix
    Raise `spec.minReplicas`.

References
    - https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/
"""

from hardstand.controls.api import LOW, PRODUCTION, QUARTERLY, Cel, Given, Repair, Violations, control
from hardstand.controls.parameter import number
from hardstand.inventory.views.config import HorizontalPodAutoscaler

MINIMUM_REPLICAS = number("minimum", "the least replicas that an autoscaler must keep")


@control(
    severity=LOW,
    stage=QUARTERLY,
    maturity=PRODUCTION,
    frameworks=("production-checklist:P1.2", "nist-800-53:SC-5", "soc2:A1.1", "iso-27001:A.8.14"),
    parameters=[MINIMUM_REPLICAS],
    fix=Repair("Keep the declared minimum of replicas", safe=False),
    cel=Cel(
        "object.?spec.?minReplicas.orValue(1) >= minimum",
        "spec.minReplicas",
    ),
)
def check(autoscaler: HorizontalPodAutoscaler, given: Given) -> Violations:
    """`spec.minReplicas`, 1 when absent, must not be below what is declared."""
    spec, wanted = autoscaler.spec, given[MINIMUM_REPLICAS]
    least = 1 if spec.min_replicas is None else spec.min_replicas
    if least < wanted:
        message = f"may go down to {least} replicas of the {wanted} declared"
        yield spec.violates(message, "minReplicas", edits=[spec.put(wanted, "minReplicas")])
