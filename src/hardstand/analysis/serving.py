"""Which workloads and containers stay up to answer others, as against those that do a job and end."""

from collections.abc import Sequence

from hardstand.inventory.views.container import Container, InitContainer
from hardstand.inventory.views.workload import Workload
from hardstand.model.verdict import Why
from hardstand.model.violation import NotApplicableError


def ends(workload: Workload) -> bool:
    """Tell whether its pods are meant to end: jobs, and bare pods that are not always restarted."""
    if workload.kind.name in ("Job", "CronJob"):
        return True
    return workload.kind.name == "Pod" and workload.pod.restart_policy in ("Never", "OnFailure")


def is_sidecar(container: Container) -> bool:
    """Tell whether it is an init container that keeps running beside the regular ones.

    Source: https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/
    """
    return isinstance(container, InitContainer) and container.restart_policy == "Always"


def lasting_containers(workload: Workload) -> Sequence[Container]:
    """The containers that run as long as the pod: sidecars and regular ones."""
    pod = workload.pod
    return [*(one for one in pod.init_containers if is_sidecar(one)), *pod.regular_containers]


def serving_containers(workload: Workload) -> Sequence[Container]:
    """The containers whose health says whether the workload works: regular ones, and sidecars with a port.

    NotApplicableError when the workload is meant to end.
    """
    if ends(workload):
        raise NotApplicableError(Why.NO_SUBJECT)
    return [one for one in lasting_containers(workload) if one.ports or not isinstance(one, InitContainer)]
