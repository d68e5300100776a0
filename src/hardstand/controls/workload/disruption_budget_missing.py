"""Workload that must stay available has no disruption budget.

Why
    Draining a node evicts all its pods at once. Without a budget nothing keeps an upgrade of the cluster from taking
    every replica of a workload in the same minute.

Fix
    Add a PodDisruptionBudget with a selector for these pods and `maxUnavailable: 1`.

When it is fine
    Whether a workload must stay available is for you to say: nothing is reported until the parameter
    `minimum_replicas` is declared. Workloads with fewer replicas than that are not judged.

References
    - https://kubernetes.io/docs/tasks/run-application/configure-pdb/
    - https://kubernetes.io/docs/concepts/workloads/pods/disruptions/
"""

from collections.abc import Mapping

from hardstand.analysis.replicas import AUTOSCALER_FIELDS, SCALED_OBJECT_FIELDS, fewest
from hardstand.analysis.selecting import selects
from hardstand.controls.api import (
    MEDIUM,
    PRODUCTION,
    QUARTERLY,
    Given,
    NotApplicableError,
    Violations,
    Why,
    control,
    near,
)
from hardstand.controls.parameter import number
from hardstand.inventory.views.config import HorizontalPodAutoscaler, PodDisruptionBudget
from hardstand.inventory.views.policies import ScaledObject
from hardstand.inventory.views.workload import Workload

FROM = number("minimum_replicas", "Workloads with this many replicas or more must stay available")


@control(
    severity=MEDIUM,
    stage=QUARTERLY,
    maturity=PRODUCTION,
    frameworks=("production-checklist:P8.2", "soc2:A1.2", "iso-27001:A.8.14", "nist-800-53:CP-10"),
    parameters=[FROM],
    reads=[
        near(PodDisruptionBudget, "spec.selector"),
        near(HorizontalPodAutoscaler, *AUTOSCALER_FIELDS, needed=False),
        near(ScaledObject, *SCALED_OBJECT_FIELDS, needed=False),
    ],
)
def check(workload: Workload, given: Given) -> Violations:
    """A PodDisruptionBudget of the namespace must select the pods."""
    least = given[FROM]
    autoscalers, scaled = given.near(HorizontalPodAutoscaler, workload), given.near(ScaledObject, workload)
    if fewest(workload, autoscalers, scaled) < least:
        raise NotApplicableError(Why.NO_SUBJECT)
    labels = workload.pod_metadata.labels
    if not any(_covers(budget, labels) for budget in given.near(PodDisruptionBudget, workload)):
        yield workload.pod_metadata.violates("no PodDisruptionBudget selects its pods", "labels")


def _covers(budget: PodDisruptionBudget, labels: Mapping[str, str]) -> bool:
    """An empty selector selects every pod in policy/v1 and none in policy/v1beta1; an absent one selects none."""
    selector = budget.spec.selector
    empty = not selector.match_labels and not selector.match_expressions
    if not selector.exists or (empty and budget.object.api_version == "policy/v1beta1"):
        return False
    return selects(selector, labels)
