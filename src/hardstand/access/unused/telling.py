"""Identities as they are told: to people, and to programs by schema `hardstand.dev/rbac-unused/v1` under spec/."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from hardstand.access.least.telling import many, moment
from hardstand.access.unused.standing import Standing, State, Told
from hardstand.analysis.rbac.grants import Grant
from hardstand.model.run import Unreadable
from hardstand.text.plain import plain

SCHEMA = "hardstand.dev/rbac-unused/v1"


def as_text(found: Told) -> str:
    """Sentences for people."""
    return "".join(f"{plain(line)}\n" for line in _lines(found))


def _lines(found: Told) -> Iterator[str]:
    window = found.watched.window
    yield (
        f"From {moment(window.first)} to {moment(window.last)} ({window.days:.1f} days, {window.events} events). "
        "What the audit policy does not log is not in it."
    )
    days = _days(found)
    yield f"Nothing done for {days:g} day{'' if days == 1 else 's'}: {_counted(found, State.UNUSED)}"
    for one in found.of(State.UNUSED):
        yield from _unused(one, found)
    for state, words in ((State.UNKNOWN, "Cannot be told"), (State.NEW, "Too new to tell")):
        several = found.of(state)
        if several:
            yield f"{words}: {len(several)}"
            yield from (f"  {one.who}: {one.why}" for one in several)
    active = found.of(State.ACTIVE)
    yield f"In use: {len(active)}"
    for one in active:
        if one.idle:
            yield f"  {one.who}: {len(one.idle)} of {many(len(one.grants), 'grant')} never used in this time"
            yield from (f"    {_given(grant)}" for grant in one.idle)
    if found.doubts:
        yield "There may be more:"
        yield from (f"  {one}" for one in found.doubts)


def _unused(one: Standing, found: Told) -> Iterator[str]:
    last = "never in the logs"
    if one.seen is not None:
        before = (found.watched.window.last - one.seen).total_seconds() / 86_400
        last = f"last {moment(one.seen)}, {before:.0f} days before their end"
    yield f"  {one.who}: {last}"
    yield from (f"    {_given(grant)}" for grant in one.grants)
    yield from (f"    runs as it: {name}" for name in one.workloads)
    yield from (f"    the logs may not show: {reason}" for reason in one.missed)


def _given(grant: Grant) -> str:
    return f"{grant.given_by} gives {grant.role_called}"


def _counted(found: Told, state: State) -> str:
    return f"{len(found.of(state))} of {len(found.standings)}"


def _days(found: Told) -> float:
    return found.watched.allowed.total_seconds() / 86_400


def as_json(found: Told, cluster: str | None, unreadable: Sequence[Unreadable]) -> str:
    """One JSON object. All but ASCII is escaped, so that nothing scanned can steer a terminal."""
    window = found.watched.window
    told = {
        "schema": SCHEMA,
        "cluster": cluster,
        "window": {
            "from": moment(window.first),
            "to": moment(window.last),
            "days": round(window.days, 2),
            "events": window.events,
            "silent_days": window.silent,
        },
        "allowed_days": round(_days(found), 4),
        "subjects": [_entry(one) for one in found.standings],
        "doubts": list(found.doubts),
        "unreadable": [
            {"path": one.path, "line": one.line, "column": one.column, "reason": one.reason} for one in unreadable
        ],
    }
    return json.dumps(told, indent=2) + "\n"


def _entry(one: Standing) -> Mapping[str, Any]:
    return {
        "subject": one.who.word,
        "state": one.state.value,
        "why": one.why or None,
        "last_seen": None if one.seen is None else moment(one.seen),
        "grants": [
            {
                "namespace": grant.namespace or None,
                "binding": grant.given_by,
                "role": grant.role_called,
                "last_used": None if last is None else moment(last),
            }
            for grant, last in one.grants.items()
        ],
        "workloads": list(one.workloads),
        "may_not_show": list(one.missed),
    }
