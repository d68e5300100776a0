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
from hardstand.access.review.suggesting import Risk, elsewhere, risk, suggestion
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
    audit: str = ""
    """The time that audit logs told of."""
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
    items: list[tuple[Risk, Item]] = []
    nobody: list[Right] = []
    grants: list[Grant] = []
    left_out = 0
    for one in listed(permissions, accounts) if permissions else ():
        if kubernetes_own(one.grant) and not asking.defaults:
            left_out += 1
            continue
        item = _item(one, asking)
        if item.reviewer:
            items.append((risk(item, one.grant), item))
        else:
            nobody.append(one.right)
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
            item = Item(right, reviewer, NOT_KUBERNETES, elsewhere(right, asking.now))
            items.append((risk(item, None), item))
    if nobody:
        raise NobodyError(nobody)
    doubts = dict.fromkeys([*unknown, *(one.reason for one in permissions.doubts)] if permissions else unknown)
    made = _campaign(_ordered(items), grants, asking, cluster, tuple(doubts), left_out)
    return replace(made, roles=dict(sorted({**_there(permissions), **made.roles}.items()))) if permissions else made


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


def _ordered(items: Iterable[tuple[Risk, Item]]) -> list[Item]:
    """What is risky first: whoever has time for the first page alone reads what matters."""
    found = sorted(
        items, key=lambda one: (one[0], one[1].right.system, one[1].right.scope, one[1].right.subject, one[1].right.id)
    )
    return [item for _, item in found]


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
        items=tuple(items),
        roles=dict(sorted(_roles(grants).items())),
        bindings={key: binding_of(one) for key, one in sorted({binding_key(one): one for one in grants}.items())},
        left_out=left_out,
        unknown=unknown,
        audit=asking.audit,
    )


def _there(permissions: Permissions) -> Mapping[str, Sequence[Rule] | None]:
    """What the roles of the picture allow, held or not: any of them may be what a reviewer finds to be enough."""
    return {
        f"{one.kind}/{one.namespace}/{one.name}" if one.namespace else f"{one.kind}/{one.name}": None
        if one.unreadable
        else tuple(ruled.rule for ruled in one.rules)
        for one in permissions.roles
        if one.object is not None
    }


def _roles(grants: Iterable[Grant]) -> Mapping[str, Sequence[Rule] | None]:
    found: dict[str, Sequence[Rule] | None] = {}
    for one in grants:
        readable = one.role is not None and not one.role.unreadable
        found[role_key(one)] = tuple(ruled.rule for ruled in one.role.rules) if one.role and readable else None
    return found


def _written(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
