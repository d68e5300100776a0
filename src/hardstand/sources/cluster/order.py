"""In which order kinds are read: what makes others before what it makes, so that these can be folded into it."""

from collections.abc import Collection, Iterable, Sequence

from hardstand.model.kind import Kind

_NAMESPACE = Kind("", "Namespace")

_MADE_BY_OTHERS = (
    # https://knative.dev/docs/serving/: a Service makes a Configuration, that Revisions, and those Deployments.
    {Kind("serving.knative.dev", "Configuration")},
    {Kind("serving.knative.dev", "Revision")},
    {Kind("", "DeploymentConfig"), Kind("apps.openshift.io", "DeploymentConfig")},
    {
        *(Kind("apps", name) for name in ("Deployment", "StatefulSet", "DaemonSet")),
        *(Kind("extensions", name) for name in ("Deployment", "DaemonSet")),
        Kind("batch", "CronJob"),
        Kind("", "ReplicationController"),
    },
    {Kind("apps", "ReplicaSet"), Kind("extensions", "ReplicaSet"), Kind("batch", "Job")},
    {Kind("", "Pod")},
)
"""Each may be made by what stands before it. Kinds that are not here are made by none of these."""

_SAME_OBJECTS = {
    # https://kubernetes.io/docs/reference/using-api/deprecation-guide/: one object, served in two groups.
    **{Kind("extensions", name): Kind("apps", name) for name in ("Deployment", "DaemonSet", "ReplicaSet")},
    **{Kind("extensions", name): Kind("networking.k8s.io", name) for name in ("Ingress", "NetworkPolicy")},
    Kind("extensions", "PodSecurityPolicy"): Kind("policy", "PodSecurityPolicy"),
    # https://docs.redhat.com/en/documentation/openshift_container_platform: the groups that came first.
    Kind("", "DeploymentConfig"): Kind("apps.openshift.io", "DeploymentConfig"),
    Kind("", "Route"): Kind("route.openshift.io", "Route"),
    **{
        Kind("authorization.openshift.io", name): Kind("rbac.authorization.k8s.io", name)
        for name in ("Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding")
    },
    # https://docs.tigera.io/calico/latest/operations/install-apiserver: the API server shows what these store.
    **{
        Kind("crd.projectcalico.org", name): Kind("projectcalico.org", name)
        for name in (
            "GlobalNetworkPolicy",
            "GlobalNetworkSet",
            "HostEndpoint",
            "NetworkPolicy",
            "NetworkSet",
            "Tier",
        )
    },
}
"""Kinds whose objects are those of another, which is the one to read where it is served."""


def in_order(kinds: Iterable[Kind]) -> Sequence[Kind]:
    """Namespaces first, then owners before the owned, else by name."""
    return sorted(kinds, key=lambda kind: (kind != _NAMESPACE, rank(kind), kind))


def rank(kind: Kind) -> int:
    """Higher for what is made by kinds of a lower rank; 0 for what no other workload makes."""
    return next((at for at, made in enumerate(_MADE_BY_OTHERS, 1) if kind in made), 0)


def without_twins(kinds: Collection[Kind], served: Collection[Kind]) -> frozenset[Kind]:
    """The kinds less those whose objects are read as another's."""
    return frozenset(
        kind for kind in kinds if not ((other := _SAME_OBJECTS.get(kind)) and other in kinds and other in served)
    )
