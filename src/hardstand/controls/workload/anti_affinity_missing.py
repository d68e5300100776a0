"""Workload that must stay available may have all its replicas on one node.

Why
    Replicas protect against the loss of a node only when they are not on the same one. Left alone, the scheduler
    may put them together, most of all when nodes are nearly full.

Fix
    Add a topology spread constraint, or a pod anti-affinity term, over `kubernetes.io/hostname` that selects the
    workload's own pods.

When it is fine
    Whether a workload must stay available is for you to say: nothing is reported until the parameter
    `minimum_replicas` is declared. Workloads with fewer replicas than that are not judged.

References
    - https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/#inter-pod-affinity-and-anti-affinity
    - https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/
"""

from hardstand.analysis.replicas import AUTOSCALER_FIELDS, SCALED_OBJECT_FIELDS, fewest
from hardstand.analysis.spreading import keeps_apart, spreads
from hardstand.controls.api import LOW, PRODUCTION, QUARTERLY, Given, NotApplicableError, Violations, Why, control, near
from hardstand.controls.parameter import number, text
from hardstand.inventory.views.config import HorizontalPodAutoscaler
from hardstand.inventory.views.policies import ScaledObject
from hardstand.inventory.views.scheduling import affinity_of, spread_of
from hardstand.inventory.views.workload import Workload

FROM = number("minimum_replicas", "Workloads with this many replicas or more must stay available")
TOPOLOGY_KEY = text("topology_key", "The node label over which replicas must be apart", "kubernetes.io/hostname")


@control(
    severity=LOW,
    stage=QUARTERLY,
    maturity=PRODUCTION,
    frameworks=("production-checklist:P8.2", "soc2:A1.2", "iso-27001:A.8.14"),
    parameters=[FROM, TOPOLOGY_KEY],
    reads=[
        near(HorizontalPodAutoscaler, *AUTOSCALER_FIELDS, needed=False),
        near(ScaledObject, *SCALED_OBJECT_FIELDS, needed=False),
    ],
)
def check(workload: Workload, given: Given) -> Violations:
    """An anti-affinity term, insisted on or preferred, or a spread constraint must keep the pods apart."""
    least, key = given[FROM], given[TOPOLOGY_KEY]
    autoscalers, scaled = given.near(HorizontalPodAutoscaler, workload), given.near(ScaledObject, workload)
    if fewest(workload, autoscalers, scaled) < least:
        raise NotApplicableError(Why.NO_SUBJECT)
    terms = affinity_of(workload.pod).pod_anti_affinity.terms
    if any(keeps_apart(term, workload, key) for term in terms):
        return
    if not any(spreads(one, workload, key) for one in spread_of(workload.pod)):
        yield workload.pod.violates("lets all its replicas run on one node", "affinity", "podAntiAffinity")
