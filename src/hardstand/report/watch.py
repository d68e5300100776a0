"""What a watch tells, line by line: what opened, what closed, what is another action now, and what cannot be seen."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hardstand.model.finding import Finding
from hardstand.model.verdict import Action, Severity, Verdict
from hardstand.report.json import finding_json
from hardstand.report.safe import plain

SCHEMA = "hardstand.dev/watch/v1"

_COLOURS = {Severity.CRITICAL: "1;31", Severity.HIGH: "31", Severity.MEDIUM: "33", Severity.LOW: "36"}


@dataclass(frozen=True, slots=True)
class WatchEvent:
    """One line. Its fields are a contract, described in `spec/watch.v1.schema.json`."""

    time: str
    """RFC 3339, UTC."""
    event: str
    """`begun`, `opened`, `closed`, `changed`, `reconciled`, `new-day`, `broken` or `resumed`."""
    cluster: str
    finding: Finding | None = None
    before: Finding | None = None
    """Of a change, what it was."""
    counts: Mapping[str, int] | None = None
    """What is open, by action, and how many objects there are."""
    broken: Sequence[tuple[str, str]] = ()
    """The kinds that cannot be followed at the moment, and why."""

    def as_json(self) -> dict[str, Any]:
        """The event as it is written."""
        found: dict[str, Any] = {
            "schema": SCHEMA, "time": self.time, "event": self.event, "cluster": self.cluster,
        }  # fmt: skip
        if self.finding is not None:
            found["finding"] = finding_json(self.finding)
        if self.before is not None:
            found["before"] = {
                "action": self.before.action.value,
                "tier": self.before.tier,
                "waiver": self.before.waiver,
            }
        if self.counts is not None:
            found["open"] = dict(self.counts)
        if self.broken:
            found["broken"] = [{"kind": kind, "reason": reason} for kind, reason in self.broken]
        return found


def json_line(event: WatchEvent) -> str:
    """The event as one line of JSON."""
    return json.dumps(event.as_json(), separators=(",", ":"), ensure_ascii=False) + "\n"


def text_lines(event: WatchEvent, *, colour: bool) -> Iterator[str]:
    """The event for a person."""
    clock = event.time[11:19]
    if event.finding is not None:
        yield f"{clock} {_line(event, event.finding, colour=colour)}\n"
        return
    if event.counts is not None:
        counted = " · ".join(f"{number} {word}" for word, number in event.counts.items() if word != "objects")
        yield f"{clock}   {_WORDS[event.event].format(cluster=plain(event.cluster))}: {counted}    "
        yield f"{event.counts['objects']} objects\n"
    for kind, reason in event.broken:
        yield f"{clock} ! {plain(kind)} cannot be followed at the moment: {plain(reason)}\n"
    if event.event == "resumed":
        yield f"{clock}   everything is followed again\n"


_WORDS = {
    "begun": "watching {cluster}",
    "reconciled": "compared with fresh lists",
    "new-day": "another day has begun (UTC)",
    "broken": "open meanwhile",
    "resumed": "open now",
}


def _line(event: WatchEvent, one: Finding, *, colour: bool) -> str:
    sign = {"opened": "+", "closed": "-", "changed": "~"}[event.event]
    word = "unknown" if one.verdict is Verdict.UNKNOWN else one.severity.word
    head = f"{word}[{one.control}]"
    if colour:
        head = f"\x1b[{'35' if one.verdict is Verdict.UNKNOWN else _COLOURS[one.severity]}m{head}\x1b[0m"
    place = one.locations[0]
    action = {Action.BLOCK: "blocks", Action.WARN: "warns", Action.OFF: "off"}.get(
        one.action, f"waived by {one.waiver}"
    )
    if event.before is not None:
        same = event.before.action is one.action and event.before.waiver == one.waiver
        action = f"was tier {event.before.tier or 'none'}" if same else f"{_was(event.before)}, now {action}"
    tier = f"tier {one.tier}" if one.tier else ""
    tail = " · ".join(part for part in (tier, action if event.event != "closed" else "") if part)
    edit = "".join(f"; {plain(each.caption)}" for each in one.locations[1:])
    return f"{sign} {head} {plain(place.caption)} {plain(one.message)} ({plain(place.field)}{edit})    {plain(tail)}"


def _was(one: Finding) -> str:
    words = f"tier {one.tier}, " if one.tier else ""
    return f"was {words}{one.action.value}"
