"""Pod has too many containers.

Why
    The containers of a pod share its network, its life and its identity. Many of them are mostly several services
    that should be apart, each with rights and a release of its own.

Fix
    Move what can stand alone into a workload of its own.

When it is fine
    How many are too many is for you to say: nothing is reported until the parameter `maximum` is declared.

References
    - https://kubernetes.io/docs/concepts/workloads/pods/#how-pods-manage-multiple-containers
"""

from hardstand.controls.api import LOW, PRODUCTION, QUARTERLY, Cel, Given, Violations, control
from hardstand.controls.parameter import number
from hardstand.inventory.views.workload import Workload

MAXIMUM = number("maximum", "How many regular containers a pod may have")


@control(
    severity=LOW,
    stage=QUARTERLY,
    maturity=PRODUCTION,
    frameworks=("production-checklist:P3.1", "nist-800-53:SC-3", "pci-dss:2.2.3"),
    parameters=[MAXIMUM],
    cel=Cel(
        "regularContainers.size() <= maximum",
        "containers",
    ),
)
def check(workload: Workload, given: Given) -> Violations:
    """The list `containers` must not be longer than the declared maximum."""
    maximum, count = given[MAXIMUM], len(workload.pod.regular_containers)
    if count > maximum:
        yield workload.pod.violates(f"has {count} containers, more than {maximum}", "containers")
