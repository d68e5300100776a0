"""How many pods a disruption budget lets go.

Source: https://kubernetes.io/docs/tasks/run-application/configure-pdb/ and the disruption controller, which rounds
percentages up in both fields, for `maxUnavailable` in favour of the drain and for `minAvailable` against it.
"""

import re
from collections.abc import Sequence

from hardstand.analysis.joining import of_neighbour
from hardstand.analysis.replicas import COUNTED, fewest
from hardstand.inventory.views.config import HorizontalPodAutoscaler, PodDisruptionBudgetSpec
from hardstand.inventory.views.policies import ScaledObject
from hardstand.inventory.views.workload import Workload
from hardstand.model.violation import NotApplicableError


def percentage(spec: PodDisruptionBudgetSpec, field: str, value: int | str | None) -> int | None:
    """The percentage in a field of the budget, or None when it holds a plain number or nothing.

    MalformedFieldError for text that is no percentage.
    """
    if not isinstance(value, str):
        return None
    found = re.fullmatch(r"(\d+)%", value)
    if not found:
        raise spec.malformed("a number or a percentage", field)
    return int(found[1])


def wanted(value: int, percent: int | None, pods: int) -> int:
    """How many of `pods` must stay: the plain number, or the percentage rounded up."""
    return value if percent is None else -(-pods * percent // 100)


def pods_of(
    workloads: Sequence[Workload], autoscalers: Sequence[HorizontalPodAutoscaler], scaled: Sequence[ScaledObject]
) -> int | None:
    """How many pods the workloads have together at their least; None when one of them does not say.

    A workload that is there twice, as in two overlays, counts once, with the fewer of its replicas.
    """
    fewest_of: dict[str, int] = {}
    for one in workloads:
        count = of_neighbour(one, lambda workload: _count(workload, autoscalers, scaled))
        if count is None:
            return None
        key = one.object.key
        fewest_of[key] = min(count, fewest_of.get(key, count))
    return sum(fewest_of.values())


def _count(
    workload: Workload, autoscalers: Sequence[HorizontalPodAutoscaler], scaled: Sequence[ScaledObject]
) -> int | None:
    if workload.kind.name == "Pod":
        return 1
    if workload.kind.name not in COUNTED:
        return None
    try:
        return fewest(workload, autoscalers, scaled)
    except NotApplicableError:
        return 0
