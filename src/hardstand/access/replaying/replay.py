"""What would have been refused of what was allowed, had other roles and bindings been there."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from hardstand.access.everybody import by_default
from hardstand.access.used import Use, Used
from hardstand.analysis.rbac.grants import Grant
from hardstand.analysis.rbac.permissions import Answer, Permissions
from hardstand.analysis.rbac.who import Actor, Who, group, user
from hardstand.model.request import Request


@dataclass(frozen=True, slots=True)
class Refusal:
    """One request that would have been refused, as often as it was made."""

    who: Who
    request: Request
    count: int
    first: datetime
    last: datetime
    file: str
    line: int
    """Where the last one is in the log."""
    because: str
    """What allows it today, or why it cannot be told."""


@dataclass(frozen=True, slots=True)
class Replayed:
    """What becomes of requests that RBAC allowed."""

    kept: int
    """How many are allowed still."""
    refused: Sequence[Refusal]
    already: Sequence[Refusal]
    """Refused by what is there today as well, and no more by the proposal than by that."""
    untold: Sequence[Refusal]
    """The proposal does not allow them, and something that could not be read may."""
    elsewise: int
    """How many another authorizer allowed, to which roles are nothing."""

    @property
    def requests(self) -> int:
        """How many there were, of those that RBAC allowed."""
        parts = (self.refused, self.already, self.untold)
        return self.kept + sum(one.count for several in parts for one in several)


def replay(used: Used, new: Permissions, today: Permissions | None, *, settled: bool) -> Replayed:
    """Put everything that was used to the roles and bindings that are proposed, and to those of today.

    Unless these are `settled`, those of a running cluster, what Kubernetes gives to everybody by itself is there too.
    """
    told: dict[str, list[Refusal]] = defaultdict(list)
    kept = 0
    for (who, asked), use in used.uses.items():
        answer = new.decide(who, asked)
        if answer.allowed or (not settled and by_default(who, asked)):
            kept += use.count
            continue
        before = today.decide(who, asked) if today is not None else None
        told[_sort(answer, before)].append(_refusal(who, asked, use, answer, before))
    return Replayed(
        kept=kept,
        refused=sorted(told["refused"], key=_order),
        already=sorted(told["already"], key=_order),
        untold=sorted(told["untold"], key=_order),
        elsewise=sum(one.count for one in used.elsewise.values()),
    )


def _sort(answer: Answer, before: Answer | None) -> str:
    if answer.doubts:
        return "untold"
    return "already" if before is not None and not before.allowed and not before.doubts else "refused"


def _refusal(who: Actor, asked: Request, use: Use, answer: Answer, before: Answer | None) -> Refusal:
    because = answer.because
    if not answer.doubts and before is not None and before.allowed:
        because = before.because
    return Refusal(user(who.user), asked, use.count, use.first, use.last, use.file, use.line, because)


def _order(one: Refusal) -> tuple[Who, int, str]:
    return (one.who, -one.count, str(one.request))


def without(permissions: Permissions, taken: Iterable[Grant]) -> Permissions:
    """The same without some grants."""
    gone = set(taken)
    return Permissions(permissions.roles, [one for one in permissions.grants if one not in gone], permissions.doubts)


def means(several: Iterable[Who], name: str, groups: Iterable[str]) -> bool:
    """Whether somebody is one of several subjects, or in a group that is."""
    named = set(several)
    return user(name) in named or any(group(one) in named for one in groups)


def merged(several: Sequence[Refusal]) -> list[tuple[Refusal, Sequence[str]]]:
    """One for each who and what, whatever the object's name, with the names."""
    found: dict[tuple[Who, Request, str], tuple[Refusal, list[str]]] = {}
    for one in several:
        key = (one.who, replace(one.request, name=""), one.because)
        names = [one.request.name] if one.request.name else []
        if key not in found:
            found[key] = (one, names)
            continue
        first, known = found[key]
        later = one if one.last >= first.last else first
        both = replace(later, count=first.count + one.count, first=min(first.first, one.first))
        found[key] = (both, list(dict.fromkeys([*known, *names])))
    return [(replace(one, request=replace(one.request, name="")), names) for one, names in found.values()]
