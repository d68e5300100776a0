"""Opening a campaign: every grant, whom it is asked of, and what is known of it."""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from hardstand import __version__
from hardstand.access.review.campaign import UNTOLD, Bound, Campaign, Item, Power, Told
from hardstand.access.review.listing import (
    Listed,
    binding_key,
    binding_of,
    expires_of,
    kubernetes_own,
    listed,
    role_key,
    subject_of,
)
from hardstand.access.review.reviewers import Assignment, reviewer_of
from hardstand.access.review.suggesting import elsewhere, suggestion
from hardstand.analysis.rbac.grants import Grant
from hardstand.analysis.rbac.permissions import Permissions
from hardstand.analysis.rbac.rule import Rule
from hardstand.inventory.objects import KubeObject
from hardstand.model.right import Right

NOT_KUBERNETES = Power(Told.UNKNOWN, ("paths are looked for in Kubernetes alone",))


class NobodyError(Exception):
    """Nobody reviews some rights; `rights` are those."""

    def __init__(self, rights: Sequence[Right]) -> None:
        self.rights = rights
        super().__init__(f"nobody reviews {len(rights)} of the grants")


@dataclass(frozen=True, slots=True)
class Asking:
    """How a campaign is opened."""

    due: date
    now: datetime
    assigned: Sequence[Assignment]
    owner: Callable[[KubeObject], str | None]
    """Who answers for an object."""
    power: Callable[[Grant], Power] = lambda _: UNTOLD
    """Whether a grant lies on a path to power."""
    last_used: Callable[[Grant], datetime | None] = lambda _: None
    """When a grant was last used; None where that is not known."""
    watched: timedelta = timedelta(0)
    """For how long it is known of every grant whether it was used."""
    defaults: bool = False
    """Ask about what Kubernetes makes by itself, too."""


def opened(
    permissions: Permissions | None,
    accounts: frozenset[tuple[str, str]] | None,
    others: Iterable[Right],
    asking: Asking,
    cluster: str | None = None,
    unknown: Sequence[str] = (),
) -> Campaign:
    """The campaign over the grants of a picture, if there is one, and over rights of other systems.

    NobodyError where there is no reviewer for some of them.
    """
    items: list[Item] = []
    nobody: list[Right] = []
    grants: list[Grant] = []
    left_out = 0
    for one in listed(permissions, accounts) if permissions else ():
        if kubernetes_own(one.grant) and not asking.defaults:
            left_out += 1
            continue
        item = _item(one, asking)
        (items if item.reviewer else nobody).append(item if item.reviewer else one.right)  # type: ignore[arg-type]
        grants.append(one.grant)
    seen: set[str] = set()
    for right in others:
        if right.id in seen:
            continue
        seen.add(right.id)
        reviewer = reviewer_of(right, None, asking.assigned, asking.owner)
        if reviewer is None:
            nobody.append(right)
        else:
            items.append(Item(right, reviewer, NOT_KUBERNETES, elsewhere(right, asking.now)))
    if nobody:
        raise NobodyError(nobody)
    doubts = dict.fromkeys([*unknown, *(one.reason for one in permissions.doubts)] if permissions else unknown)
    return _campaign(items, grants, asking, cluster, tuple(doubts), left_out)


def _item(one: Listed, asking: Asking) -> Item:
    used = asking.last_used(one.grant)
    right = one.right if used is None else replace(one.right, last_used=_written(used))
    one = replace(one, right=right)
    power, expires = asking.power(one.grant), expires_of(one.grant)
    return Item(
        right=right,
        reviewer=reviewer_of(right, one.grant.binding, asking.assigned, asking.owner) or "",
        power=power,
        suggestion=suggestion(one, expires, power, asking.now, asking.watched),
        orphan=one.orphan,
        expires=expires,
        bound=Bound(binding_key(one.grant), role_key(one.grant), subject_of(one.grant)),
    )


def _campaign(
    items: Sequence[Item],
    grants: Iterable[Grant],
    asking: Asking,
    cluster: str | None,
    unknown: tuple[str, ...],
    left_out: int,
) -> Campaign:
    grants = list(grants)
    ids = "".join(one.right.id for one in items)
    named = hashlib.sha256(f"{_written(asking.now)} {ids}".encode()).hexdigest()[:8]
    return Campaign(
        id=f"{asking.now.astimezone(UTC).date()}-{named}",
        started=_written(asking.now),
        due=asking.due,
        tool=__version__,
        cluster=cluster,
        items=tuple(
            sorted(items, key=lambda one: (one.right.system, one.right.scope, one.right.subject, one.right.id))
        ),
        roles=dict(sorted(_roles(grants).items())),
        bindings={key: binding_of(one) for key, one in sorted({binding_key(one): one for one in grants}.items())},
        left_out=left_out,
        unknown=unknown,
    )


def _roles(grants: Iterable[Grant]) -> Mapping[str, Sequence[Rule] | None]:
    found: dict[str, Sequence[Rule] | None] = {}
    for one in grants:
        readable = one.role is not None and not one.role.unreadable
        found[role_key(one)] = tuple(ruled.rule for ruled in one.role.rules) if one.role and readable else None
    return found


def _written(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
