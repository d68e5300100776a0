"""Pod has no priority class.

Why
    When a cluster is full, pods without a class have the cluster's default priority: the shop window may wait behind
    a report, or be evicted for it.

Fix
    Set `priorityClassName` to the class that fits the workload.

When it is fine
    Whether every pod needs a class is for you to say: nothing is reported until the parameter `required` is true.

References
    - https://kubernetes.io/docs/concepts/scheduling-eviction/pod-priority-preemption/
"""

from hardstand.controls.api import LOW, PRODUCTION, QUARTERLY, Cel, Given, Violations, control
from hardstand.controls.parameter import demand
from hardstand.inventory.views.workload import Workload

REQUIRED = demand("Whether every pod must say how important it is")


@control(
    severity=LOW,
    stage=QUARTERLY,
    maturity=PRODUCTION,
    frameworks=("production-checklist:P1.2", "soc2:A1.1", "nist-800-53:SC-6"),
    parameters=[REQUIRED],
    cel=Cel(
        "podSpec.?priorityClassName.orValue('') != ''",
        "priorityClassName",
    ),
)
def check(workload: Workload, given: Given) -> Violations:
    """`priorityClassName` must be set."""
    given[REQUIRED]
    if not workload.pod.priority_class_name:
        yield workload.pod.violates("has no priority class", "priorityClassName")
