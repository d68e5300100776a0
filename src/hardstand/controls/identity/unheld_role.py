"""Nobody holds the role.

Why
    A role that nobody holds is in the way of every review, and is bound one day by somebody who takes it for approved.

Fix
    Delete it, or bind it to whom it was written for.

When it is fine
    Roles that are handed out for a while, and those of a chart that its users are to bind. Roles that others aggregate
    are not reported.

References
    - https://kubernetes.io/docs/concepts/security/rbac-good-practices/#periodic-review
    - https://kubernetes.io/docs/reference/access-authn-authz/rbac/#aggregated-clusterroles
"""

from collections.abc import Iterable, Sequence
from functools import cache

from hardstand.analysis.joining import MalformedNeighbourError, any_fits
from hardstand.analysis.rbac.defaults import assumed, is_default
from hardstand.analysis.rbac.roles import role_of
from hardstand.analysis.selecting import selects
from hardstand.controls.api import (
    LOW,
    PRODUCTION,
    QUARTERLY,
    Confidence,
    Given,
    NotApplicableError,
    Violations,
    Why,
    anywhere,
    control,
)
from hardstand.inventory.views.rbac import AnyRole, Binding, ClusterRole
from hardstand.inventory.views.selectors import LabelSelector
from hardstand.model.violation import not_in_input

_AGGREGATING = "aggregating"


@control(
    severity=LOW,
    confidence=Confidence.MEDIUM,
    stage=QUARTERLY,
    maturity=PRODUCTION,
    frameworks=(
        "production-checklist:P3.3",
        "twelve-controls:T1.3",
        "nist-800-53:AC-2",
        "soc2:CC6.2",
        "iso-27001:A.5.18",
    ),
    reads=[
        anywhere(Binding, "roleRef", "subjects"),
        anywhere(ClusterRole, "aggregationRule", needed=False),
    ],
)
def check(role: AnyRole, given: Given) -> Violations:
    """A role must be bound to somebody, or be part of another. Kubernetes' own roles need not."""
    if is_default(role_of(role)) is not None or _is_part(role, given):
        raise NotApplicableError(Why.NO_SUBJECT)
    home = role.namespace or ""
    table = given.table_anywhere(Binding, roles_held)
    if table.under((home, role.name)):
        return
    for one, error in table.unreadable:
        raise MalformedNeighbourError(one, error)
    if home and not given.knows(Binding, home):
        raise not_in_input("RoleBinding", home)
    yield role.violates("is held by nobody", "metadata", "name")


def roles_held(binding: Binding) -> Iterable[tuple[str, str]]:
    """The namespace and name of the role that a binding gives to somebody, as the key of a table."""
    if not binding.grantees:
        return ()
    home = (binding.namespace or "") if binding.role.kind_ == "Role" else ""
    return ((home, binding.role.name or ""),)


def aggregating(role: ClusterRole) -> tuple[str, ...]:
    """The key of a table under which the roles are that aggregate others."""
    return (_AGGREGATING,) if role.aggregation.selectors else ()


def _is_part(role: AnyRole, given: Given) -> bool:
    """Tell whether a ClusterRole is aggregated by one of the picture, or by one that every cluster has."""
    labels = role.metadata.labels
    if role.namespace or not labels:
        return False
    if any(selects(selector, labels) for selector in _own_selectors()):
        return True
    table = given.table_anywhere(ClusterRole, aggregating)
    found = any_fits(
        table.under(_AGGREGATING),
        lambda one: any(selects(selector, labels) for selector in one.aggregation.selectors),
        bool,
    )
    for one, error in () if found else table.unreadable:
        raise MalformedNeighbourError(one, error)
    return found


@cache
def _own_selectors() -> Sequence[LabelSelector]:
    return [selector for one in assumed().values() for selector in one.aggregates]
