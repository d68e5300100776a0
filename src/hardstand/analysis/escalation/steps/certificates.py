"""Client certificates: who has one signed is whoever it says.

The API server takes what stands in a certificate for the user and the groups. To have one signed for
`kubernetes.io/kube-apiserver-client` takes a request, its approval, and the right to approve for that signer; only
`system:masters` is kept out, by admission. The signer for kubelets gives a node's identity; who may create requests
of the kind `nodeclient` has them approved by the control plane. A right to `sign` signs nothing without a key: but who
has it where it is used is a program that keeps such a key.
"""

from collections.abc import Iterator

from hardstand.analysis.escalation.graph import ADMIN, Node, Step, StepKind, identity
from hardstand.analysis.escalation.picture import Picture
from hardstand.analysis.escalation.powers import ANY_ACCOUNT, ANY_USER, CERTIFIED, KUBELET
from hardstand.analysis.escalation.rights import Ask
from hardstand.analysis.rbac.who import MASTERS, Sort

SOURCE = "https://kubernetes.io/docs/concepts/security/rbac-good-practices/#csrs-and-certificate-issuing"
_SIGNERS = "https://kubernetes.io/docs/reference/access-authn-authz/certificate-signing-requests/#kubernetes-signers"
_GROUP = "certificates.k8s.io"
_ALL = "kubernetes.io/*"
_CLIENT = frozenset({"kubernetes.io/kube-apiserver-client", _ALL})
_KUBELET = frozenset({"kubernetes.io/kube-apiserver-client-kubelet", _ALL})


def _signers(verb: str, names: frozenset[str]) -> Ask:
    return Ask((verb,), ((_GROUP, "signers"),), clusterwide=True, only=names)


CREATE = Ask(("create",), ((_GROUP, "certificatesigningrequests"),), clusterwide=True)
APPROVE = Ask(("update", "patch"), ((_GROUP, "certificatesigningrequests/approval"),), clusterwide=True)
STATUS = Ask(("update", "patch"), ((_GROUP, "certificatesigningrequests/status"),), clusterwide=True)
NODECLIENT = Ask(("create",), ((_GROUP, "certificatesigningrequests/nodeclient"),), clusterwide=True)
FOR_CLIENTS = _signers("approve", _CLIENT)
FOR_KUBELETS = _signers("approve", _KUBELET)
SIGN = _signers("sign", _CLIENT | _KUBELET)

_FIX = "let one identity create requests and another one approve them, and approve for signers by name"

ANYBODY = StepKind("approve-certificate", "has a certificate signed for whom it likes", _FIX, SOURCE)
A_NODE = StepKind("approve-node-certificate", "has a certificate signed for a kubelet", _FIX, _SIGNERS)
UNASKED = StepKind(
    "node-client-certificate",
    "has a certificate for a kubelet approved by the control plane",
    "give certificatesigningrequests/nodeclient to those alone who set nodes up, for as long as they do",
    "https://kubernetes.io/docs/reference/access-authn-authz/kubelet-tls-bootstrapping/#approval",
)
SIGNS = StepKind(
    "sign-certificates",
    "signs certificates for API clients, with the key that a signer keeps",
    "leave `sign` for the signers of Kubernetes to kube-controller-manager",
    _SIGNERS,
    sure=False,
)
BE = StepKind("be-certified", "chooses whom", "see the step before", SOURCE, counts=False)


def find(picture: Picture) -> Iterator[Step]:
    """Who has certificates signed, and who those then are."""
    rights = picture.rights
    for joint in rights.joint(CREATE, APPROVE, FOR_CLIENTS):
        yield joint.step(Node(CERTIFIED), ANYBODY)
    for joint in rights.joint(CREATE, APPROVE, FOR_KUBELETS):
        yield joint.step(Node(KUBELET), A_NODE)
    for joint in rights.joint(CREATE, NODECLIENT):
        yield joint.step(Node(KUBELET), UNASKED)
    for joint in rights.joint(SIGN, STATUS):
        yield joint.step(ADMIN, SIGNS)
    for end in (Node(ANY_USER), Node(ANY_ACCOUNT), Node(KUBELET)):
        yield Step(Node(CERTIFIED), end, BE)
    for who in sorted(picture.permissions.subjects()):
        if who.sort is Sort.GROUP and who.name != MASTERS:
            yield Step(Node(CERTIFIED), identity(who), BE)
