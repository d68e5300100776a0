"""Pod without a controller.

Why
    Nothing starts it again when its node is drained or lost, nothing rolls it to a new version, and nothing says how
    many there should be. It mostly comes from somebody's hand.

Fix
    Make it the template of a Deployment, StatefulSet, DaemonSet or Job.

When it is fine
    Pods for a moment's debugging. Hooks of Helm and Argo CD are not judged.

References
    - https://kubernetes.io/docs/concepts/workloads/pods/#pods-and-controllers
    - https://kubernetes.io/docs/concepts/configuration/overview/
"""

from hardstand.analysis.hooks import is_hook
from hardstand.controls.api import LOW, PRODUCTION, QUARTERLY, Cel, Kind, NotApplicableError, Violations, Why, control
from hardstand.inventory.views.workload import Workload

POD = Kind("", "Pod")


@control(
    severity=LOW,
    stage=QUARTERLY,
    maturity=PRODUCTION,
    frameworks=("production-checklist:P11", "soc2:A1.2", "nist-800-190:4.4.5"),
    cel=Cel(
        "kind != 'Pod' || hook || object.metadata.?ownerReferences.orValue([]).size() > 0",
        "metadata.ownerReferences",
    ),
)
def check(workload: Workload) -> Violations:
    """A Pod must have an owner."""
    if workload.kind != POD or is_hook(workload):
        raise NotApplicableError(Why.NO_SUBJECT)
    if not workload.metadata.owner_references:
        yield workload.violates("is a pod without a controller", "kind")
