"""Being in a workload's pods: as its account, where a token is mounted, and on the node, where the pod breaks out.

A privileged container, one with the capabilities of root, or one that mounts the node's folders or the socket of its
runtime, is on the node already.
"""

from collections.abc import Iterator

from hardstand.analysis.escalation.graph import NODE, SECRETS, Node, Step, StepKind
from hardstand.analysis.escalation.picture import Picture
from hardstand.analysis.escalation.powers import SOME

TOKEN = StepKind(
    "mounted-token",
    "reads the token that is mounted in the pod",
    "set automountServiceAccountToken: false where the API is not used",
    "https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/#opt-out-of-api-credential-automounting",
    counts=False,
)
BREAKS_OUT = StepKind(
    "break-out",
    "leaves the pod for its node",
    "take from the workload what makes it root of its node",
    "https://kubernetes.io/docs/concepts/security/pod-security-standards/",
)
MOUNTED = StepKind(
    "mounted-secret",
    "reads a Secret that is mounted in the pod",
    "mount only what the program needs",
    "https://kubernetes.io/docs/concepts/configuration/secret/#using-secrets",
    counts=False,
)


def find(picture: Picture) -> Iterator[Step]:
    """From each workload to what lies in its pods, and to its node."""
    tokens = {(one.namespace, one.name) for one in picture.tokens}
    for inmate in picture.inmates:
        start = inmate.place
        if inmate.token:
            yield Step(start, Node("serviceaccount", inmate.namespace, inmate.account), TOKEN)
        if inmate.breaks_out:
            yield Step(start, Node(NODE, "", inmate.node or SOME), BREAKS_OUT, frozenset((inmate.fact,)))
        for name in inmate.secrets:
            if (inmate.namespace, name) in tokens:
                yield Step(start, Node(SECRETS, inmate.namespace, name), MOUNTED)
