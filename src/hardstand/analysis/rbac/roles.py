"""Roles as they count: with the rules of those that they aggregate.

Source: https://kubernetes.io/docs/reference/access-authn-authz/rbac/#aggregated-clusterroles; a controller writes the
union over the rules of a ClusterRole with an aggregation rule, so what stands there in a file counts for nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from hardstand.analysis.rbac.request import Request
from hardstand.analysis.rbac.rule import Rule
from hardstand.analysis.selecting import selects
from hardstand.inventory.objects import KubeObject
from hardstand.inventory.views.rbac import AnyRole
from hardstand.inventory.views.selectors import LabelSelector
from hardstand.model.violation import MalformedFieldError


class Ruled(NamedTuple):
    """A rule, and where it is written."""

    rule: Rule
    role: str
    """The name of the role that it stands in; of an aggregated one, another than the role that is bound."""
    at: int
    """Which of that role's rules it is, from 0."""


@dataclass(frozen=True, slots=True, eq=False)
class Role:
    """A Role or ClusterRole with the rules that count."""

    name: str
    namespace: str
    """Empty for a ClusterRole."""
    rules: Sequence[Ruled] = ()
    object: KubeObject | None = None
    """None for a default role that is taken to be as Kubernetes makes it."""
    unreadable: str = ""
    """Why its rules cannot be told; it may allow anything then."""
    labels: Mapping[str, str] = field(default_factory=dict)
    aggregates: Sequence[LabelSelector] = ()

    @property
    def kind(self) -> str:
        """`Role` or `ClusterRole`."""
        return "Role" if self.namespace else "ClusterRole"

    def allowing(self, asked: Request) -> Ruled | None:
        """The first of its rules that allows a request."""
        for one in self.rules:
            if one.rule.allows(asked):
                return one
        return None

    def __str__(self) -> str:
        return f"{self.kind} {self.namespace}/{self.name}" if self.namespace else f"{self.kind} {self.name}"


def role_of(view: AnyRole) -> Role:
    """The role that a view shows, with its own rules alone. Never raises: what cannot be read is said in it."""
    labels: Mapping[str, str] = {}
    aggregates: tuple[LabelSelector, ...] = ()
    rules: tuple[Ruled, ...] = ()
    unreadable = ""
    try:
        labels = view.metadata.labels  # First, since they tell which other roles cannot be read either.
        aggregates = tuple(view.aggregation.selectors) if view.aggregation.exists and not view.namespace else ()
        rules = tuple(Ruled(Rule.of(rule), view.name, at) for at, rule in enumerate(view.rules))
    except MalformedFieldError as error:
        unreadable = str(error)
    return Role(view.name, view.namespace or "", rules, view.object, unreadable, labels, aggregates)


def aggregated(roles: Iterable[Role]) -> list[Role]:
    """The roles, with those that aggregate given the rules of what they select, however deep.

    Roles of one name and namespace are one: their rules add up, since which of them counts cannot be told.
    """
    known = _merged(roles)
    found = []
    for one in known.values():
        if not one.aggregates:
            found.append(one)
            continue
        chosen, unreadable = _chosen(one, known.values())
        unreadable = one.unreadable or unreadable
        rules = [rule for part in chosen for rule in part.rules]
        found.append(Role(one.name, "", _without_twins(rules), one.object, unreadable, one.labels, one.aggregates))
    return found


def _merged(roles: Iterable[Role]) -> dict[tuple[str, str], Role]:
    known: dict[tuple[str, str], Role] = {}
    for one in roles:
        key = (one.namespace, one.name)
        before = known.get(key)
        if before is None:
            known[key] = one
            continue
        known[key] = Role(
            one.name,
            one.namespace,
            (*before.rules, *one.rules),
            before.object or one.object,
            before.unreadable or one.unreadable,
            {**before.labels, **one.labels},
            (*before.aggregates, *one.aggregates),
        )
    return known


def _chosen(top: Role, roles: Iterable[Role]) -> tuple[list[Role], str]:
    """The roles whose own rules a role gets, by way of others that aggregate too, and why that is not all."""
    everything = [one for one in roles if not one.namespace]
    pending, seen = [top], {top.name}
    chosen: list[Role] = []
    unreadable = ""
    while pending:
        one = pending.pop(0)
        for other in everything:
            if other.name in seen or not _selected(one, other):
                continue
            seen.add(other.name)
            unreadable = unreadable or other.unreadable
            if other.aggregates:
                pending.append(other)
            else:
                chosen.append(other)
    return chosen, unreadable


def _selected(one: Role, other: Role) -> bool:
    try:
        return any(selects(selector, other.labels) for selector in one.aggregates)
    except MalformedFieldError:
        return False  # The API server does not take such a selector.


def _without_twins(rules: Iterable[Ruled]) -> tuple[Ruled, ...]:
    """Each rule once, as the controller writes them."""
    first: dict[Rule, Ruled] = {}
    for one in rules:
        first.setdefault(one.rule, one)
    return tuple(first.values())
