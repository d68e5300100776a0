"""Telling snapshots from other files by their first bytes. Apart from the rest: scanning loads no more of it."""

import io
import re
from pathlib import Path
from typing import IO

from hardstand.sources.zstd import MAGIC, ZstdError, unpacked

ENDINGS = (".json", ".jsonl", ".zst")
"""What snapshots are called. A file that a person names may be called anything."""

HISTORY = "history.sqlite"
"""The one file in the directory of a history."""

_SCHEMA = re.compile(rb'\s*\{\s*"schema"\s*:\s*"hardstand\.dev/snapshot/(v\d+)"')
_LOOK = 4096


def version_of(first: bytes) -> str | None:
    """Of which version a snapshot is that begins with these bytes, unpacked: `v1`; None for what is no snapshot."""
    found = _SCHEMA.match(first)
    return found[1].decode() if found else None


def is_packed(first: bytes) -> bool:
    """Tell whether a file that begins with these bytes is packed as a snapshot may be."""
    return first.startswith(MAGIC)


def looks_like_one(location: str) -> bool:
    """Tell whether a file is a snapshot, packed or not. One that cannot be opened or unpacked is none."""
    try:
        with Path(location).open("rb") as stream:
            return _begins(stream)
    except OSError:
        return False


def bytes_look_like_one(data: bytes) -> bool:
    """The same, of bytes at hand, as of standard input."""
    return _begins(io.BytesIO(data))


def is_history(folder: str) -> bool:
    """Tell whether a directory is a history of snapshots."""
    return (Path(folder) / HISTORY).is_file()


def is_zstd(location: str) -> bool:
    """Tell whether a file is packed as snapshots are."""
    try:
        with Path(location).open("rb") as stream:
            return is_packed(stream.read(len(MAGIC)))
    except OSError:
        return False


def _begins(stream: IO[bytes]) -> bool:
    first = stream.read(_LOOK)
    if not is_packed(first):
        return version_of(first) is not None
    stream.seek(0)
    try:
        return version_of(next(unpacked(stream), b"")[:_LOOK]) is not None
    except ZstdError:
        return False
