"""What a reviewer is advised to answer, with the reason: the first that fits. And what is asked about first."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta

from hardstand.access.review.campaign import Decision, Item, Power, Suggestion, Told
from hardstand.access.review.listing import Listed, kubernetes_own
from hardstand.analysis.rbac.expiry import moment
from hardstand.analysis.rbac.grants import Grant
from hardstand.analysis.rbac.power import READ_SECRETS, TAKEOVER, gives_any, is_power, takes_over
from hardstand.analysis.rbac.rights import is_everything
from hardstand.analysis.rbac.rule import ALL
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
    elif any(is_everything(rule) for rule in rules):
        yield Suggestion(Decision.NARROW, "it allows everything; name what is needed")
    elif power.told is Told.YES:
        yield Suggestion(Decision.NARROW, "it is part of a way to become the cluster's administrator")
    elif why := _leading(one.grant):
        yield Suggestion(Decision.NARROW, why)
    elif power.secrets:
        yield Suggestion(Decision.NARROW, "it is part of a way to every Secret of the cluster")
    elif any(ALL in (*rule.verbs, *rule.resources) for rule in rules):
        yield Suggestion(Decision.NARROW, "it names verbs or resources with `*`, which grows with the cluster")


def _leading(grant: Grant) -> str:
    """Why a grant leads further than it looks, by its rules alone; empty where it does not."""
    role = grant.role
    if role is None:
        return ""
    where = f"of namespace {grant.namespace}" if grant.namespace else "of all namespaces"
    if gives_any(role, [READ_SECRETS]):
        return f"it reads the Secrets {where}, whatever is in them; name those that are needed, or leave them out"
    if not grant.namespace and takes_over(role):
        by = next(one.rule for one in role.rules if any(each.given_by(one.rule, cluster=True) for each in TAKEOVER))
        return f"it leads to the whole cluster: {by}"
    return ""


Risk = tuple[bool, int, str]


def risk(item: Item, grant: Grant | None) -> Risk:
    """A key by which what is risky comes first: on a path to power, powerful by its rules, unused for long.

    `grant`: the grant that is asked about; None for what another system gives.
    """
    return (item.power.told is not Told.YES, _weakness(item.power, grant), item.right.last_used or "")


def _weakness(power: Power, grant: Grant | None) -> int:
    """0 for what leads further than it looks, 1 for what changes things or reads what is secret, 2 for the rest."""
    if grant is None or grant.role is None:
        return 2
    rules = [one.rule for one in grant.role.rules]
    if power.secrets or any(is_everything(one) for one in rules) or _leading(grant):
        return 0
    return 1 if any(is_power(one, cluster=not grant.namespace) for one in rules) else 2
