"""The quality of service class that Kubernetes gives a pod.

Source: https://kubernetes.io/docs/concepts/workloads/pods/pod-qos/
"""

from hardstand.analysis.quantities import amount
from hardstand.inventory.views.container import Resources
from hardstand.inventory.views.pod import PodSpec

CLASSES = ("BestEffort", "Burstable", "Guaranteed")
"""Worst first."""

_COUNTED = ("cpu", "memory")


def quality_of_service(pod: PodSpec) -> str:
    """One of CLASSES. Ephemeral containers do not count, zero is nothing, and the pod's own resources decide alone."""
    own = [pod.resources] if _sets_anything(pod.resources) else []
    judged = own or [one.resources for one in (*pod.init_containers, *pod.regular_containers)]
    if judged and all(_is_guaranteed(one) for one in judged):
        return "Guaranteed"
    return "Burstable" if any(_sets_anything(one) for one in judged) else "BestEffort"


def _sets_anything(resources: Resources) -> bool:
    return any(amount(view, name) for view in (resources.requests, resources.limits) for name in _COUNTED)


def _is_guaranteed(resources: Resources) -> bool:
    """Both limits set, and each request equal to its limit or left out, in which case the limit is copied."""
    for name in _COUNTED:
        limit, request = amount(resources.limits, name), amount(resources.requests, name)
        if not limit or request not in (None, limit):
            return False
    return True
