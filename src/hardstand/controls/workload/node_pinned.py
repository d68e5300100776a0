"""Pod chooses its node.

Why
    A pod with `nodeName` goes past the scheduler: taints, free resources and spreading do not count, and it is gone
    with its node. Whoever may choose nodes may also choose to be beside the most sensitive pods.

Fix
    Remove `nodeName` and let the scheduler choose; use node affinity where the node must have something special.

When it is fine
    Debugging one node. A Pod that is there in a cluster has its `nodeName` from the scheduler, as far as anybody can
    tell, so that none is reported; one that is yet to be created, or that stands in a file, has it from whoever wrote
    it. An exported policy does not tell these apart when the image of a Pod that is there is changed. The parameter
    `by` says which ways of choosing are reported.

References
    - https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/
"""

from hardstand.controls.api import LOW, PRODUCTION, QUARTERLY, Cel, Given, NotApplicableError, Violations, Why, control
from hardstand.controls.parameter import text_list
from hardstand.inventory.views.scheduling import affinity_of
from hardstand.inventory.views.workload import Workload
from hardstand.model.live import is_live

BY = text_list("by", "Ways that are reported: `nodeName`, `nodeSelector`, `nodeAffinity`", default=["nodeName"])


@control(
    severity=LOW,
    stage=QUARTERLY,
    maturity=PRODUCTION,
    frameworks=("production-checklist:P5.3", "nist-800-190:4.3.4"),
    parameters=[BY],
    cel=Cel(
        "!('nodeName' in by && podSpec.?nodeName.orValue('') != '')"
        " && !('nodeSelector' in by && podSpec.?nodeSelector.orValue({}).size() > 0)"
        " && !('nodeAffinity' in by && podSpec.?affinity.?nodeAffinity.hasValue())",
        "nodeName, nodeSelector and affinity.nodeAffinity",
    ),
    when=("pod.spec.nodeName", "pod.spec.nodeSelector", "pod.spec.affinity"),
)
def check(workload: Workload, given: Given) -> Violations:
    """The declared ways of choosing a node must be absent or empty."""
    pod, ways = workload.pod, given[BY]
    if "nodeName" in ways and pod.node_name and _scheduled(workload):
        ways = tuple(one for one in ways if one != "nodeName")
        if not ways:
            raise NotApplicableError(Why.NO_SUBJECT)
    if "nodeName" in ways and pod.node_name:
        yield pod.violates("goes to its node past the scheduler", "nodeName")
    if "nodeSelector" in ways and pod.node_selector:
        yield pod.violates("chooses its nodes by label", "nodeSelector")
    affinity = affinity_of(pod)
    if "nodeAffinity" in ways and affinity.node_affinity.exists:
        yield affinity.violates("chooses its nodes by affinity", "nodeAffinity")


def _scheduled(workload: Workload) -> bool:
    """Tell whether the scheduler may have written `nodeName`: it binds Pods alone, once they are there."""
    origin = workload.object.origin
    return workload.kind.name == "Pod" and is_live(origin.file) and not origin.pending
