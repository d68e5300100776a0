"""What of roles and bindings somebody has written, beside what Kubernetes makes by itself."""

from collections.abc import Mapping, Sequence
from functools import cache, lru_cache

from hardstand.analysis.rbac.default_data import known
from hardstand.analysis.rbac.defaults import assumed, beyond, default_binding
from hardstand.analysis.rbac.roles import Role, Ruled, role_of, selectors_of
from hardstand.analysis.rbac.rule import Rule
from hardstand.inventory.views.rbac import AnyRole, Binding, PolicyRule


@lru_cache(maxsize=16)  # A view is its own key, and many questions about one come in a row.
def written(role: AnyRole) -> Sequence[tuple[PolicyRule, Rule]] | None:
    """The rules of a role that somebody has written, each as it stands and as it counts.

    Of one of Kubernetes' defaults these are the rules with something that no version of it has; None where that is
    nothing, or where a controller copies the rules from other roles. MalformedFieldError where a field is not as
    Kubernetes has it.
    """
    rules = [(view, Rule.of(view)) for view in role.rules]
    if selectors_of(role):
        return None
    found = beyond(role_of(role))
    if not found and rules:
        return None
    return [rules[one.at] for one in found]


@lru_cache(maxsize=16)
def is_own_binding(binding: Binding) -> bool:
    """Tell whether a binding is one of Kubernetes' defaults and as Kubernetes makes it.

    MalformedFieldError where a field is not as Kubernetes has it.
    """
    found = default_binding(binding)
    return found is not None and found.unchanged


@cache
def own_roles() -> Mapping[tuple[str, str], Role]:
    """The roles by namespace and name that every cluster has by itself, as the newest version makes them."""
    data = known()
    newest = len(data.versions) - 1
    found = {("", name): role for name, role in assumed().items()}
    for key, one in data.roles.items():
        if one.namespace:
            rules = tuple(Ruled(rule, one.name, at) for at, rule in enumerate(one.at(newest)))
            found[key] = Role(one.name, one.namespace, rules)
    return found
