"""What goes with a grant: the rights that nothing else gives its subject, and what runs as it.

A rule is looked at by its single rights: each verb on each resource of each group, and of each name where it has any,
as Kubernetes itself does to tell whether rules cover a rule (its pkg/registry/rbac/validation/policy_comparator.go). A
star is a word like any other there: it is given only by a star. So of two rules that together name all there is,
neither is taken for a star, and rather too much is told than too little.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from hardstand.access.cutting.running import Running
from hardstand.analysis.rbac.atoms import Atom, taken_apart, together
from hardstand.analysis.rbac.covering import covered
from hardstand.analysis.rbac.grants import Grant
from hardstand.analysis.rbac.permissions import Permissions
from hardstand.analysis.rbac.rule import Rule
from hardstand.analysis.rbac.who import actor
from hardstand.model.finding import ObjectRef


@dataclass(frozen=True, slots=True)
class Loss:
    """What taking one grant away takes from its subject."""

    grant: Grant
    rules: tuple[Rule, ...]
    """What no grant gives any more that is left."""
    workloads: tuple[ObjectRef, ...]
    """What runs as the subject."""


def losses(permissions: Permissions, gone: Collection[Grant], running: Running) -> list[Loss]:
    """What goes with each grant when all of these go together."""
    all_gone = frozenset(gone)
    return [Loss(one, together(lost(permissions, one, all_gone)), tuple(running.under(one.who))) for one in gone]


def lost(permissions: Permissions, grant: Grant, gone: Collection[Grant]) -> list[Atom]:
    """The rights that the grant's subject has by it, and by none that stays when all those in `gone` go.

    Of a group, what its members have as members of it, and of the groups that everybody is in.
    """
    if grant.role is None:
        return []
    left = [
        ruled.rule
        for other in permissions.given(actor(grant.who), grant.namespace)
        if other not in gone and other.role is not None and (not other.namespace or grant.namespace)
        for ruled in other.role.rules
    ]
    own = {right: None for ruled in grant.role.rules for right in rights(ruled.rule, everywhere=not grant.namespace)}
    return [right for right in own if not covered(right, left)]


def rights(rule: Rule, *, everywhere: bool) -> Iterator[Atom]:
    """The single rights of a rule; paths outside of the API's resources are given only by what counts everywhere."""
    return (one for one in taken_apart(rule) if everywhere or not one.url)
