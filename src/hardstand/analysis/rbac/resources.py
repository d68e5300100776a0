"""The resources that every API server has: what they are called, in which API group, and whether in a namespace.

Source: https://kubernetes.io/docs/reference/kubernetes-api/; the short names are those of `kubectl api-resources`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

_NAMESPACED: Mapping[str, str] = {
    "": "bindings configmaps:cm endpoints:ep events:ev limitranges:limits persistentvolumeclaims:pvc pods:po "
    "podtemplates replicationcontrollers:rc resourcequotas:quota secrets serviceaccounts:sa services:svc",
    "apps": "controllerrevisions daemonsets:ds deployments:deploy replicasets:rs statefulsets:sts",
    "authorization.k8s.io": "localsubjectaccessreviews",
    "autoscaling": "horizontalpodautoscalers:hpa",
    "batch": "cronjobs:cj jobs",
    "coordination.k8s.io": "leases",
    "discovery.k8s.io": "endpointslices",
    "events.k8s.io": "events:ev",
    "networking.k8s.io": "ingresses:ing networkpolicies:netpol",
    "policy": "poddisruptionbudgets:pdb",
    "rbac.authorization.k8s.io": "rolebindings roles",
    "resource.k8s.io": "resourceclaims resourceclaimtemplates",
    "storage.k8s.io": "csistoragecapacities",
}
_OF_THE_CLUSTER: Mapping[str, str] = {
    "": "componentstatuses:cs namespaces:ns nodes:no persistentvolumes:pv",
    "admissionregistration.k8s.io": "mutatingadmissionpolicies mutatingadmissionpolicybindings "
    "mutatingwebhookconfigurations validatingadmissionpolicies validatingadmissionpolicybindings "
    "validatingwebhookconfigurations",
    "apiextensions.k8s.io": "customresourcedefinitions:crd",
    "apiregistration.k8s.io": "apiservices",
    "authentication.k8s.io": "selfsubjectreviews tokenreviews",
    "authorization.k8s.io": "selfsubjectaccessreviews selfsubjectrulesreviews subjectaccessreviews",
    "certificates.k8s.io": "certificatesigningrequests:csr clustertrustbundles",
    "flowcontrol.apiserver.k8s.io": "flowschemas prioritylevelconfigurations",
    "networking.k8s.io": "ingressclasses ipaddresses servicecidrs",
    "node.k8s.io": "runtimeclasses",
    "rbac.authorization.k8s.io": "clusterrolebindings clusterroles",
    "resource.k8s.io": "deviceclasses resourceslices",
    "scheduling.k8s.io": "priorityclasses:pc",
    "storage.k8s.io": "csidrivers csinodes storageclasses:sc volumeattachments volumeattributesclasses",
}


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource of the API."""

    group: str
    plural: str
    namespaced: bool
    short: str = ""


def _all() -> tuple[Resource, ...]:
    found = []
    for table, namespaced in ((_NAMESPACED, True), (_OF_THE_CLUSTER, False)):
        for group, words in table.items():
            for word in words.split():
                plural, _, short = word.partition(":")
                found.append(Resource(group, plural, namespaced, short))
    return tuple(found)


RESOURCES: tuple[Resource, ...] = _all()
"""All of them."""

_BY_WORD: dict[str, Resource] = {}
for _one in RESOURCES:  # The first of a name is the one that is meant: events are those of the core group.
    _BY_WORD.setdefault(_one.plural, _one)
    if _one.short:
        _BY_WORD.setdefault(_one.short, _one)


_GROUPS = frozenset(one.group for one in RESOURCES) - {""}
_VERSION = re.compile(r"v\d+((alpha|beta)\d+)?")


def may_be_group(word: str) -> bool:
    """Tell whether there may be an API group of this name: one of Kubernetes' own, or one with a dot in it.

    A version is none, nor is one in front of a group, as in `v1.apps`. Source: a CustomResourceDefinition must have a
    group with a dot, by `ValidateCustomResourceDefinition` of k8s.io/apiextensions-apiserver.
    """
    first, dot, _ = word.partition(".")
    return word in _GROUPS or (bool(dot) and _VERSION.fullmatch(first) is None)


def called(word: str) -> Resource | None:
    """The resource with this plural or short name, or with the singular of it; None where it is none of Kubernetes'."""
    return _BY_WORD.get(word) or _BY_WORD.get(f"{word}s") or _BY_WORD.get(f"{word}es")


_GROUPS_OF = {
    plural: frozenset(one.group for one in RESOURCES if one.plural == plural)
    for plural in {one.plural for one in RESOURCES}
}


def groups_of(plural: str) -> frozenset[str]:
    """The groups of Kubernetes itself that have a resource of this plural name; empty where none has."""
    return _GROUPS_OF.get(plural, frozenset())


_NOT_NAMESPACED = frozenset((one.group, one.plural) for one in RESOURCES if not one.namespaced)


def of_the_cluster(group: str, plural: str) -> bool:
    """Tell whether objects of a resource lie in no namespace, and a RoleBinding allows nothing of them.

    A request for the Namespace `shop` is one in the namespace `shop`, so a RoleBinding there can allow it.
    Source: `NewRequestInfo` of Kubernetes' k8s.io/apiserver/pkg/endpoints/request.
    """
    return (group, plural) in _NOT_NAMESPACED and (group, plural) != ("", "namespaces")
