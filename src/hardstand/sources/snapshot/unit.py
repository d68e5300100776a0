"""A snapshot among what a person named."""

from collections.abc import Iterator
from dataclasses import dataclass

from hardstand.model.gap import Gap
from hardstand.model.kind import Kind
from hardstand.model.run import Unreadable
from hardstand.sources.interface import Page
from hardstand.sources.reading import unreadable
from hardstand.sources.snapshot.narrowing import within
from hardstand.sources.snapshot.reading import Snapshot, read_through


@dataclass(frozen=True, slots=True)
class SnapshotUnit:
    """A whole snapshot, which one process reads: owners and what they own must meet."""

    path: str
    snapshot: Snapshot
    also: tuple[Gap, ...] = ()
    """What else is not in it, seen from what is asked of it."""
    only: tuple[str, ...] = ()
    """Only these namespaces, and what lies in none; nothing is all."""
    asked: frozenset[Kind] | None = None
    """The kinds that are asked for, where that is known: that others could not be listed is nobody's matter."""

    @property
    def size(self) -> int:
        """Bytes of the objects, unpacked."""
        return self.snapshot.header.size

    def open(self) -> Iterator[Page | Unreadable | Gap]:
        """Give what the cluster gave."""
        yield from self.also
        yield from self.pages()

    def pages(self) -> Iterator[Page | Unreadable | Gap]:
        """The same without what is also not in it."""
        found = within(self.snapshot, self.only) if self.only else self.snapshot.pages()
        asked = self.asked
        return found if asked is None else (one for one in found if not isinstance(one, Gap) or one.kind in asked)


def unit_of(location: str, name: str) -> SnapshotUnit | Unreadable:
    """The snapshot in a file, read through; or where it is broken."""
    from hardstand.sources.snapshot.files import open_snapshot  # Writing as well, which scans do not need.

    return _whole(open_snapshot(location, name))


def unit_of_bytes(data: bytes, name: str) -> SnapshotUnit | Unreadable:
    """The snapshot that bytes at hand are."""
    from hardstand.sources.snapshot.files import snapshot_of

    return _whole(snapshot_of(data, name))


def unit_of_history(folder: str, time: str | None, name: str) -> SnapshotUnit | Unreadable:
    """The snapshot in a history that tells of a time, read through; the newest where no time is given."""
    from hardstand.sources.history.database import HistoryError  # For those who have histories.
    from hardstand.sources.history.history import History, moment_of

    try:
        kept = History(folder).at(moment_of(time) if time is not None else None)
    except HistoryError as error:
        return unreadable(name, f"{error}: {error.hint}" if error.hint else str(error))
    whole = read_through(kept.reader, kept.name)
    return _whole(whole) if isinstance(whole, Unreadable) else SnapshotUnit(name, whole)


def _whole(snapshot: Snapshot | Unreadable) -> SnapshotUnit | Unreadable:
    return snapshot if isinstance(snapshot, Unreadable) else SnapshotUnit(snapshot.name, snapshot)
