"""Bindings of roles: who was given rights.

Source: https://kubernetes.io/docs/reference/access-authn-authz/rbac/#rolebinding-and-clusterrolebinding
"""

from collections.abc import Iterator

from hardstand.inventory.views.base import Subject, View, string, views
from hardstand.model.kind import Kind


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
