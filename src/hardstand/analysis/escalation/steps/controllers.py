"""Kubernetes' own controllers: their service accounts are in kube-system, and may together do everything.

kube-controller-manager runs each controller as an account of its own where it is told to, as kubeadm and the managed
platforms do. One of them writes the rules of aggregated roles, and may write any rules. Files do not show these
accounts; of a running cluster they are read like all others.
"""

from collections.abc import Iterator

from hardstand.analysis.escalation.graph import ADMIN, Node, Step, StepKind
from hardstand.analysis.escalation.picture import SYSTEM, Picture
from hardstand.analysis.escalation.powers import ANY_ACCOUNT, ANY_USER

SOURCE = "https://kubernetes.io/docs/reference/access-authn-authz/rbac/#controller-roles"
CONTROLLER = Node("serviceaccount", SYSTEM, "clusterrole-aggregation-controller")
BE = StepKind("be-controller", "is a controller of Kubernetes", "see the step before", SOURCE, counts=False)
WRITES = StepKind(
    "controller-of-roles",
    "writes rules into a ClusterRole, as the controller that aggregates them may",
    "let nobody but administrators act in kube-system",
    SOURCE,
)

MANAGER = Node("user", "", "system:kube-controller-manager")
MANAGES = StepKind(
    "controller-manager",
    "asks for a token of any service account, as kube-controller-manager may",
    "let nobody but administrators be users of Kubernetes' own",
    SOURCE,
)


def find(picture: Picture) -> Iterator[Step]:
    """In files: from any account of kube-system to the one that writes roles, and the user that asks for any token."""
    if not picture.settled:
        yield Step(Node(ANY_ACCOUNT, SYSTEM), CONTROLLER, BE)
        yield Step(Node(ANY_ACCOUNT, SYSTEM, CONTROLLER.name), CONTROLLER, BE)
        yield Step(CONTROLLER, ADMIN, WRITES)
        yield Step(Node(ANY_USER), MANAGER, BE)
        yield Step(MANAGER, Node(ANY_ACCOUNT), MANAGES)
