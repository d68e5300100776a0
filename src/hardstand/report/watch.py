"""What a watch tells, event by event: what opened, what closed, what is another action now, and what cannot be seen."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hardstand.model.finding import Finding
from hardstand.report.json import finding_json

SCHEMA = "hardstand.dev/watch/v1"


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
