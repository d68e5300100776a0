"""Workload takes all its pods down to replace them.

Why
    The strategies `Recreate` and `OnDelete` make every release an outage, or leave it to a person to delete old pods.
    Patches then wait.

Fix
    Set the strategy to `RollingUpdate`, its default, with `maxUnavailable` as far as clients can bear it.

When it is fine
    Programs that must not run twice, such as those that lock a volume. Whether releases must be seamless is for you
    to say: nothing is reported until the parameter `required` is true.

References
    - https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#strategy
    - https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#update-strategies
"""

from hardstand.controls.api import (
    LOW,
    PRODUCTION,
    QUARTERLY,
    Cel,
    Given,
    NotApplicableError,
    Violations,
    Why,
    always,
    control,
)
from hardstand.controls.parameter import demand
from hardstand.inventory.views.workload import Workload

REQUIRED = demand("Whether pods must be replaced one after the other")
ROLLING = (None, "", "RollingUpdate", "Rolling")
"""Absent is rolling; `Rolling` is how a DeploymentConfig says it."""


@control(
    severity=LOW,
    stage=QUARTERLY,
    maturity=PRODUCTION,
    frameworks=("production-checklist:P8.2", "soc2:A1.2", "iso-27001:A.8.14"),
    parameters=[REQUIRED],
    cel=Cel(
        "object.apiVersion.startsWith('apps.kruise.io/') || (object.?spec.?strategy.?type.orValue('') in rolling"
        " && object.?spec.?updateStrategy.?type.orValue('') in rolling)",
        "strategy.type",
        {"rolling": always([one for one in ROLLING if one is not None])},
    ),
)
def check(workload: Workload, given: Given) -> Violations:
    """An explicit strategy must be a rolling one."""
    given[REQUIRED]
    if workload.kind.group == "apps.kruise.io":
        raise NotApplicableError(Why.NO_SUBJECT)  # Its `ReCreate` replaces pods one after the other.
    for strategy in (workload.spec.strategy, workload.spec.update_strategy):
        if strategy.type not in ROLLING:
            yield strategy.violates(f"replaces its pods by {strategy.type}", "type")
