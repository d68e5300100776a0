"""A replay as it is told, to people and to programs."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hardstand.access.least.telling import many, moment
from hardstand.access.replaying.replay import Refusal, Replayed, merged
from hardstand.access.used import Window
from hardstand.analysis.rbac.who import Who
from hardstand.text.plain import plain

SCHEMA = "hardstand.dev/rbac-rehearsal/v1"
_NAMES = 5
_MOST = 40
"""Entries of one sort that are told to people."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What was put in place of what."""

    paths: tuple[str, ...]
    over: bool
    """It was laid over the roles and bindings of today; else it is all that there is."""
    in_place_for: tuple[Who, ...]
    """Whose grants of today were taken away first."""
    objects: int


def as_text(proposal: Proposal, window: Window, found: Replayed) -> str:
    """Sentences for people."""
    return "".join(f"{plain(line)}\n" for line in _lines(proposal, window, found))


def _lines(proposal: Proposal, window: Window, found: Replayed) -> Iterator[str]:
    named = ", ".join(proposal.paths)
    if proposal.over:
        gone = f", without the grants that name {_listed(proposal.in_place_for)}" if proposal.in_place_for else ""
        yield f"By the roles and bindings of today{gone}, with those of {named} ({proposal.objects}) laid over them:"
    else:
        yield f"By the roles and bindings of {named} ({proposal.objects}) alone, for those whom they name:"
    when = f"from {moment(window.first)} to {moment(window.last)} ({window.length})"
    ours = many(found.requests, "request")
    if found.elsewise:
        every = many(found.requests + found.elsewise, "request")
        yield f"{every} allowed {when}: {found.elsewise} by another authorizer, to which roles are nothing, and"
        yield f"of {ours} that RBAC allowed:"
    else:
        yield f"Of {ours} that RBAC allowed {when}:"
    yield from _told("would be refused", found.refused)
    yield from _told("cannot be told", found.untold)
    yield from _told("would be refused, and are by what is there today as well", found.already)
    yield f"  would be allowed: {found.kept}"


def _told(words: str, several: Sequence[Refusal]) -> Iterator[str]:
    if not several:
        return
    yield f"  {words}: {_count(several)}"
    entries = merged(several)
    for one, names in entries[:_MOST]:
        more = f" and {len(names) - _NAMES} more" if len(names) > _NAMES else ""
        named = f" ({', '.join(names[:_NAMES])}{more})" if names else ""
        yield f"    {one.who}: {one.request}{named}: {_times(one)}, {one.file}:{one.line}"
        yield f"      {one.because}"
    if len(entries) > _MOST:
        yield f"    and {len(entries) - _MOST} more: --format json tells all"


def _times(one: Refusal) -> str:
    return f"once, {moment(one.last)}" if one.count == 1 else f"{one.count} times, last {moment(one.last)}"


def _count(several: Sequence[Refusal]) -> int:
    return sum(one.count for one in several)


def _listed(several: Sequence[Who]) -> str:
    return ", ".join(one.word for one in several)


def as_json(proposal: Proposal, window: Window, found: Replayed) -> str:
    """One JSON object."""
    told = {
        "schema": SCHEMA,
        "proposal": {
            "paths": list(proposal.paths),
            "laid_over_today": proposal.over,
            "in_place_for": [one.word for one in proposal.in_place_for],
            "objects": proposal.objects,
        },
        "window": {"from": moment(window.first), "to": moment(window.last), "days": round(window.days, 2)},
        "requests": found.requests,
        "allowed": found.kept,
        "allowed_by_another_authorizer": found.elsewise,
        "refused": [_entry(one) for one in found.refused],
        "unknown": [_entry(one) for one in found.untold],
        "refused_today_as_well": [_entry(one) for one in found.already],
    }
    return json.dumps(told, indent=2) + "\n"


def _entry(one: Refusal) -> Mapping[str, Any]:
    asked = one.request
    return {
        "subject": one.who.word,
        "verb": asked.verb,
        "group": asked.group,
        "resource": asked.resource,
        "subresource": asked.subresource,
        "name": asked.name,
        "namespace": asked.namespace,
        "path": asked.path,
        "count": one.count,
        "first": moment(one.first),
        "last": moment(one.last),
        "file": one.file,
        "line": one.line,
        "because": one.because,
    }
