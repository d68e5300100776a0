"""Container has a CPU limit.

Why
    A limit throttles a container as soon as its share of a tenth of a second is used up, also when the node is idle:
    requests get slow for no visible reason. A CPU request already guards the neighbours. Teams that hold to this take
    limits off all their workloads.

Fix
    Remove `resources.limits.cpu` and keep the request and the memory limit.

When it is fine
    Whether there must be none is for you to say: nothing is reported until `required` is declared. Pods that need the
    class Guaranteed or whole CPUs must have a limit.

References
    - https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/#how-pods-with-resource-limits-are-run
    - https://docs.kernel.org/scheduler/sched-bwc.html
"""

from hardstand.controls.api import LOW, PRODUCTION, QUARTERLY, Cel, Given, Repair, Violations, control
from hardstand.controls.parameter import demand
from hardstand.inventory.views.container import Container

REQUIRED = demand("Whether containers must run without CPU limits")


@control(
    severity=LOW,
    stage=QUARTERLY,
    maturity=PRODUCTION,
    frameworks=("production-checklist:P11", "nist-800-53:SC-6", "soc2:A1.1"),
    parameters=[REQUIRED],
    fix=Repair("Take the CPU limit away", safe=False),
    cel=Cel(
        "string(container.?resources.?limits.?cpu.orValue('')) in ['', '0']",
        "resources.limits.cpu",
    ),
)
def check(container: Container, given: Given) -> Violations:
    """`limits.cpu` must be absent, null or zero, which bounds nothing."""
    given[REQUIRED]
    limits = container.resources.limits
    if limits.cpu not in (None, "", "0"):
        yield limits.violates("has a CPU limit", "cpu", edits=[limits.remove("cpu")])
