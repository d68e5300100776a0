"""Workload that must stay available is not spread over failure zones.

Why
    Replicas that lie unevenly over nodes and zones fall together when one of them does.

Fix
    Add a topology spread constraint for each of the declared node labels, with a selector for the workload's pods.

When it is fine
    Whether a workload must stay available is for you to say: nothing is reported until the parameter
    `minimum_replicas` is declared. Workloads with fewer replicas than that are not judged.

References
    - https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/
"""

from hardstand.analysis.replicas import AUTOSCALER_FIELDS, SCALED_OBJECT_FIELDS, fewest
from hardstand.analysis.spreading import spreads
from hardstand.controls.api import LOW, PRODUCTION, QUARTERLY, Given, NotApplicableError, Violations, Why, control, near
from hardstand.controls.parameter import number, text_list
from hardstand.inventory.views.config import HorizontalPodAutoscaler
from hardstand.inventory.views.policies import ScaledObject
from hardstand.inventory.views.scheduling import spread_of
from hardstand.inventory.views.workload import Workload

FROM = number("minimum_replicas", "Workloads with this many replicas or more must stay available")
KEYS = text_list("keys", "The node labels over which pods must be spread", default=["kubernetes.io/hostname"])


@control(
    severity=LOW,
    stage=QUARTERLY,
    maturity=PRODUCTION,
    frameworks=("production-checklist:P8.2", "soc2:A1.2", "iso-27001:A.8.14"),
    parameters=[FROM, KEYS],
    reads=[
        near(HorizontalPodAutoscaler, *AUTOSCALER_FIELDS, needed=False),
        near(ScaledObject, *SCALED_OBJECT_FIELDS, needed=False),
    ],
)
def check(workload: Workload, given: Given) -> Violations:
    """Each declared node label needs a constraint that selects the workload's own pods."""
    least = given[FROM]
    autoscalers, scaled = given.near(HorizontalPodAutoscaler, workload), given.near(ScaledObject, workload)
    if fewest(workload, autoscalers, scaled) < least:
        raise NotApplicableError(Why.NO_SUBJECT)
    constraints = spread_of(workload.pod)
    missing = [key for key in given[KEYS] if not any(spreads(one, workload, key) for one in constraints)]
    if missing:
        yield workload.pod.violates(f"is not spread over {' and '.join(missing)}", "topologySpreadConstraints")
