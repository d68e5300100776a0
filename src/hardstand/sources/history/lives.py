"""What was seen of each object in a history, and from when to when, without putting every snapshot together again."""

from collections.abc import Collection, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime

from hardstand.sources.history.database import opened, told_of
from hardstand.sources.history.history import _VERSIONS, History, _index
from hardstand.sources.history.packing import unpacked_whole
from hardstand.sources.history.parts import Parts, together


@dataclass(frozen=True, slots=True)
class Seen:
    """One state of an object, and the first and last snapshots that show it."""

    data: bytes
    """The object, as one compact JSON text."""
    first: datetime
    last: datetime
    newest: bool
    """The newest snapshot shows it."""


def lives(folder: str, resources: Collection[str]) -> Iterator[Seen]:
    """Every state of every object of some resources (`pods`), each once. HistoryError where it cannot be read.

    An object that went and came back as it was counts as seen in between: its uid says that it is the same.
    """
    moments = History(folder).moments()
    times = {one.number: datetime.fromisoformat(one.taken_at) for one in moments}
    newest = moments[-1].number if moments else 0
    with told_of(folder), closing(opened(folder)) as database:
        spans: dict[int, list[int]] = {}
        for moment in moments:
            for version in _index(database, moment.number):
                spans.setdefault(version, [moment.number, moment.number])[1] = moment.number
        for number, name, asked, status, resource_version in database.execute(_VERSIONS).fetchall():
            if number in spans and name.split("/")[-2] in resources:
                rows = dict(database.execute("SELECT id, data FROM body WHERE id IN (?, ?)", (asked, status)))
                told = unpacked_whole(rows[status]) if status is not None else b""
                first, last = spans[number]
                data = together(Parts(unpacked_whole(rows[asked]), told, resource_version))
                yield Seen(data, times[first], times[last], last == newest)
