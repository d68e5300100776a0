"""Disruption budget lets no pod go.

Why
    A drain waits for the budget for ever. Nodes cannot be upgraded or replaced, security fixes wait with them, and
    somebody ends up deleting pods by force, which is what the budget was there to prevent.

Fix
    Leave room for one pod at least: `maxUnavailable: 1`, with two replicas or more.

When it is fine
    For a program whose every stop is agreed with people beforehand.

References
    - https://kubernetes.io/docs/tasks/run-application/configure-pdb/
    - https://kubernetes.io/docs/tasks/administer-cluster/safely-drain-node/
"""

from collections.abc import Sequence

from hardstand.analysis.disruption import percentage, pods_of, wanted
from hardstand.analysis.joining import labelled
from hardstand.analysis.pods import POD_LABELS, label_pairs, pod_labels
from hardstand.analysis.replicas import AUTOSCALER_FIELDS, SCALED_OBJECT_FIELDS
from hardstand.analysis.selecting import asks_nothing
from hardstand.controls.api import MEDIUM, PRODUCTION, WEEKS_2_4, Confidence, Given, Violations, control, near
from hardstand.controls.parameter import number
from hardstand.inventory.views.config import HorizontalPodAutoscaler, PodDisruptionBudget
from hardstand.inventory.views.policies import ScaledObject
from hardstand.inventory.views.workload import Workload

ROOM = number("min_disruptable_percent", "the least share of pods that a budget in percent must let go", default=0)


@control(
    severity=MEDIUM,
    confidence=Confidence.MEDIUM,
    stage=WEEKS_2_4,
    maturity=PRODUCTION,
    frameworks=("production-checklist:P8.2", "nist-800-53:SI-2", "soc2:A1.2", "iso-27001:A.8.14"),
    parameters=[ROOM],
    reads=[
        near(Workload, *POD_LABELS, "spec.replicas"),
        near(HorizontalPodAutoscaler, *AUTOSCALER_FIELDS, needed=False),
        near(ScaledObject, *SCALED_OBJECT_FIELDS, needed=False),
    ],
)
def check(budget: PodDisruptionBudget, given: Given) -> Violations:
    """`maxUnavailable` must be above 0, or `minAvailable` below the replicas that the selected workloads have.

    Kubernetes takes only one of the two.
    """
    spec, room = budget.spec, given[ROOM]
    most, least = spec.max_unavailable, spec.min_available
    if most is not None:
        share = percentage(spec, "maxUnavailable", most)
        if share == 0 or (isinstance(most, int) and most <= 0):
            yield spec.violates("lets no pod go", "maxUnavailable")
        elif share is not None and share < room:
            yield spec.violates(f"lets {share} % of its pods go, not {room} %", "maxUnavailable")
    elif least is not None:
        kept = percentage(spec, "minAvailable", least)
        if kept is not None and 100 - kept < max(room, 1):
            yield spec.violates(f"lets {max(100 - kept, 0)} % of its pods go", "minAvailable")
            return
        pods = _pods(budget, given)
        if pods and wanted(least if isinstance(least, int) else 0, kept, pods) >= pods:
            yield spec.violates(f"lets no pod go: it keeps {least} of the {pods} there may be", "minAvailable")


def _pods(budget: PodDisruptionBudget, given: Given) -> int | None:
    """How many pods the budget is about, at the least; None when it is about none that can be counted."""
    guarded = _guarded(budget, given)
    return pods_of(guarded, given.near(HorizontalPodAutoscaler, budget), given.near(ScaledObject, budget))


def _guarded(budget: PodDisruptionBudget, given: Given) -> Sequence[Workload]:
    """The workloads that the budget selects. An absent selector selects nothing, as an empty one did in v1beta1."""
    selector = budget.spec.selector
    if not selector.exists or (budget.object.api_version == "policy/v1beta1" and asks_nothing(selector)):
        return ()
    return labelled(given.table(Workload, budget, label_pairs), selector, pod_labels)
