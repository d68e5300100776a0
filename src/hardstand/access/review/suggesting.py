"""What a reviewer is advised to answer, with the reason: the first that fits."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta

from hardstand.access.review.campaign import Decision, Power, Suggestion, Told
from hardstand.access.review.listing import Listed, kubernetes_own
from hardstand.analysis.rbac.expiry import moment
from hardstand.analysis.rbac.rule import ALL, Rule
from hardstand.analysis.rbac.who import ANONYMOUS, AUTHENTICATED, UNAUTHENTICATED
from hardstand.model.right import Right

UNUSED_FOR = timedelta(days=90)
"""Source: PCI DSS 4.0, 8.2.6: inactive accounts are removed or disabled within 90 days."""

LONG_ENOUGH = timedelta(days=30)
"""Logs of less say little of what is not in them: what is done once a month may have been missed."""

_EVERYBODY = frozenset({f"group:{AUTHENTICATED}", f"group:{UNAUTHENTICATED}", f"user:{ANONYMOUS}"})


def suggestion(
    one: Listed, expires: str | None, power: Power, now: datetime, watched: timedelta = timedelta(0)
) -> Suggestion:
    """The advice on a grant of Kubernetes. `watched`: for how long logs tell of all use."""
    if kubernetes_own(one.grant):
        return Suggestion(Decision.KEEP, "Kubernetes makes it by itself, and makes it again when it starts")
    reasons: Sequence[Callable[[], Iterator[Suggestion]]] = (
        lambda: _gone(one, expires, now),
        lambda: _unused(one.right, now),
        lambda: _unseen(one.right, watched),
        lambda: _too_much(one, power),
    )
    for find in reasons:
        for found in find():
            return found
    return Suggestion(Decision.KEEP, "nothing speaks against it, if it is still needed")


def elsewhere(right: Right, now: datetime) -> Suggestion:
    """The advice on a right of another system."""
    return next(_unused(right, now), Suggestion(Decision.KEEP, "nothing speaks against it, if it is still needed"))


def _gone(one: Listed, expires: str | None, now: datetime) -> Iterator[Suggestion]:
    if one.orphan:
        yield Suggestion(Decision.REMOVE, one.orphan)
    if expires is None:
        return
    try:
        over = moment(expires) <= now
    except (ValueError, OverflowError):
        return
    if over:
        yield Suggestion(Decision.REMOVE, f"it has expired: {expires}")


def _unused(right: Right, now: datetime) -> Iterator[Suggestion]:
    if right.last_used is None:
        return
    try:
        since = now - moment(right.last_used)
    except (ValueError, OverflowError):
        return
    if since > UNUSED_FOR:
        yield Suggestion(Decision.REMOVE, f"it was not used for {since.days} days")


def _unseen(right: Right, watched: timedelta) -> Iterator[Suggestion]:
    if right.last_used is None and watched >= LONG_ENOUGH:
        why = f"it was not used in the {watched.days} days of the logs; rarer work may need it"
        yield Suggestion(Decision.REMOVE, why)


def _too_much(one: Listed, power: Power) -> Iterator[Suggestion]:
    rules = [ruled.rule for ruled in one.grant.role.rules] if one.grant.role else []
    if one.right.subject in _EVERYBODY:
        yield Suggestion(Decision.REMOVE, "everybody who reaches the API server has it")
    elif any(_everything(rule) for rule in rules):
        yield Suggestion(Decision.NARROW, "it allows everything; name what is needed")
    elif power.told is Told.YES:
        yield Suggestion(Decision.NARROW, "it is part of a way to become the cluster's administrator")
    elif any(ALL in (*rule.verbs, *rule.resources) for rule in rules):
        yield Suggestion(Decision.NARROW, "it names verbs or resources with `*`, which grows with the cluster")


def _everything(rule: Rule) -> bool:
    return ALL in rule.verbs and ALL in rule.resources and ALL in rule.groups and not rule.names
