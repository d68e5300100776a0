"""The events of audit logs, one after another, with the place of each, and what of the logs cannot be read."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple

from hardstand.model.run import Unreadable
from hardstand.sources.audit.fields import moment
from hardstand.sources.audit.flaws import flaw
from hardstand.sources.audit.unwrapping import events
from hardstand.sources.pieces import files_of, pieces
from hardstand.sources.reading import unreadable

_MOST_FAULTS = 20
"""Unreadable lines of one file that are told one by one."""

_NO_EVENT = "the line is no audit event; it may have been cut off"
_NO_TIME = "the line is no audit event: it has no time that an API server may have had"


class Found(NamedTuple):
    """An event, when it was, and where it is written."""

    event: Mapping[str, Any]
    time: datetime
    file: str
    line: int


@dataclass(slots=True)
class AuditEvents:
    """The events of some files and folders, as they are read."""

    paths: tuple[str, ...]
    first: datetime | None = None
    """When the first of all events was, of whatever sort: from then on the log was kept."""
    last: datetime | None = None
    entries: int = 0
    days: set[int] = field(default_factory=set)
    """The days, in UTC and as ordinals, that have any event."""
    progress: Callable[[int], None] | None = None

    def events(self) -> Iterator[Found | Unreadable]:
        """Every event in the order in which it is written, and what could not be read, with its place."""
        for path in self.paths:
            for location in files_of(path):
                if isinstance(location, Unreadable):
                    yield location
                else:
                    yield from self._of(location)

    def _of(self, location: str) -> Iterator[Found | Unreadable]:
        faults = 0
        for piece in pieces(location):
            if isinstance(piece, Unreadable):
                yield piece
                continue
            escapes = b"\\u" in piece.data
            for event in events(piece.data):
                wrong, time = _NO_EVENT, None
                if event is not None:
                    time = moment(event)
                    wrong = flaw(event, escapes=escapes) if time is not None else _NO_TIME
                if event is not None and time is not None and not wrong:
                    self._met(time)
                    yield Found(event, time, location, piece.line)
                    continue
                faults += 1
                if faults <= _MOST_FAULTS:
                    yield unreadable(location, wrong, piece.line)
        if faults > _MOST_FAULTS:
            yield unreadable(location, f"{faults - _MOST_FAULTS} further lines are no audit events")

    def _met(self, time: datetime) -> None:
        self.entries += 1
        self.days.add(time.astimezone(UTC).toordinal())
        self.first = time if self.first is None else min(self.first, time)
        self.last = time if self.last is None else max(self.last, time)
        if self.progress:
            self.progress(self.entries)
