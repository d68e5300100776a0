"""Grants: one subject of one binding, and the role that it is given.

Source: https://kubernetes.io/docs/reference/access-authn-authz/rbac/#rolebinding-and-clusterrolebinding
"""

from collections.abc import Iterator
from dataclasses import dataclass

from hardstand.analysis.rbac.roles import Role
from hardstand.analysis.rbac.who import Sort, Who, user
from hardstand.inventory.objects import KubeObject
from hardstand.inventory.views.rbac import Binding, Grantee


@dataclass(frozen=True, slots=True, eq=False)
class Grant:
    """What one subject of one binding is given. Taking the subject out of the binding takes it away."""

    who: Who
    role: Role | None
    """None where there is no role of that name."""
    namespace: str
    """Where it counts; empty is everywhere."""
    binding: KubeObject
    index: int
    """Which of the binding's subjects it is, from 0."""
    role_kind: str
    role_name: str

    @property
    def kind(self) -> str:
        """`RoleBinding` or `ClusterRoleBinding`."""
        return self.binding.kind.name

    @property
    def key(self) -> tuple[str, str, Who]:
        """What tells it from every other grant of a picture; it sorts."""
        return (self.namespace, self.binding.name, self.who)

    @property
    def given_by(self) -> str:
        """The binding, as people name it."""
        home = f"{self.namespace}/" if self.namespace else ""
        return f"{self.kind} {home}{self.binding.name}"

    @property
    def role_called(self) -> str:
        """The role, as people name it."""
        home = f"{self.namespace}/" if self.role_kind == "Role" else ""
        return f"{self.role_kind} {home}{self.role_name}"

    def __str__(self) -> str:
        return f"{self.given_by} gives {self.role_called} to {self.who}"


def subjects(binding: Binding) -> Iterator[tuple[int, Who]]:
    """The subjects that a binding names, with their places in it; those that the API server never matches are left out.

    MalformedFieldError where a field is not as Kubernetes has it.
    """
    for at, one in enumerate(binding.grantees):
        who = _who(one, binding.namespace)
        if who is not None:
            yield at, who


def _who(one: Grantee, home: str | None) -> Who | None:
    match one.kind_:
        case "User" if one.name:
            return user(one.name)
        case "Group" if one.name:
            return Who(Sort.GROUP, one.name)
        case "ServiceAccount" if one.name and (one.namespace or home):
            return Who(Sort.ACCOUNT, one.name, one.namespace or home or "")
    return None
