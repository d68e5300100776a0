"""Nodes: what lies on them, and how pods are made to come to one.

Root of a node has the kubelet's credentials, and the files of every pod on it. The Node authorizer gives a kubelet the
Secrets that pods of its node name, and tokens of the accounts that they run as. On a node of the control plane lie the
keys of the cluster. Who is root of one node and may taint the others, or evict their pods, has them come.
"""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet

from hardstand.analysis.escalation.graph import ADMIN, NODE, SECRETS, Element, Fact, Node, Step, StepKind
from hardstand.analysis.escalation.inmates import Inmate
from hardstand.analysis.escalation.picture import Picture
from hardstand.analysis.escalation.powers import KUBELET, SOME, UNPLACED
from hardstand.analysis.escalation.rights import Ask, Held, chain
from hardstand.analysis.rbac.permissions import Proof
from hardstand.inventory.views.extending import ClusterNode

SOURCE = "https://kubernetes.io/docs/reference/access-authn-authz/node/"
_TAINTS = "https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/#taint-based-evictions"
_EVICTION = "https://kubernetes.io/docs/concepts/scheduling-eviction/api-eviction/"

TAINT = Ask(("update", "patch"), (("", "nodes"), ("", "nodes/status")), clusterwide=True)
EVICT = Ask(("delete", "deletecollection"), (("", "pods"),))
EVICTION = Ask(("create",), (("", "pods/eviction"),))

CREDENTIALS = StepKind(
    "kubelet-credentials",
    "uses the kubelet's credentials, which lie on the node",
    "see the step before",
    SOURCE,
    counts=False,
)
NEIGHBOUR = StepKind(
    "node-tokens",
    "takes the token of a pod on the node",
    "keep pods with strong accounts on nodes of their own, by taints and a node selector",
    SOURCE,
)
SECRET = StepKind(
    "node-secrets",
    "reads a Secret that a pod on the node names",
    "keep pods with such Secrets on nodes of their own",
    SOURCE,
)
WHICH = StepKind("which-node", "chooses which", "see the step before", SOURCE, counts=False)
MAYBE = StepKind(
    "shared-node", "may be beside any pod that the scheduler put there", "see the step before", SOURCE, counts=False
)
KEYS = StepKind(
    "control-plane-node",
    "reads the cluster's keys on a node of the control plane",
    "let nothing but the control plane run there",
    "https://kubernetes.io/docs/setup/best-practices/certificates/",
)
UNSEEN = StepKind(
    "unseen-control-plane",
    "reads the cluster's keys, where a node of the control plane takes pods",
    "let nothing but the control plane run there; a scan of the cluster tells whether there is such a node",
    "https://kubernetes.io/docs/setup/best-practices/certificates/",
    sure=False,
)
BY_TAINT = StepKind(
    "steer-by-nodes",
    "leaves the pod for its node, and taints the others until their pods come to it",
    "do not let a workload that is root of its node change others; NodeRestriction gives kubelets their own alone",
    _TAINTS,
)
BY_EVICTION = StepKind(
    "steer-by-eviction",
    "leaves the pod for its node, and evicts pods of others until they come to it",
    "do not let a workload that is root of its node delete or evict pods",
    _EVICTION,
    sure=False,
)


def find(picture: Picture) -> Iterator[Step]:
    """From nodes to what lies on them; and from workloads that steer pods."""
    yield from _credentials(picture)
    yield from _contents(picture)
    yield from _steered(picture)


def _credentials(picture: Picture) -> Iterator[Step]:
    for name in ("", SOME, *picture.nodes):
        yield Step(Node(NODE, "", name), Node(KUBELET, "", name), CREDENTIALS)
        if name and name != SOME:
            yield Step(Node("user", "", f"system:node:{name}"), Node(KUBELET, "", name), CREDENTIALS)
            yield Step(Node(NODE), Node(NODE, "", name), WHICH)
            yield Step(Node(KUBELET), Node(KUBELET, "", name), WHICH)
            yield Step(Node(KUBELET, "", name), Node(UNPLACED), MAYBE)
    yield Step(Node(KUBELET, "", SOME), Node(KUBELET), MAYBE)
    yield Step(Node(KUBELET), Node(UNPLACED), MAYBE)
    if not picture.settled and not picture.named.get(ClusterNode):
        yield Step(Node(NODE), ADMIN, UNSEEN)
    for name in picture.control_plane:
        fact = Fact(f"control-plane {name}", f"Node {name} is one of the control plane")
        yield Step(Node(NODE, "", name), ADMIN, KEYS, frozenset((fact,)))


def _contents(picture: Picture) -> Iterator[Step]:
    tokens = {(one.namespace, one.name) for one in picture.tokens}
    seen: set[tuple[Node, Node]] = set()
    for inmate in picture.inmates:
        start = Node(KUBELET, "", inmate.node) if inmate.node else Node(UNPLACED)
        for end, kind in _of(inmate, tokens):
            if (start, end) not in seen:
                seen.add((start, end))
                yield Step(start, end, kind)


def _of(inmate: Inmate, tokens: AbstractSet[tuple[str, str]]) -> Iterator[tuple[Node, StepKind]]:
    yield Node("serviceaccount", inmate.namespace, inmate.account), NEIGHBOUR
    for name in inmate.secrets:
        if (inmate.namespace, name) in tokens:
            yield Node(SECRETS, inmate.namespace, name), SECRET


def _steered(picture: Picture) -> Iterator[Step]:
    """Both the place on a node and the right are the workload's: who is in it has them together."""
    for ask, kind in ((TAINT, BY_TAINT), (EVICT, BY_EVICTION), (EVICTION, BY_EVICTION)):
        holders = picture.rights.of(ask)
        for inmate in picture.inmates:
            if not inmate.breaks_out:
                continue
            for node in chain(Node("serviceaccount", inmate.namespace, inmate.account)):
                for held in holders.get(node, ()):
                    if not held.name:
                        yield from _steers(picture, inmate, held, kind)


def _steers(picture: Picture, inmate: Inmate, held: Held, kind: StepKind) -> Iterator[Step]:
    if held.grant is None:
        return
    needs: frozenset[Element] = frozenset((inmate.fact, held.grant))
    proofs = (Proof(held.grant, held.ruled),)
    if not held.namespace:
        yield Step(inmate.place, Node(KUBELET), kind, needs, proofs)
        return
    for account in sorted({one.account for one in picture.inmates if one.namespace == held.namespace}):
        yield Step(inmate.place, Node("serviceaccount", held.namespace, account), kind, needs, proofs)
