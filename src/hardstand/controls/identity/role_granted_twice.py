"""Binding gives a role that another gives already.

Why
    Whoever withdraws the right deletes one binding and believes it done. The other goes on, and often reaches further.

Fix
    Take the subject out of the binding that reaches further than is needed, and keep the other.

When it is fine
    Two bindings for two reasons, each of which ends by itself.

References
    - https://kubernetes.io/docs/concepts/security/rbac-good-practices/#periodic-review
    - https://kubernetes.io/docs/reference/access-authn-authz/rbac/#rolebinding-and-clusterrolebinding
"""

from collections.abc import Iterable

from hardstand.analysis.joining import MalformedNeighbourError
from hardstand.analysis.rbac.grants import subjects
from hardstand.analysis.rbac.own import is_own_binding
from hardstand.analysis.rbac.who import Who
from hardstand.controls.api import (
    LOW,
    PRODUCTION,
    QUARTERLY,
    Given,
    NotApplicableError,
    Repair,
    Violations,
    Why,
    control,
)
from hardstand.controls.identity._granting import grantees
from hardstand.controls.identity._picture import BINDINGS
from hardstand.inventory.views.rbac import Binding


@control(
    severity=LOW,
    stage=QUARTERLY,
    maturity=PRODUCTION,
    frameworks=(
        "production-checklist:P3.3",
        "twelve-controls:T1.3",
        "nist-800-53:AC-2",
        "soc2:CC6.3",
        "iso-27001:A.5.18",
    ),
    reads=[BINDINGS],
    fix=Repair("Take the subject out of the binding that adds nothing", safe=False),
)
def check(binding: Binding, given: Given) -> Violations:
    """No other binding, everywhere or in the same namespace, may give the same role to the same subject.

    Of two that reach equally far, the one whose name sorts last is reported.
    """
    if is_own_binding(binding):
        raise NotApplicableError(Why.NO_SUBJECT)
    table = given.table_anywhere(Binding, grants_given)
    seen: set[Who] = set()
    for view, at, who in grantees(binding):
        edits = [binding.remove("subjects", at)]
        if who in seen:
            yield view.violates(f"names {who} twice", "name", edits=edits)
            continue
        seen.add(who)
        others = [one for one in table.under((who, *_role(binding))) if _covers(one, binding)]
        if others:
            first = min(others, key=lambda one: (one.namespace or "", one.name))
            message = f"gives {who} {binding.role.kind_} {binding.role.name}, as {first.kind.name} {first.name} does"
            yield view.violates(message, "name", edits=edits)
    for one, error in table.unreadable:
        raise MalformedNeighbourError(one, error)


def grants_given(binding: Binding) -> Iterable[tuple[Who, str, str, str]]:
    """Who is given which role by a binding, as the keys of a table."""
    return {(who, *_role(binding)) for _, who in subjects(binding)}


def _role(binding: Binding) -> tuple[str, str, str]:
    kind = binding.role.kind_ or ""
    return kind, (binding.namespace or "") if kind == "Role" else "", binding.role.name or ""


def _covers(other: Binding, binding: Binding) -> bool:
    """Tell whether another binding reaches as far as this one, and is the one that stays."""
    if other.namespace == binding.namespace:
        return other.name < binding.name
    return not other.namespace
