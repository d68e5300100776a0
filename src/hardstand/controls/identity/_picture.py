"""The roles and bindings around a subject, for controls that join them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hardstand.analysis.joining import MalformedNeighbourError, of_neighbour
from hardstand.analysis.rbac.aggregating import aggregated
from hardstand.analysis.rbac.grants import subjects
from hardstand.analysis.rbac.own import own_roles
from hardstand.analysis.rbac.power import takes_over
from hardstand.analysis.rbac.roles import Role, role_of
from hardstand.analysis.rbac.who import Sort, Who
from hardstand.controls.api import Given, UnknownError, Why, anywhere
from hardstand.inventory.views.rbac import AnyRole, Binding
from hardstand.model.violation import not_in_input

ROLES = anywhere(AnyRole, "rules", "aggregationRule", "metadata.labels", needed=False)
BINDINGS = anywhere(Binding, "subjects", "roleRef", needed=False)


@dataclass(frozen=True, slots=True)
class Strong:
    """Those who hold, everywhere, what leads to the whole cluster."""

    everyone: frozenset[Who]
    accounts: Mapping[str, Sequence[str]]
    """Service accounts among them, by namespace."""
    unreadable: Sequence[MalformedNeighbourError]
    """Why there may be more."""


def role_of_binding(binding: Binding, given: Given) -> Role | None:
    """The role that a binding gives; None where there is none, so that it gives nothing.

    UnknownError where the role is not in the input, which is not all there is, or cannot be read.
    """
    kind, name = binding.role.kind_ or "", binding.role.name or ""
    home = (binding.namespace or "") if kind == "Role" else ""
    role = given.around(roles).get((home, name)) if kind in ("Role", "ClusterRole") else None
    if role is None and not given.complete:
        raise not_in_input(f"{kind} {name}", home or None)
    if role is not None and role.unreadable:
        message = f"cannot be told: {role} cannot be read: {role.unreadable}"
        raise UnknownError(Why.MALFORMED_FIELD, message, f"malformed:{role}")
    return role


def roles(given: Given) -> Mapping[tuple[str, str], Role]:
    """The roles around, by namespace and name, with the rules that count; those that every cluster has are there."""
    own = [role_of(one) for one in given.anywhere(AnyRole)]
    named = {(one.namespace, one.name) for one in own}
    found = aggregated([*own, *(one for key, one in own_roles().items() if key not in named)])
    return {(one.namespace, one.name): one for one in found}


def strong(given: Given) -> Strong:
    """Those around who hold, everywhere, what leads to the whole cluster."""
    known = given.around(roles)
    found: set[Who] = set()
    unreadable = []
    for binding in given.anywhere(Binding):
        if binding.namespace:
            continue
        try:
            role = known.get(("", of_neighbour(binding, lambda one: one.role.name or "")))
            if role is not None and takes_over(role):
                found.update(who for _, who in of_neighbour(binding, lambda one: list(subjects(one))))
        except MalformedNeighbourError as error:
            unreadable.append(error)
    accounts: dict[str, list[str]] = defaultdict(list)
    for who in sorted(found):
        if who.sort is Sort.ACCOUNT:
            accounts[who.namespace].append(who.name)
    return Strong(frozenset(found), accounts, unreadable)
