"""Where paths begin and end when nobody says more: everybody but Kubernetes itself, and the power over a cluster."""

from collections.abc import Sequence

from hardstand.analysis.escalation.graph import CLUSTER_ADMIN, NODE, SECRETS, WORKLOAD, Graph, Node, identity
from hardstand.analysis.escalation.picture import SYSTEM, Picture
from hardstand.analysis.rbac.defaults import default_grant
from hardstand.analysis.rbac.permissions import Permissions
from hardstand.analysis.rbac.who import ACCOUNTS, ANONYMOUS, AUTHENTICATED, UNAUTHENTICATED, Sort, Who, parse

TARGETS = (CLUSTER_ADMIN, NODE, SECRETS)
_EVERYBODY = frozenset({ACCOUNTS, ANONYMOUS, AUTHENTICATED, UNAUTHENTICATED})
"""Names of Kubernetes for those who are not its own."""


def kubernetes_own(who: Who, permissions: Permissions) -> bool:
    """Tell whether somebody is a part of Kubernetes, which is powerful by design.

    A service account of kube-system is, where all that it is given Kubernetes itself gives; of users and groups the
    name tells, `kubeadm:cluster-admins` among them.
    """
    if who.sort is Sort.ACCOUNT:
        given = permissions.given_to(who)
        return who.namespace == SYSTEM and all(map(default_grant, given))
    if who.name in _EVERYBODY or who.name.startswith(f"{ACCOUNTS}:"):
        return False
    return who.name.startswith(("system:", "kubeadm:"))


def starts_of(picture: Picture, graph: Graph) -> Sequence[Node]:
    """Everybody of whom it is asked where they get: identities but Kubernetes' own, and workloads that break out."""
    who = [node for node in graph.nodes if node.who is not None and not kubernetes_own(node.who, picture.permissions)]
    return [*who, *sorted(one.place for one in picture.inmates if one.breaks_out)]


def start_named(word: str, picture: Picture) -> Sequence[Node]:
    """The nodes that a person means: a subject, or `workload:NAMESPACE/NAME` for whoever is in its pods.

    ValueError, with what to write, for anything else, and for a workload that is not there.
    """
    sort, _, rest = word.partition(":")
    if sort != WORKLOAD:
        return [identity(parse(word))]
    namespace, _, name = rest.partition("/")
    found = [
        one.place
        for one in picture.inmates
        if one.namespace == namespace and name in (one.name, f"{one.kind}/{one.name}")
    ]
    if not found:
        raise ValueError(f"{word!r} is no workload that was read; write workload:NAMESPACE/NAME")
    return found


def ends_named(word: str, graph: Graph) -> frozenset[Node]:
    """The nodes of a target: `cluster-admin`; `node`, any of them; `secrets`, all of the cluster's; `node:NAME`;
    `secrets:NAMESPACE`; or a subject. ValueError, with what to write, for anything else.
    """
    sort, _, rest = word.partition(":")
    if word == NODE:
        return frozenset({Node(NODE), *(node for node in graph.nodes if node.sort == NODE)})
    if sort == NODE:
        return frozenset({Node(NODE), Node(NODE, "", rest)})
    if word in (CLUSTER_ADMIN, SECRETS):
        return frozenset({Node(word)})
    if sort == SECRETS:
        return frozenset({Node(SECRETS), Node(SECRETS, rest)})
    if sort.lower() in ("user", "group", "serviceaccount", "sa"):
        return frozenset({identity(parse(word))})
    choices = ", ".join(TARGETS)
    raise ValueError(f"{word!r} is nothing to get to; write {choices}, node:NAME, secrets:NAMESPACE or a subject")
