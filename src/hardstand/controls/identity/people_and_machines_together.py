"""People and programs hold their rights by one binding or role.

Why
    People need to look around and to repair, a program does the same few things each minute. What is given to both is
    too much for one of them, and a right that is added for a person is a program's from then on.

Fix
    Make a role for the people and one for the program, each with a binding of its own.

When it is fine
    Roles that Kubernetes has made for everybody, such as `view`, by bindings of their own; they are not reported.

References
    - https://kubernetes.io/docs/concepts/security/rbac-good-practices/#least-privilege
    - https://kubernetes.io/docs/reference/access-authn-authz/rbac/#user-facing-roles
"""

from collections.abc import Iterable

from hardstand.analysis.joining import MalformedNeighbourError
from hardstand.analysis.rbac.defaults import assumed
from hardstand.analysis.rbac.grants import subjects
from hardstand.analysis.rbac.own import is_own_binding
from hardstand.analysis.rbac.who import Sort, Who
from hardstand.controls.api import (
    LOW,
    PRODUCTION,
    QUARTERLY,
    Confidence,
    Given,
    NotApplicableError,
    Violations,
    Why,
    control,
)
from hardstand.controls.identity._granting import grantees
from hardstand.controls.identity._picture import BINDINGS
from hardstand.inventory.views.rbac import Binding


@control(
    severity=LOW,
    confidence=Confidence.MEDIUM,
    stage=QUARTERLY,
    maturity=PRODUCTION,
    frameworks=("production-checklist:P3.2", "nist-800-53:AC-6", "pci-dss:8.6.1", "soc2:CC6.3", "iso-27001:A.5.18"),
    reads=[BINDINGS],
)
def check(binding: Binding, given: Given) -> Violations:
    """The subjects must all be people, or all programs, and so must those of other bindings of the role.

    Of two bindings, the one that names people is reported.
    """
    if is_own_binding(binding):
        raise NotApplicableError(Why.NO_SUBJECT)
    people = [view for view, _, who in grantees(binding) if not is_program(who)]
    programs = [who for _, _, who in grantees(binding) if is_program(who)]
    if not people:
        return
    if programs:
        yield people[0].violates(f"names people beside {programs[0]}", "name")
        return
    kind, name = binding.role.kind_ or "", binding.role.name or ""
    if kind == "ClusterRole" and name in assumed():
        return
    table = given.table_anywhere(Binding, roles_of_programs)
    found = table.under((kind, (binding.namespace or "") if kind == "Role" else "", name))
    if found:
        first = min(found, key=lambda one: (one.namespace or "", one.name))
        message = f"gives people {kind} {name}, which {first.kind.name} {first.name} gives to a program"
        yield binding.role.violates(message, "name", cause=f"{kind}:{name}")
        return
    for one, error in table.unreadable:
        raise MalformedNeighbourError(one, error)


def roles_of_programs(binding: Binding) -> Iterable[tuple[str, str, str]]:
    """The role that a binding gives to a program, as the key of a table."""
    kind = binding.role.kind_ or ""
    key = (kind, (binding.namespace or "") if kind == "Role" else "", binding.role.name or "")
    return (key,) if any(is_program(who) for _, who in subjects(binding)) else ()


def is_program(who: Who) -> bool:
    """Tell whether a subject is no person: a service account, or what Kubernetes names itself."""
    return who.sort is Sort.ACCOUNT or who.name.startswith("system:")
