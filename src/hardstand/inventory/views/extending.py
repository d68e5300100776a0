"""Objects by which an API server asks others, and the nodes of a cluster.

Sources: https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/,
https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definition-versioning/,
https://kubernetes.io/docs/concepts/extend-kubernetes/api-extension/apiserver-aggregation/
"""

from hardstand.inventory.views.base import Subject, View, nested, string, views
from hardstand.model.kind import Kind


class MutatingWebhooks(Subject):
    """A MutatingWebhookConfiguration."""

    kinds = frozenset({Kind("admissionregistration.k8s.io", "MutatingWebhookConfiguration")})


class ValidatingWebhooks(Subject):
    """A ValidatingWebhookConfiguration."""

    kinds = frozenset({Kind("admissionregistration.k8s.io", "ValidatingWebhookConfiguration")})


class ResourceDefinition(Subject):
    """A CustomResourceDefinition."""

    kinds = frozenset({Kind("apiextensions.k8s.io", "CustomResourceDefinition")})


class ApiService(Subject):
    """An APIService."""

    kinds = frozenset({Kind("apiregistration.k8s.io", "APIService")})


class NodeAddress(View):
    """One of a node's addresses."""

    type = string("type")
    address = string("address")


class NodeStatus(View):
    """What the cluster says of a node."""

    addresses = views("addresses", NodeAddress)


class ClusterNode(Subject):
    """A Node."""

    kinds = frozenset({Kind("", "Node")})
    status = nested("status", NodeStatus)
