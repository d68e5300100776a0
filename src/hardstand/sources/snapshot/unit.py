"""A snapshot among what a person named."""

from collections.abc import Iterator
from dataclasses import dataclass

from hardstand.model.gap import Gap
from hardstand.model.run import Unreadable
from hardstand.sources.interface import Page
from hardstand.sources.snapshot.files import open_snapshot, snapshot_of
from hardstand.sources.snapshot.reading import Snapshot


@dataclass(frozen=True, slots=True)
class SnapshotUnit:
    """A whole snapshot, which one process reads: owners and what they own must meet."""

    path: str
    snapshot: Snapshot

    @property
    def size(self) -> int:
        """Bytes of the objects, unpacked."""
        return self.snapshot.header.size

    def open(self) -> Iterator[Page | Unreadable | Gap]:
        """Give what the cluster gave."""
        yield from self.snapshot.pages()


def unit_of(location: str, name: str) -> SnapshotUnit | Unreadable:
    """The snapshot in a file, read through; or where it is broken."""
    return _whole(open_snapshot(location, name))


def unit_of_bytes(data: bytes, name: str) -> SnapshotUnit | Unreadable:
    """The snapshot that bytes at hand are."""
    return _whole(snapshot_of(data, name))


def _whole(snapshot: Snapshot | Unreadable) -> SnapshotUnit | Unreadable:
    return snapshot if isinstance(snapshot, Unreadable) else SnapshotUnit(snapshot.name, snapshot)
