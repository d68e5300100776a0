"""The kinds that make pods, and where each keeps the pod."""

from dataclasses import dataclass

from hardstand.model.kind import COMPOSE_SERVICE, Kind
from hardstand.model.path import Path


@dataclass(frozen=True, slots=True)
class Shape:
    """Where a kind keeps its pod template (metadata and spec below it), and whether it may be elsewhere."""

    template: Path
    template_optional: bool = False
    controller: bool = True
    """Something restarts the pods when they end or their node goes."""


_DIRECT = Shape(("spec", "template"))

SHAPES: dict[Kind, Shape] = {
    Kind("", "Pod"): Shape((), controller=False),
    Kind("", "PodTemplate"): Shape(("template",), controller=False),
    Kind("", "ReplicationController"): _DIRECT,
    Kind("apps", "Deployment"): _DIRECT,
    Kind("apps", "ReplicaSet"): _DIRECT,
    Kind("apps", "StatefulSet"): _DIRECT,
    Kind("apps", "DaemonSet"): _DIRECT,
    # Served until 1.16; still found in old manifests, and judged like what they became.
    Kind("extensions", "Deployment"): _DIRECT,
    Kind("extensions", "ReplicaSet"): _DIRECT,
    Kind("extensions", "DaemonSet"): _DIRECT,
    Kind("batch", "Job"): _DIRECT,
    Kind("batch", "CronJob"): Shape(("spec", "jobTemplate", "spec", "template")),
    # https://argo-rollouts.readthedocs.io/en/stable/features/specification/: workloadRef may stand for the template.
    Kind("argoproj.io", "Rollout"): Shape(("spec", "template"), template_optional=True),
    # https://openkruise.io/docs/user-manuals/cloneset
    Kind("apps.kruise.io", "CloneSet"): _DIRECT,
    Kind("apps.kruise.io", "StatefulSet"): _DIRECT,
    Kind("apps.kruise.io", "DaemonSet"): _DIRECT,
    # https://knative.dev/docs/serving/reference/serving-api/
    Kind("serving.knative.dev", "Service"): _DIRECT,
    Kind("serving.knative.dev", "Configuration"): _DIRECT,
    Kind("serving.knative.dev", "Revision"): Shape(()),
    # https://github.com/kubernetes-sigs/agent-sandbox: the pods of agents that run code of their own making.
    Kind("agents.x-k8s.io", "Sandbox"): Shape(("spec", "podTemplate")),
    Kind("extensions.agents.x-k8s.io", "SandboxTemplate"): Shape(("spec", "podTemplate"), controller=False),
    # https://docs.redhat.com/en/documentation/openshift_container_platform: the template may come from a trigger only.
    Kind("apps.openshift.io", "DeploymentConfig"): _DIRECT,
    Kind("", "DeploymentConfig"): _DIRECT,
    # Folded by hardstand.inventory.compose; the engine restarts the container, as `restart` says.
    COMPOSE_SERVICE: Shape(()),
}
