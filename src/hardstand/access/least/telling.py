"""Least rights as they are told: YAML to be applied, with everything else in comments at its head, and JSON."""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from hardstand.access.least.granted import Standing
from hardstand.access.least.least import Least
from hardstand.access.least.writing import as_text
from hardstand.text.plain import plain

SCHEMA = "hardstand.dev/rbac-least/v1"
_MOST = 12
"""Unused rights of a grant that a comment names."""


def as_yaml(found: Least) -> str:
    """The manifests, under comments that say what they rest on and what they may lack."""
    head = "".join(f"# {plain(line)}".rstrip() + "\n" for line in _head(found))
    return head + as_text(found.manifests)


def _head(found: Least) -> Iterator[str]:
    window = found.window
    yield f"The least rights of {found.who.word}, by what it used."
    yield (
        f"From {moment(window.first)} to {moment(window.last)} ({window.length}, {window.events} events): "
        f"{many(found.requests, 'request')} of it, {found.different} different."
    )
    choices = found.choices
    yield (
        f"Names {'any' if choices.names else 'exact'}, namespaces {'all' if choices.namespaces else 'exact'}, "
        f"verbs {'read-write' if choices.verbs else 'exact'}. What the audit policy does not log is not in it."
    )
    for reason, count in sorted(found.left_out.items()):
        yield f"Left out: {many(count, 'request')}: {reason}."
    if found.missed:
        yield "It may lack:"
        yield from (f"- {one}" for one in found.missed)
    if found.standings is None:
        yield "What it holds was not read, so that nothing is told of what it never used: name PATHs or --cluster."
        return
    yield "Used against granted:" if found.standings else "Of what was read, nothing grants it anything."
    for one in found.standings:
        yield from _standing(one, found)


def _standing(one: Standing, found: Least) -> Iterator[str]:
    grant = one.grant
    way = "" if grant.who == found.who else f", as {grant.who}"
    used = f"{many(one.requests, 'request')}, {one.alone} by it alone" if one.requests else "never used"
    yield f"- {grant.given_by} gives {grant.role_called}{way}: {used}"
    if one.requests and one.unused:
        more = f" and {len(one.unused) - _MOST} more" if len(one.unused) > _MOST else ""
        yield f"    never used of it: {', '.join(one.unused[:_MOST])}{more}"


def as_json(found: Least) -> str:
    """The same as one JSON object."""
    return json.dumps(_object(found), indent=2) + "\n"


def _object(found: Least) -> Mapping[str, Any]:
    window, choices = found.window, found.choices
    return {
        "schema": SCHEMA,
        "subject": found.who.word,
        "window": {
            "from": moment(window.first),
            "to": moment(window.last),
            "days": round(window.days, 2),
            "events": window.events,
        },
        "requests": found.requests,
        "different_requests": found.different,
        "generalised": {"names": choices.names, "namespaces": choices.namespaces, "verbs": choices.verbs},
        "left_out": dict(sorted(found.left_out.items())),
        "may_lack": list(found.missed),
        "granted": None if found.standings is None else list(_granted(found.standings)),
        "manifests": list(found.manifests),
    }


def _granted(standings: Iterable[Standing]) -> Iterator[Mapping[str, Any]]:
    for one in standings:
        yield {
            "binding": one.grant.given_by,
            "role": one.grant.role_called,
            "as": one.grant.who.word,
            "requests": one.requests,
            "requests_by_it_alone": one.alone,
            "unused": list(one.unused),
        }


def many(count: int, noun: str) -> str:
    """How many of something."""
    return f"{count} {noun}{'' if count == 1 else 's'}"


def moment(one: datetime) -> str:
    """A moment, to the second."""
    return one.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
