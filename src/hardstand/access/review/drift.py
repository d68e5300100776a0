"""What is other than it was approved: grants that were added, whose role allows more, whose subject or role has gone,
or that were to go and are still there.

A grant is the same one where the same subject has the same role in the same place, by whatever binding.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from hardstand.access.review.answers import Answer
from hardstand.access.review.campaign import Campaign, Decision
from hardstand.access.review.deciding import Decided
from hardstand.access.review.listing import KUBERNETES, Listed, role_key
from hardstand.analysis.rbac.covering import beyond
from hardstand.analysis.rbac.rule import Rule
from hardstand.model.right import Right

SCHEMA = "hardstand.dev/rbac-drift/v1"


class Sort(StrEnum):
    """In which way something is other than it was approved."""

    ADDED = "added"
    WIDENED = "widened"
    ORPHANED = "orphaned"
    STILL_THERE = "still-there"
    """It was to be removed or narrowed."""
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Drift:
    """One grant that is other than it was approved."""

    sort: Sort
    right: Right
    details: tuple[str, ...] = ()
    """What it allows more, or what is gone."""

    def as_json(self) -> dict[str, Any]:
        """The drift as it is written."""
        return {"drift": self.sort.value, "details": list(self.details), "right": self.right.as_json()}


Key = tuple[str, str, str, str]


def drifted(
    campaign: Campaign, decisions: Sequence[Decided], now: Iterable[Listed], others: Iterable[Right]
) -> Iterator[Drift]:
    """What is other than was approved, of the grants of Kubernetes and of rights elsewhere as they are now.

    Rights of systems that the review did not ask about are no drift from it.
    """
    approved = dict(_approved(decisions))
    systems = {one.right.system for one in campaign.items}
    widened: dict[str, tuple[Sequence[Rule] | None, tuple[Rule, ...] | None]] = {}
    for one in now:
        key = one.right.key
        found = _standing(approved, one.right, one.orphan)
        if found is not None:
            yield found
        elif key in approved:
            yield from _compared(one, approved[key], campaign, widened)
    for right in others:
        if right.system not in systems or right.system == KUBERNETES:
            continue
        found = _standing(approved, right, "")
        if found is not None:
            yield found
        else:
            yield from _compared_elsewhere(right, approved[right.key])


def _approved(decisions: Iterable[Decided]) -> Iterator[tuple[Key, Decided]]:
    """What may be there, by what tells it from others: as it was, and as it was to become."""
    for one in decisions:
        yield one.item.right.key, one
        answer = one.answer
        if answer is None or answer.decision is not Decision.NARROW or one.item.bound is None:
            continue
        scope = f"namespace/{answer.namespace}" if answer.namespace else one.item.right.scope
        name = _called(answer.to, scope) if answer.to else one.item.right.right
        key = (KUBERNETES, one.item.right.subject, scope, name)
        if key != one.item.right.key:
            yield key, Decided(one.item, one.reviewer, Answer(Decision.KEEP))


def _called(to: str, scope: str) -> str:
    """A role as rights name it."""
    kind, _, name = to.partition("/")
    home = f"{scope.partition('/')[2]}/" if kind == "Role" else ""
    return f"{kind} {home}{name}"


def _standing(approved: Mapping[Key, Decided], right: Right, orphan: str) -> Drift | None:
    """What can be told of a grant without its rules."""
    before = approved.get(right.key)
    if before is None:
        return Drift(Sort.ADDED, right, (orphan,) if orphan else ())
    answer = before.answer
    if answer is None:
        return Drift(Sort.ADDED, right, ("the review was closed without an answer to it",))
    if answer.decision is not Decision.KEEP:
        return Drift(Sort.STILL_THERE, right, (f"{before.reviewer} answered {answer.decision}",))
    if orphan and not before.item.orphan:
        return Drift(Sort.ORPHANED, right, (orphan,))
    return None


def _compared(
    one: Listed,
    before: Decided,
    campaign: Campaign,
    known: dict[str, tuple[Sequence[Rule] | None, tuple[Rule, ...] | None]],
) -> Iterator[Drift]:
    """Whether a role allows more than it did; each role is compared once."""
    key = role_key(one.grant)
    if key not in known:
        role = one.grant.role
        rules = None if role is None or role.unreadable else tuple(ruled.rule for ruled in role.rules)
        old = campaign.roles.get(key)
        known[key] = old, None if rules is None or old is None else beyond(rules, old)
    old, more = known[key]
    if one.grant.role is None:
        return  # It allows nothing; that it is gone is told as what it is.
    if one.grant.role.unreadable:
        yield Drift(Sort.UNKNOWN, one.right, (f"its role cannot be read: {one.grant.role.unreadable}",))
    elif old is None and (before.item.orphan or key in campaign.roles):
        yield Drift(Sort.WIDENED, one.right, tuple(map(str, (ruled.rule for ruled in one.grant.role.rules))))
    elif old is None:
        yield Drift(Sort.UNKNOWN, one.right, ("the review does not say what this role allowed",))
    elif more:
        yield Drift(Sort.WIDENED, one.right, tuple(map(str, more)))


def _compared_elsewhere(right: Right, before: Decided) -> Iterator[Drift]:
    more = tuple(one for one in right.comes_to if one not in before.item.right.comes_to)
    if more:
        yield Drift(Sort.WIDENED, right, more)


def unlooked(campaign: Campaign, systems: Iterable[str]) -> tuple[str, ...]:
    """The systems that a review asked about and nobody has read now: of these, drift is unknown."""
    return tuple(sorted({one.right.system for one in campaign.items} - set(systems)))
