"""What the gate kept of its answers, as requests of the past."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hardstand.ledger.journal import events
from hardstand.model.admission import SCHEMA, Admission
from hardstand.model.kind import Kind, group_of
from hardstand.model.past import Keeper, PastRequest
from hardstand.model.plurals import plural
from hardstand.model.run import Unreadable
from hardstand.model.verdict import Why

FORBIDDEN = 403
"""With this status the API server refuses what a webhook denies."""


@dataclass(slots=True)
class Recorded:
    """The events of some journals, as they are read; `open` once."""

    folders: tuple[str, ...]
    first: datetime | None = None
    last: datetime | None = None
    entries: int = 0
    progress: Callable[[int], None] | None = None

    def open(self) -> Iterator[PastRequest | Unreadable]:
        """Every request in the order in which it was answered, and what could not be read."""
        for folder in self.folders:
            try:
                for one in events(Path(folder)):
                    found = one if isinstance(one, Unreadable) else _past(one)
                    yield found or Unreadable(folder, 1, 1, f"an event that is not of {SCHEMA}", Why.UNREADABLE)
                    if isinstance(found, PastRequest):
                        self._met(found.time)
            except OSError as error:
                reason = (error.strerror or "cannot be read").lower()
                yield Unreadable(folder, 1, 1, f"{reason}: name the folder that the gate records in", Why.UNREADABLE)

    def _met(self, moment: datetime) -> None:
        self.entries += 1
        self.first = moment if self.first is None else min(self.first, moment)
        self.last = moment if self.last is None else max(self.last, moment)
        if self.progress:
            self.progress(self.entries)


def _past(event: Mapping[str, Any]) -> PastRequest | None:
    """The request of an event; None where it is of another schema, or not as that says."""
    if event.get("schema") != SCHEMA:
        return None
    try:
        ref, user, data = event["ref"], event["user"], event["object"]
        resource, _, subresource = event["resource"].partition("/")
        moment = datetime.fromisoformat(event["time"])
        moment = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
        return PastRequest(
            keeper=Keeper.GATE,
            uid=event["uid"],
            time=moment,
            creates=event["operation"] == "CREATE",
            api_version=ref["apiVersion"],
            resource=resource or plural(Kind(group_of(ref["apiVersion"]), ref["kind"])),
            subresource=subresource,
            namespace=ref["namespace"],
            name=ref["name"],
            user=user["name"],
            groups=tuple(user["groups"]),
            object=data,
            missing="" if data is not None else "the gate left the object out of its event, since it is large",
            failed=FORBIDDEN if event["verdict"] == Admission.DENIED.value else 0,
        )
    except (KeyError, TypeError, AttributeError, ValueError, OverflowError):
        return None
