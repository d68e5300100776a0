"""Taking a namespace's guard away: its Pod Security level is a label, and whoever changes the namespace changes it.

Requests for a namespace count as requests in it, so a RoleBinding there is enough. What a validating policy or webhook
forbids is not counted on, so to take those away is no step of its own.
"""

from collections.abc import Iterator

from hardstand.analysis.escalation.graph import NODE, Node, Step, StepKind
from hardstand.analysis.escalation.picture import Picture
from hardstand.analysis.escalation.rights import Ask
from hardstand.analysis.escalation.steps.running_pods import RUNNING

SOURCE = "https://kubernetes.io/docs/concepts/security/rbac-good-practices/#namespace-modification"
LABEL = Ask(("update", "patch"), (("", "namespaces"),))
RELABEL = StepKind(
    "relabel-namespace",
    "takes the Pod Security level off the namespace, and runs a privileged pod there",
    "let those who run pods in a namespace not change the namespace",
    SOURCE,
)


def find(picture: Picture) -> Iterator[Step]:
    """Who runs pods in a namespace with a level, and may change its labels."""
    free = set(picture.namespaces) - picture.enforced
    for joint in picture.rights.joint(LABEL, RUNNING):
        label, run = joint.held
        if run.namespace or not free:
            home = label.name or joint.namespace
            fits = not (label.name and joint.namespace) or label.name == joint.namespace
            if fits and (home in picture.enforced or not (home or free)):
                yield joint.step(Node(NODE), RELABEL)
