"""Bindings of roles: who was given rights.

Source: https://kubernetes.io/docs/reference/access-authn-authz/rbac/#rolebinding-and-clusterrolebinding
"""

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

    def names_account(self, namespace: str | None, name: str) -> bool:
        """Tell whether it names this service account; without a namespace a RoleBinding means its own."""
        return any(
            one.kind_ == "ServiceAccount" and one.name == name and (one.namespace or self.namespace) == namespace
            for one in self.grantees
        )


class RoleBinding(Binding):
    """Gives a role in its namespace."""

    kinds = frozenset({Kind("rbac.authorization.k8s.io", "RoleBinding")})


class ClusterRoleBinding(Binding):
    """Gives a role everywhere."""

    kinds = frozenset({Kind("rbac.authorization.k8s.io", "ClusterRoleBinding")})
