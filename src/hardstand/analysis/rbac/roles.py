"""Roles with their rules, and where each stands; `aggregating` gives those that aggregate the rules that count."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from hardstand.analysis.rbac.request import Request
from hardstand.analysis.rbac.rule import Rule
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


def selectors_of(view: AnyRole) -> tuple[LabelSelector, ...]:
    """What a role aggregates by; nothing for one that has its own rules, as every Role has, whatever is written there.

    MalformedFieldError where an aggregation rule selects by nothing, which the API server refuses. Source:
    `ValidateClusterRole` of Kubernetes' pkg/apis/rbac/validation; a Role has no such field.
    """
    if view.kind.name != "ClusterRole" or not view.aggregation.exists:
        return ()
    found = tuple(view.aggregation.selectors)
    if not found:
        raise view.aggregation.malformed("a list with a selector or more", "clusterRoleSelectors")
    return found


def role_of(view: AnyRole) -> Role:
    """The role that a view shows, with its own rules alone. Never raises: what cannot be read is said in it."""
    labels: Mapping[str, str] = {}
    aggregates: tuple[LabelSelector, ...] = ()
    rules: tuple[Ruled, ...] = ()
    unreadable = ""
    try:
        labels = view.metadata.labels  # First, since they tell which other roles cannot be read either.
        aggregates = selectors_of(view)
        rules = tuple(Ruled(Rule.of(rule), view.name, at) for at, rule in enumerate(view.rules))
    except MalformedFieldError as error:
        unreadable = str(error)
    return Role(view.name, view.namespace or "", rules, view.object, unreadable, labels, aggregates)
