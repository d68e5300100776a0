"""Kinds as admission names them: API group and plural, and the parts of an object that have requests of their own.

Sources: `kubectl api-resources` of Kubernetes 1.36 and the named projects' own definitions.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from hardstand.model.kind import CLUSTER_SCOPED, Kind

_PODS = ("pods", "pods/ephemeralcontainers", "pods/resize")
"""An ephemeral container is put into a pod, and a pod is resized, by requests of their own."""

_RESOURCES: Mapping[Kind, tuple[str, ...]] = {
    Kind("", "Pod"): _PODS,
    Kind("", "PodTemplate"): ("podtemplates",),
    Kind("", "ReplicationController"): ("replicationcontrollers",),
    Kind("", "ConfigMap"): ("configmaps",),
    Kind("", "Namespace"): ("namespaces",),
    Kind("", "PersistentVolume"): ("persistentvolumes",),
    Kind("", "PersistentVolumeClaim"): ("persistentvolumeclaims",),
    Kind("", "Secret"): ("secrets",),
    Kind("", "Service"): ("services",),
    Kind("", "ServiceAccount"): ("serviceaccounts",),
    Kind("agents.x-k8s.io", "Sandbox"): ("sandboxes",),
    Kind("apps", "DaemonSet"): ("daemonsets",),
    Kind("apps", "Deployment"): ("deployments",),
    Kind("apps", "ReplicaSet"): ("replicasets",),
    Kind("apps", "StatefulSet"): ("statefulsets",),
    Kind("apps.kruise.io", "CloneSet"): ("clonesets",),
    Kind("apps.kruise.io", "DaemonSet"): ("daemonsets",),
    Kind("apps.kruise.io", "StatefulSet"): ("statefulsets",),
    Kind("apps.openshift.io", "DeploymentConfig"): ("deploymentconfigs",),
    Kind("argoproj.io", "Rollout"): ("rollouts",),
    Kind("autoscaling", "HorizontalPodAutoscaler"): ("horizontalpodautoscalers",),
    Kind("batch", "CronJob"): ("cronjobs",),
    Kind("batch", "Job"): ("jobs",),
    Kind("extensions.agents.x-k8s.io", "SandboxTemplate"): ("sandboxtemplates",),
    Kind("networking.k8s.io", "Ingress"): ("ingresses",),
    Kind("networking.k8s.io", "NetworkPolicy"): ("networkpolicies",),
    Kind("policy", "PodDisruptionBudget"): ("poddisruptionbudgets",),
    Kind("rbac.authorization.k8s.io", "ClusterRole"): ("clusterroles",),
    Kind("rbac.authorization.k8s.io", "ClusterRoleBinding"): ("clusterrolebindings",),
    Kind("rbac.authorization.k8s.io", "Role"): ("roles",),
    Kind("rbac.authorization.k8s.io", "RoleBinding"): ("rolebindings",),
    Kind("serving.knative.dev", "Configuration"): ("configurations",),
    Kind("serving.knative.dev", "Revision"): ("revisions",),
    Kind("serving.knative.dev", "Service"): ("services",),
    Kind("storage.k8s.io", "StorageClass"): ("storageclasses",),
}
"""Kinds that are served no more, such as those of the group `extensions`, have no requests."""


def served(kinds: Iterable[Kind]) -> tuple[Kind, ...]:
    """Those of the kinds that a request can be about, in their order."""
    return tuple(sorted(kind for kind in kinds if kind in _RESOURCES))


def rules(kinds: Iterable[Kind]) -> Sequence[Mapping[str, Any]]:
    """`resourceRules` for creating and changing objects of these kinds; deletes, scaling and status pass."""
    groups: dict[str, list[str]] = {}
    for kind in served(kinds):
        groups.setdefault(kind.group, []).extend(_RESOURCES[kind])
    return [
        {
            "apiGroups": [group],
            "apiVersions": ["*"],
            "operations": ["CREATE", "UPDATE"],
            "resources": resources,
        }
        for group, resources in groups.items()
    ]


def by_group(kinds: Iterable[Kind]) -> Sequence[Mapping[str, Any]]:
    """The kinds as a constraint of Gatekeeper names them."""
    groups: dict[str, list[str]] = {}
    for kind in served(kinds):
        groups.setdefault(kind.group, []).append(kind.name)
    return [{"apiGroups": [group], "kinds": names} for group, names in groups.items()]


def without_namespace(kinds: Iterable[Kind]) -> bool:
    """Tell whether no object of these kinds can be told by its namespace; a Namespace is told by itself."""
    return all(kind in CLUSTER_SCOPED and kind != Kind("", "Namespace") for kind in kinds)


def within_namespaces(kinds: Iterable[Kind]) -> tuple[Kind, ...]:
    """Those of the kinds that a namespace can be asked of: a selector of namespaces does not hold the others off."""
    return tuple(kind for kind in kinds if not without_namespace([kind]))
