"""The roles and bindings around a subject, for controls that join them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from hardstand.analysis.joining import MalformedNeighbourError, of_neighbour
from hardstand.analysis.rbac.aggregating import aggregated
from hardstand.analysis.rbac.defaults import bindings
from hardstand.analysis.rbac.grants import subjects
from hardstand.analysis.rbac.own import own_roles
from hardstand.analysis.rbac.power import impersonated, leading
from hardstand.analysis.rbac.roles import Role, role_of
from hardstand.analysis.rbac.rule import Rule
from hardstand.analysis.rbac.who import Sort, Who
from hardstand.controls.api import Given, UnknownError, Why, anywhere
from hardstand.inventory.views.rbac import AnyRole, Binding
from hardstand.model.violation import not_in_input

ROLES = anywhere(AnyRole, "rules", "aggregationRule", "metadata.labels", needed=False)
BINDINGS = anywhere(Binding, "subjects", "roleRef", needed=False)


Named = Mapping[tuple[Sort, str], Sequence[Who]]
"""Subjects by what they are and how they are called, in whichever namespace."""


@dataclass(frozen=True, slots=True)
class Strong:
    """Those who hold, everywhere, what leads to the whole cluster."""

    roles: frozenset[str]
    """ClusterRoles that lead to it, held everywhere: by themselves, by binding another, or by acting as a holder."""
    everyone: frozenset[Who]
    accounts: Mapping[str, Sequence[str]]
    """Service accounts among them, by namespace."""
    named: Named
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
    """Those around who hold, everywhere, what leads to the whole cluster; those who always do are among them."""
    clusterwide = [role for (home, _), role in given.around(roles).items() if not home]
    held, unreadable = _held_everywhere(given)
    leads = leading(clusterwide)
    found: set[Who] = set()
    while not found.issuperset(more := {who for name in leads for who in held.get(name, ())}):
        found |= more
        named = _named(found)
        leads |= {
            role.name
            for role in clusterwide
            if role.name not in leads and any(acting_as(one.rule, "", named) for one in role.rules)
        }
    accounts: dict[str, list[str]] = defaultdict(list)
    for who in sorted(found):
        if who.sort is Sort.ACCOUNT:
            accounts[who.namespace].append(who.name)
    return Strong(leads, frozenset(found), accounts, _named(found), unreadable)


def acting_as(rule: Rule, home: str, known: Named) -> Who | None:
    """Whom of some a rule names and lets its holders act as. `home`: the namespace of a Role, empty for others."""
    for one in impersonated(rule, cluster=not home):
        fits = (who for who in known.get(one, ()) if not home or who.namespace == home)
        found = min(fits, default=None)
        if found is not None:
            return found
    return None


def _named(whom: Iterable[Who]) -> Named:
    found: dict[tuple[Sort, str], list[Who]] = defaultdict(list)
    for one in whom:
        found[one.sort, one.name].append(one)
    return found


def _held_everywhere(given: Given) -> tuple[Mapping[str, Sequence[Who]], Sequence[MalformedNeighbourError]]:
    """Who holds each ClusterRole everywhere, as far as it can be read, with Kubernetes' own controllers."""
    held: dict[str, list[Who]] = defaultdict(list)
    unreadable = []
    for known, whom in bindings():
        if not known.namespace:
            held[known.role_name].extend(whom)
    for binding in given.anywhere(Binding):
        if binding.namespace:
            continue
        try:
            name = of_neighbour(binding, lambda one: one.role.name or "")
            held[name].extend(who for _, who in of_neighbour(binding, lambda one: list(subjects(one))))
        except MalformedNeighbourError as error:
            unreadable.append(error)
    return held, unreadable
