"""Powers: what stands in the graph between an identity and what it becomes by it, and how nodes are called in prose."""

from hardstand.analysis.escalation.graph import ADMIN, NODE, SECRETS, WORKLOAD, Node

RUN_PODS = "run-pods"
CHANGE_WORKLOADS = "change-workloads"
ENTER_PODS = "enter-pods"
ANY_ACCOUNT = "any-account"
ANY_USER = "any-user"
ANY_GROUP = "any-group"
CERTIFIED = "any-certificate"
HOLDER = "holder"
ANY_ROLE = "any-role"
EVERYTHING = "everything"
KUBELET = "kubelet"
UNPLACED = "unplaced-pods"
STEERED = "steered-controllers"
CLOUD = "cloud-roles"

SOME = "(some)"
"""The name of a node of the cluster that the scheduler chose, and nobody else."""

NAMESPACED = frozenset({RUN_PODS, CHANGE_WORKLOADS, ENTER_PODS, ANY_ACCOUNT, ANY_ROLE, EVERYTHING, SECRETS})
"""Powers that whoever has them everywhere has in each namespace."""

WITHIN = (RUN_PODS, ENTER_PODS, ANY_ACCOUNT, SECRETS)
"""What whoever may do everything in a namespace has there."""

_SAID = {
    RUN_PODS: "running pods of its own making {where}",
    CHANGE_WORKLOADS: "changing workloads {where}",
    ENTER_PODS: "running code in pods {where}",
    ANY_ACCOUNT: "being any service account {where}",
    ANY_USER: "being any user",
    ANY_GROUP: "being in any group",
    CERTIFIED: "being any user, in any group but system:masters",
    ANY_ROLE: "holding any Role {where}",
    EVERYTHING: "everything {where}",
    UNPLACED: "the pods of which no node is known",
    STEERED: "deciding what controllers read of their custom resources",
    CLOUD: "the cloud's roles that trust accounts {where}",
    SECRETS: "the Secrets {where}",
}


def said(node: Node) -> str:
    """The node as people name it."""
    if node == ADMIN:
        return "cluster-admin"
    if node.who is not None:
        return str(node.who)
    if node.sort == WORKLOAD:
        kind, _, name = node.name.partition("/")
        return f"the pods of {kind} {node.namespace}/{name}"
    if node.sort == HOLDER:
        return f"holding {node.name.replace('/', ' ')} {_where(node)}"
    if node.sort in (NODE, KUBELET):
        return _machine(node)
    words = _SAID[node.sort].format(where=_where(node))
    return f"{words} (only {node.name})" if node.name else words


def _where(node: Node) -> str:
    return f"in {node.namespace}" if node.namespace else "everywhere"


def _machine(node: Node) -> str:
    which = {"": "any node", SOME: "some node"}.get(node.name, f"node {node.name}")
    return f"root of {which}" if node.sort == NODE else f"the kubelet of {which}"
