"""Pod has a priority class that your team did not allow.

Why
    A pod of high priority pushes others off their nodes when the cluster is full. The classes `system-*` are meant
    for what the cluster itself needs.

Fix
    Choose one of the allowed classes, or leave the field out.

When it is fine
    Which classes are allowed is for you to say: nothing is reported until the parameter `allowed` is declared.

References
    - https://kubernetes.io/docs/concepts/scheduling-eviction/pod-priority-preemption/
"""

from hardstand.controls.api import LOW, PRODUCTION, QUARTERLY, Cel, Given, Violations, control
from hardstand.controls.parameter import text_list
from hardstand.inventory.views.workload import Workload

ALLOWED = text_list("allowed", "The priority classes that pods may have")


@control(
    severity=LOW,
    stage=QUARTERLY,
    maturity=PRODUCTION,
    frameworks=("production-checklist:P5.3", "nist-800-53:SC-5", "nist-800-53:SC-6"),
    parameters=[ALLOWED],
    cel=Cel(
        "podSpec.?priorityClassName.orValue('') in ([''] + allowed)",
        "priorityClassName",
    ),
)
def check(workload: Workload, given: Given) -> Violations:
    """`priorityClassName`, where it is set, must be one of the declared ones."""
    allowed = given[ALLOWED]
    name = workload.pod.priority_class_name
    if name and name not in allowed:
        yield workload.pod.violates(f"has the priority class {name}, which is not allowed", "priorityClassName")
