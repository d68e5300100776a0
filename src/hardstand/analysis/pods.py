"""Which labels the pods of a workload have, and so which workloads a selector means; and which containers.

Source: https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#selector: a selector must match the
labels of the template, so where the template is elsewhere or missing, the selector tells what its pods must carry.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence

from hardstand.analysis.inferred import Asked
from hardstand.inventory.views.container import Container
from hardstand.inventory.views.operators import PodMaker
from hardstand.inventory.views.pod import PodSpec
from hardstand.inventory.views.selectors import LabelSelector
from hardstand.inventory.views.workload import Workload

POD_LABELS = ("pod.metadata.labels", "spec.selector")
"""What a control that asks this reads of workloads."""

_PLAIN_SELECTORS = ("ReplicationController", "DeploymentConfig")


def pod_labels(workload: Workload) -> Mapping[str, str]:
    """The labels of the workload's pods. MalformedFieldError when they cannot be read."""
    if _has_template(workload):
        return workload.pod_metadata.labels
    if workload.kind.name in _PLAIN_SELECTORS:
        return LabelSelector({"matchLabels": dict(workload.spec.selector.data)}, ("spec",), workload).match_labels
    return LabelSelector(workload.spec.selector.data, workload.spec.selector.path, workload).match_labels


def label_pairs(workload: Workload) -> Iterable[tuple[str, str]]:
    """The labels of the workload's pods as pairs: the keys of a table that is asked by label."""
    return pod_labels(workload).items()


def made_labels(maker: PodMaker) -> Mapping[str, str]:
    """The labels that the pods which an operator makes of an object are known to have."""
    return maker.pod_labels


def readable_containers(pod: PodSpec, asked: Asked) -> Sequence[Container]:
    """The containers of all sorts; a sort whose list cannot be read is left out, and noted in `asked`."""
    sorts: Sequence[Callable[[PodSpec], Iterable[Container]]] = (
        lambda one: one.init_containers,
        lambda one: one.regular_containers,
        lambda one: one.ephemeral_containers,
    )
    return [container for sort in sorts for container in asked.of(sort, pod)]


def may_claim_host_port(container: object) -> bool:
    """Tell from a container as it is written whether it may claim a port of its node.

    What has another type than Kubernetes has there may: it is for the views to say what is wrong with it.
    """
    ports = container.get("ports") if isinstance(container, Mapping) else container
    if ports is None:
        return False
    return type(ports) is not list or any(type(one) is not dict or one.get("hostPort") is not None for one in ports)


def _has_template(workload: Workload) -> bool:
    node: object = workload.data
    for step in workload.shape.template:
        node = node.get(step) if isinstance(node, Mapping) else None
    return node is not None
