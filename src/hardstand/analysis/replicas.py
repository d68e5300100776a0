"""How many pods of a workload there are at least."""

from collections.abc import Sequence

from hardstand.inventory.views.config import HorizontalPodAutoscaler, ScaleTarget
from hardstand.inventory.views.policies import ScaledObject
from hardstand.inventory.views.workload import Workload
from hardstand.model.verdict import Why
from hardstand.model.violation import NotApplicableError

COUNTED = frozenset(
    {
        "CloneSet",
        "Deployment",
        "DeploymentConfig",
        "ReplicaSet",
        "ReplicationController",
        "Rollout",
        "StatefulSet",
    }
)
"""Kinds with `spec.replicas`. A DaemonSet has as many pods as there are nodes; a job ends."""

AUTOSCALER_FIELDS = ("spec.scaleTargetRef", "spec.minReplicas")
SCALED_OBJECT_FIELDS = ("spec.scaleTargetRef", "spec.minReplicaCount")
"""What a control that asks this reads of autoscalers."""


def fewest(workload: Workload, autoscalers: Sequence[HorizontalPodAutoscaler], scaled: Sequence[ScaledObject]) -> int:
    """The replicas that the workload has at its least, as its autoscaler says, else itself; one when nobody says.

    NotApplicableError for kinds that are not counted, and for workloads that are switched off or scale to nothing.
    """
    if workload.kind.name not in COUNTED:
        raise NotApplicableError(Why.NO_SUBJECT)
    count = _scaled_down_to(workload, autoscalers, scaled)
    if count is None:
        count = 1 if workload.spec.replicas is None else workload.spec.replicas
    if count <= 0:
        raise NotApplicableError(Why.NO_SUBJECT)
    return count


def _scaled_down_to(
    workload: Workload, autoscalers: Sequence[HorizontalPodAutoscaler], scaled: Sequence[ScaledObject]
) -> int | None:
    """`minReplicas` defaults to 1, KEDA's `minReplicaCount` to 0."""
    for one in autoscalers:
        if _targets(one.spec.target, workload):
            return 1 if one.spec.min_replicas is None else one.spec.min_replicas
    for other in scaled:
        if _targets(other.spec.target, workload):
            return other.spec.min_replica_count or 0
    return None


def _targets(target: ScaleTarget, workload: Workload) -> bool:
    """KEDA takes a target without a kind to be a Deployment."""
    return target.name == workload.name and (target.kind_ or "Deployment") == workload.kind.name
