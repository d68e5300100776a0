"""From files to snapshots, and back."""

import sys
from collections.abc import Callable, Iterable
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import IO

from hardstand.model.gap import Gap
from hardstand.model.run import Unreadable
from hardstand.sources.interface import Page
from hardstand.sources.snapshot.header import About, Header
from hardstand.sources.snapshot.reading import Snapshot, opened
from hardstand.sources.snapshot.spool import spool
from hardstand.sources.snapshot.writing import write


def open_snapshot(location: str, name: str | None = None) -> Snapshot | Unreadable:
    """Read the snapshot at a path through, to be shown as `name`, and give it; or say where it is broken."""
    return opened(partial(_open, location), name or location)


def _open(location: str) -> IO[bytes]:
    return Path(location).open("rb")


def snapshot_of(data: bytes, name: str) -> Snapshot | Unreadable:
    """The same, of bytes at hand, as of standard input."""
    return opened(partial(BytesIO, data), name)


def write_snapshot(target: str, about: Callable[[], About], found: Iterable[Page | Gap | Unreadable]) -> Header:
    """Write what a cluster gives to a file (`-` is standard output), in the order and form of a snapshot.

    `about` is asked when everything has come. Raises OSError, ZstdError where nothing can pack it, UnfitPageError for
    a page with values of a Secret, and what the iterator raises; the file that was there then still stands.
    """
    spooled = spool(found, about)
    write(target, spooled.lines(), sys.stdout.buffer)
    return spooled.header
