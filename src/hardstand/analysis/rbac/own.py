"""Which roles and bindings are Kubernetes' own, as the API server makes them when it starts.

Source: https://kubernetes.io/docs/reference/access-authn-authz/rbac/#default-roles-and-role-bindings
"""

from hardstand.inventory.views.rbac import AnyRole, Binding

_MADE_AT_START = ("kubernetes.io/bootstrapping", "rbac-defaults")


def is_own_role(role: AnyRole) -> bool:
    """Tell whether a role is one of Kubernetes' defaults and as Kubernetes makes it."""
    return role.metadata.labels.get(_MADE_AT_START[0]) == _MADE_AT_START[1]


def is_own_binding(binding: Binding) -> bool:
    """Tell whether a binding is one of Kubernetes' defaults and as Kubernetes makes it."""
    return binding.metadata.labels.get(_MADE_AT_START[0]) == _MADE_AT_START[1]
