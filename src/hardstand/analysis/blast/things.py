"""What may fall: the nodes of the graph of escalation, and what else lies in the picture."""

from enum import StrEnum

from hardstand.analysis.escalation.graph import CLUSTER_ADMIN, NODE, ON, SECRETS, WORKLOAD, Node
from hardstand.analysis.escalation.powers import said as power_said
from hardstand.analysis.reach.pods import Owner

DATA = "data"
OUTSIDE = "outside"
INTERNET = Node(OUTSIDE, "", "internet")
METADATA = Node(OUTSIDE, "", "metadata")
METADATA_ADDRESS = "169.254.169.254/32"
"""Source: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html; other clouds have it at
the same address: https://cloud.google.com/compute/docs/metadata/querying-metadata,
https://learn.microsoft.com/azure/virtual-machines/instance-metadata-service."""


class Sort(StrEnum):
    """What falls, as it is added up."""

    WORKLOAD = "workloads"
    DATA = "data"
    IDENTITY = "identities"
    SECRET = "secrets"  # noqa: S105 - a word for people
    NODE = "nodes"
    CLUSTER = "cluster"
    OUTSIDE = "outside"


_SORTS = {
    DATA: Sort.DATA,
    OUTSIDE: Sort.OUTSIDE,
    "serviceaccount": Sort.IDENTITY,
    "user": Sort.IDENTITY,
    NODE: Sort.NODE,
    CLUSTER_ADMIN: Sort.CLUSTER,
}


def sort_of(node: Node) -> Sort | None:
    """What a node of the graph is told as; None for a power, which counts by what comes of it."""
    if node.sort == WORKLOAD:
        return Sort.WORKLOAD
    if node.sort == SECRETS:
        return Sort.SECRET if node.namespace and node.name else None
    return _SORTS.get(node.sort)


def workload(owner: Owner) -> Node:
    """The node of a workload as a person edits it."""
    return Node(WORKLOAD, owner.namespace, f"{owner.kind}/{owner.name}")


def data_of(node: Node) -> Node:
    """The node of what a workload handles."""
    return Node(DATA, node.namespace, node.name)


def called(node: Node) -> str:
    """A workload, or what it handles, as people name it: `Deployment shop/web`."""
    kind, _, name = node.name.partition("/")
    return f"{kind} {node.namespace}/{name}"


def said(node: Node) -> str:
    """A node as people name it."""
    if node.sort == WORKLOAD and ON not in node.name:
        return called(node)
    if node.sort == DATA:
        return f"the data of {called(node)}"
    if node.sort == OUTSIDE:
        return {INTERNET: "the internet", METADATA: "the cloud's metadata service"}.get(node, node.name)
    if node.sort == SECRETS and node.namespace and node.name:
        return f"Secret {node.namespace}/{node.name}"
    return power_said(node)
