"""Roles and their bindings: which rights there are, and who was given them.

Source: https://kubernetes.io/docs/reference/access-authn-authz/rbac/#api-overview
"""

from collections.abc import Iterator

from hardstand.inventory.views.base import Subject, View, nested, string, strings, views
from hardstand.inventory.views.selectors import LabelSelector
from hardstand.model.kind import Kind


class PolicyRule(View):
    """One rule of a role: these verbs on these resources, or on these paths outside of the API's resources."""

    verbs = strings("verbs")
    api_groups = strings("apiGroups")
    resources = strings("resources")
    resource_names = strings("resourceNames")
    non_resource_urls = strings("nonResourceURLs")


class AggregationRule(View):
    """Which ClusterRoles' rules make up the rules of another."""

    selectors = views("clusterRoleSelectors", LabelSelector)


class AnyRole(Subject):
    """A Role or a ClusterRole."""

    kinds = frozenset({Kind("rbac.authorization.k8s.io", "Role"), Kind("rbac.authorization.k8s.io", "ClusterRole")})
    noun = "role"
    rules = views("rules", PolicyRule)
    aggregation = nested("aggregationRule", AggregationRule)


class Role(AnyRole):
    """Rights in its namespace."""

    kinds = frozenset({Kind("rbac.authorization.k8s.io", "Role")})


class ClusterRole(AnyRole):
    """Rights wherever it is bound."""

    kinds = frozenset({Kind("rbac.authorization.k8s.io", "ClusterRole")})


class RoleRef(View):
    """The role that a binding gives."""

    api_group = string("apiGroup")
    kind_ = string("kind")
    name = string("name")


class Grantee(View):
    """A user, group or service account that a binding gives its role to."""

    kind_ = string("kind")
    name = string("name")
    namespace = string("namespace")


class Binding(Subject):
    """A RoleBinding or a ClusterRoleBinding."""

    kinds = frozenset(
        {Kind("rbac.authorization.k8s.io", "RoleBinding"), Kind("rbac.authorization.k8s.io", "ClusterRoleBinding")}
    )
    grantees = views("subjects", Grantee)
    role = nested("roleRef", RoleRef)

    @property
    def accounts(self) -> Iterator[tuple[str | None, str]]:
        """Namespace and name of the service accounts it names; without a namespace a RoleBinding means its own."""
        return (
            (one.namespace or self.namespace, one.name)
            for one in self.grantees
            if one.kind_ == "ServiceAccount" and one.name
        )


class RoleBinding(Binding):
    """Gives a role in its namespace."""

    kinds = frozenset({Kind("rbac.authorization.k8s.io", "RoleBinding")})


class ClusterRoleBinding(Binding):
    """Gives a role everywhere."""

    kinds = frozenset({Kind("rbac.authorization.k8s.io", "ClusterRoleBinding")})
