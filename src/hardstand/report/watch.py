"""What a watch tells, event by event: what opened, what closed, what is another action now, and what cannot be seen."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hardstand.model.finding import Finding
from hardstand.model.removal import Removal
from hardstand.report.json import finding_json

SCHEMA = "hardstand.dev/watch/v1"


@dataclass(frozen=True, slots=True)
class WatchEvent:
    """One line. Its fields are a contract, described in `spec/watch.v1.schema.json`."""

    time: str
    """RFC 3339, UTC."""
    event: str
    """`begun`, `opened`, `closed`, `changed`, `reconciled`, `new-day`, `broken`, `resumed`, `removing`, `removed` or
    `not-removed`."""
    cluster: str
    finding: Finding | None = None
    before: Finding | None = None
    """Of a change, what it was."""
    counts: Mapping[str, int] | None = None
    """What is open, by action, and how many objects there are."""
    broken: Sequence[tuple[str, str]] = ()
    """The kinds that cannot be followed at the moment, and why."""
    removal: Removal | None = None
    """What is to be removed, was, or could not be."""

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
        if self.removal is not None:
            found["removal"] = _removal(self.removal)
        return found


def json_line(event: WatchEvent) -> str:
    """The event as one line of JSON."""
    return json.dumps(event.as_json(), separators=(",", ":"), ensure_ascii=False) + "\n"


def _removal(one: Removal) -> dict[str, Any]:
    ref = one.ref
    return {
        "object": {"apiVersion": ref.api_version, "kind": ref.kind, "namespace": ref.namespace, "name": ref.name},
        "expires": one.expires,
        "failed": one.failed or None,
        "was": dict(one.was),
    }
