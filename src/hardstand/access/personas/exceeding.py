"""Who holds more than their persona, and who has rights and no persona at all."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from hardstand.access.personas.standing import Standing
from hardstand.analysis.rbac.covering import beyond
from hardstand.analysis.rbac.defaults import assumed
from hardstand.analysis.rbac.grants import Grant
from hardstand.analysis.rbac.permissions import Permissions
from hardstand.analysis.rbac.rule import ALL, Rule
from hardstand.analysis.rbac.who import Sort, Who, actor

EVERYBODYS = ("system:basic-user", "system:discovery", "system:public-info-viewer")
"""What Kubernetes lets everybody do who has logged in.

Source: https://kubernetes.io/docs/reference/access-authn-authz/rbac/#discovery-roles
"""

_EVERYTHING = (Rule((ALL,), (ALL,), (ALL,)), Rule((ALL,), urls=(ALL,)))


@dataclass(frozen=True, slots=True)
class Excess:
    """What one grant gives somebody beyond all personas that it is."""

    grant: Grant
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Held:
    """One subject, held against its personas."""

    who: Who
    personas: tuple[str, ...]
    """None of them: it has rights and no persona."""
    excess: tuple[Excess, ...] = ()
    doubts: tuple[str, ...] = ()
    """Why it may hold more."""

    @property
    def fits(self) -> bool:
        """It holds no more than it should, for all that is known."""
        return bool(self.personas) and not self.excess


def held(
    permissions: Permissions,
    personas: Sequence[Standing],
    groups: Mapping[str, frozenset[str]] | None = None,
) -> list[Held]:
    """Everybody who is a person or has a persona: each group and user that a binding names, and each holder.

    `groups`: by user, the groups that it is in, as the API server knows both; without, a user is in none that is known.
    """
    known = groups or {}
    everybody = tuple(ruled.rule for name in EVERYBODYS for ruled in assumed()[name].rules)
    found = []
    for who in sorted({*_people(permissions, personas), *(one for each in personas for one in each.holders)}):
        mine = [one for one in personas if one.holds(who) or _by_group(one, known.get(who.name, frozenset()), who)]
        meant = actor(who, known.get(who.name, frozenset()) if who.sort is Sort.USER else frozenset())
        grants = [one for one in permissions.given(meant) if mine or one.who == who]
        excess = tuple(_excess(grants, mine, everybody))
        if grants or mine:
            doubts = permissions.doubts_about(meant)
            found.append(Held(who, tuple(one.name for one in mine), excess, doubts))
    return found


def _people(permissions: Permissions, personas: Sequence[Standing]) -> Iterator[Who]:
    """The subjects that are people, or are a persona; machines without one are for other questions."""
    for who in permissions.subjects():
        machine = who.sort is Sort.ACCOUNT or who.name.startswith("system:")
        if not machine or any(one.holds(who) for one in personas):
            yield who


def _by_group(one: Standing, groups: frozenset[str], who: Who) -> bool:
    return who.sort is Sort.USER and any(one.holds(Who(Sort.GROUP, name)) for name in groups)


def _excess(grants: Iterable[Grant], personas: Sequence[Standing], everybody: Sequence[Rule]) -> Iterator[Excess]:
    for grant in grants:
        if any(one.may_have(grant) for one in personas):
            continue
        if grant.role is None:
            continue  # A doubt says so.
        allowed = [*everybody, *(rule for one in personas for rule in _rules(one, grant.namespace))]
        rules = beyond((ruled.rule for ruled in grant.role.rules), allowed, namespaced=bool(grant.namespace))
        if rules:
            yield Excess(grant, rules)


def _rules(one: Standing, namespace: str) -> Iterable[Rule]:
    return _EVERYTHING if one.break_glass else one.rules(namespace)
