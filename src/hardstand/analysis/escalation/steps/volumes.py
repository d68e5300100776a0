"""Volumes that are folders of a node: a pod that claims one is on the node, whatever level its namespace enforces.

Pod Security looks at the pod, and a claim says nothing of what the volume is. In a namespace of the level restricted
the pod is not root, and reads and writes what its user may.
"""

from collections.abc import Iterator

from hardstand.analysis.escalation.graph import NODE, Fact, Node, Step, StepKind
from hardstand.analysis.escalation.picture import Picture
from hardstand.analysis.escalation.powers import SOME
from hardstand.analysis.escalation.rights import Ask
from hardstand.analysis.escalation.steps.running_pods import RUNNING

SOURCE = "https://kubernetes.io/docs/concepts/security/rbac-good-practices/#persistent-volume-creation"

VOLUME = Ask(("create",), (("", "persistentvolumes"),), clusterwide=True)
CLAIM = Ask(("create",), (("", "persistentvolumeclaims"),))

NEW = StepKind(
    "host-path-volume",
    "creates a volume that is a folder of a node, claims it, and runs a pod with it",
    "let a provisioner create volumes; people create claims alone",
    SOURCE,
)
TAKES = StepKind(
    "claim-host-path",
    "claims a volume that is a folder of a node, and runs a pod with it",
    "delete the volume, or bind it to the claim that it is for",
    SOURCE,
)
HAS = StepKind(
    "bound-host-path",
    "runs a pod with a claim that is a folder of a node",
    "let nobody run pods in the claim's namespace but what it is for",
    SOURCE,
)


def find(picture: Picture) -> Iterator[Step]:
    """Who comes to a node by a volume."""
    for joint in picture.rights.joint(VOLUME, CLAIM, RUNNING):
        yield joint.step(Node(NODE), NEW)
    for volume in picture.volumes:
        fact = Fact(f"volume {volume.name}", f"PersistentVolume {volume.name} is {volume.path} of a node")
        asks = (RUNNING,) if volume.namespace else (CLAIM, RUNNING)
        for joint in picture.rights.joint(*asks):
            if not volume.namespace or joint.namespace in ("", volume.namespace):
                step = joint.step(Node(NODE, "", SOME), HAS if volume.namespace else TAKES)
                yield Step(step.start, step.end, step.kind, step.needs | {fact}, step.proofs)
