"""Alerts as they are told: lines for people, and objects for programs."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from hardstand.network.alerts.alert import Alert, Number
from hardstand.network.alerts.watching import Alerts
from hardstand.network.intended.telling import counted
from hardstand.text.plain import plain


def as_lines(found: Alerts) -> Iterator[str]:
    """For people: what is within the budget, a line for each workload and day beyond it, what was not judged."""
    for one in found.told:
        yield from map(plain, _told(one))
    if found.folded:
        yield "Beyond the budget (all are in the JSON):"
        yield from (f"  {plain(str(one))}" for one in found.folded)
    if found.untold:
        yield "Not judged:"
        yield from (f"  {plain(one)}" for one in found.untold)
    yield (
        f"{counted(len(found.all), 'alert')} from {counted(found.flows, 'flow')} and "
        f"{counted(found.lookups, 'lookup')}, {len(found.told)} told; "
        f"{len(found.settled)} things are regular or many, and were so before"
    )


def _told(one: Alert) -> Iterator[str]:
    yield f"{one.severity.word}[{one.kind.value}]: {one.message}    confidence {one.confidence.value} · {one.id}"
    times = f"{one.count} time{'' if one.count == 1 else 's'}"
    yield f"  seen {times}, first {_moment(one.first)}, last {_moment(one.last)}"
    yield f"  by {', '.join(_number(each) for each in one.numbers)}"
    yield from (f"  such as {each}" for each in one.details[:3])
    yield from (f"  --> {each.file}:{each.line}" for each in one.places)
    yield f"  help: {one.next_step}"


def _number(one: Number) -> str:
    value = f"{one.name} {_plainly(one.value)}{f' {one.unit}' if one.unit else ''}"
    return value if one.limit is None else f"{value} (limit {_plainly(one.limit)})"


def _plainly(value: float) -> str:
    """Without an exponent."""
    return str(int(value)) if value == int(value) else f"{value:g}"


def as_object(found: Alerts) -> Mapping[str, Any]:
    """For JSON. Every alert is in it, with whether it was told."""
    told = {one.id for one in found.told}
    return {
        "flows": found.flows,
        "lookups": found.lookups,
        "alerts": [{**_object(one), "told": one.id in told} for one in found.all],
        "folded": [
            {
                "workload": one.workload,
                "day": one.day,
                "kinds": {kind.value: count for kind, count in sorted(one.kinds.items())},
                "severity": one.severity.word,
                "ids": list(one.ids),
            }
            for one in found.folded
        ],
        "settled": list(found.settled),
        "not_judged": list(found.untold),
    }


def _object(one: Alert) -> Mapping[str, Any]:
    return {
        "id": one.id,
        "kind": one.kind.value,
        "severity": one.severity.word,
        "confidence": one.confidence.value,
        "workload": one.workload,
        "subject": one.subject,
        "message": one.message,
        "first_seen": _moment(one.first),
        "last_seen": _moment(one.last),
        "count": one.count,
        "numbers": [
            {"name": each.name, "value": each.value, "limit": each.limit, "unit": each.unit or None}
            for each in one.numbers
        ],
        "details": list(one.details),
        "places": [{"file": each.file, "line": each.line} for each in one.places],
        "next_step": one.next_step,
    }


def _moment(one: datetime) -> str:
    return one.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
