"""All that is told of a subject's least rights, from what it used and what it holds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hardstand.access.everybody import by_default, by_default_there
from hardstand.access.least.granted import Standing, allows, standings
from hardstand.access.least.rare import missed
from hardstand.access.least.rights import Choices, expressible, rules_for
from hardstand.access.least.writing import Manifest, manifests, refused_by
from hardstand.access.used import Used, Window, requests_of
from hardstand.analysis.rbac.permissions import Permissions
from hardstand.analysis.rbac.who import MASTERS, Actor, Sort, Who
from hardstand.inventory.neighbours import Neighbours
from hardstand.model.request import Request

_SHORT = 31
"""Days in which what happens once a month has happened."""
DAY = 1
"""Days below which a log has not even what happens every day."""
NO_BASIS = "the log is of {} only, and that is no basis for roles"
_MANY_NAMES = 20


@dataclass(frozen=True, slots=True)
class Least:
    """The least rights of a subject."""

    who: Who
    choices: Choices
    window: Window
    requests: int
    """Allowed requests of the subject that the roles rest on."""
    different: int
    manifests: Sequence[Manifest]
    missed: Sequence[str]
    """What the roles may lack, as sentences."""
    left_out: Mapping[str, int]
    """Requests that no role is written for, by the reason."""
    standings: Sequence[Standing] | None
    """None where no roles and bindings were read."""


def least(
    who: Who,
    used: Used,
    window: Window,
    choices: Choices,
    permissions: Permissions | None = None,
    neighbours: Neighbours | None = None,
    *,
    settled: bool = False,
) -> Least:
    """The roles that cover what was used, with what they rest on.

    `settled`: what was read is of a running cluster, so that what is not there is not there.
    AssertionError where the roles would refuse something that was used: a defect, so that no such role is ever written.
    """
    asked, left_out = _to_cover(who, used, permissions, settled=settled)
    rules = rules_for((request for _, request in asked), choices)
    written = manifests(who, rules)
    seen = {_as_subject(who): None} | dict.fromkeys(one for one, _ in asked)
    if refused := refused_by(written, ((_as_subject(who), request) for _, request in asked)):
        raise AssertionError(f"the roles written refuse {refused[0][1]}")
    uses = requests_of({**used.uses, **used.elsewise})
    return Least(
        who=who,
        choices=choices,
        window=window,
        requests=sum(asked.values()),
        different=len({request for _, request in asked}),
        manifests=written,
        missed=_missed(who, used, window, neighbours, rules),
        left_out=left_out,
        standings=standings(permissions, list(seen), uses) if permissions is not None else None,
    )


def _as_subject(who: Who) -> Actor:
    """The subject without what membership in other groups gives it."""
    if who.sort is Sort.GROUP:
        return Actor("", frozenset({who.name}))
    return Actor(who.user)


_Asked = dict[tuple[Actor, Request], int]


def _to_cover(who: Who, used: Used, permissions: Permissions | None, *, settled: bool) -> tuple[_Asked, dict[str, int]]:
    """What roles have to allow, and how much of what was used is left out for which reason."""
    own = permissions.given_to(who) if permissions is not None and who.sort is Sort.GROUP else ()
    asked: _Asked = {}
    left_out: dict[str, int] = {}

    def leave(reason: str, count: int) -> None:
        left_out[reason] = left_out.get(reason, 0) + count

    for (one, request), use in used.uses.items():
        common = by_default_there(permissions, one, request) if permissions is not None else ""
        if not common and not settled:
            common = by_default(one, request)
        if common:
            leave(f"{common} gives it to everybody, by default", use.count)
        elif own and not any(allows(grant, request) for grant in own):
            leave("members hold it by other grants than the group's", use.count)
        else:
            asked[one, request] = use.count
    for (one, request), use in used.elsewise.items():
        if MASTERS in one.groups:  # Nobody keeps that group who gets roles of their own.
            asked[one, request] = asked.get((one, request), 0) + use.count
        else:
            leave("another authorizer than RBAC allowed it", use.count)
    for key in [one for one in asked if not expressible(one[1])]:
        leave(f"no rule allows it alone, for there is a star in it: {key[1]}", asked.pop(key))
    return asked, left_out


def _missed(
    who: Who, used: Used, window: Window, neighbours: Neighbours | None, rules: Mapping[str, Sequence[object]]
) -> list[str]:
    found = []
    if window.days < DAY:
        found.append(f"nearly everything, for {NO_BASIS.format(window.length)}")
    elif window.days < _SHORT:
        found.append(f"whatever happens less often than every {window.length}, which is all that the log is of")
    if neighbours is None:
        found.append("CronJobs that run as it, for no picture was read: name PATHs or --cluster")
    else:
        found += missed(neighbours, who, window.first, window.last)
    if who.sort is not Sort.ACCOUNT and used.groupless:
        found.append("what it is asked for as a member of a group, for the log does not tell the groups of users")
    named = max((len(getattr(one, "names", ())) for several in rules.values() for one in several), default=0)
    if named > _MANY_NAMES:
        found.append(f"objects with other names: a rule names {named}, and generated ones change; see --names any")
    return found
