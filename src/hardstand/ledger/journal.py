"""Events as files of JSON lines: `admission-000001.jsonl` and so on, each up to a size, the oldest let go.

A loud event is on the disk when `record` returns. Others are there within a second of the next one, or at `close`: a
crash can lose the last of them. A line that a crash has cut off is told as unreadable by whoever reads, and is never
joined with the next.
"""

import json
import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from hardstand.model.admission import AdmissionEvent
from hardstand.model.run import Unreadable
from hardstand.model.verdict import Why

_PREFIX, _SUFFIX = "admission-", ".jsonl"
_SYNCED_EVERY = 1.0
"""Seconds."""

LARGEST_EVENT = 1 << 20
"""Bytes of a line; of a larger event the object is left out, and its size said."""


class Journal:
    """A Recorder that appends to files in a folder. Several threads may use one; several processes may not."""

    def __init__(
        self,
        folder: Path,
        *,
        largest: int = 64 << 20,
        files: int = 16,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """At most `files` files of about `largest` bytes are kept. OSError where the folder cannot be made."""
        self._folder = folder
        self._largest = largest
        self._files = files
        self._clock = clock
        self._lock = threading.Lock()
        self._file: int | None = None
        self._size = 0
        self._torn = False
        self._synced = clock()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        known = _numbers(folder)
        self._number = known[-1] if known else 1
        self._open()

    def record(self, event: AdmissionEvent) -> None:
        """Append an event. OSError where it cannot be."""
        line = _line(event)
        with self._lock:
            if self._file is None or (self._size and self._size + len(line) > self._largest):
                self._next()
            self._append(line)
            if event.loud or self._clock() - self._synced >= _SYNCED_EVERY:
                self._sync()

    def close(self) -> None:
        """Put everything on the disk and let go of the file."""
        with self._lock:
            self._close()

    def _next(self) -> None:
        if self._file is not None:
            self._close()
            self._number += 1
        self._open()
        for number in _numbers(self._folder)[: -self._files]:
            _path(self._folder, number).unlink(missing_ok=True)

    def _open(self) -> None:
        path = _path(self._folder, self._number)
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self._size = os.fstat(self._file).st_size
        if self._size and path.read_bytes()[-1:] != b"\n":
            self._write(b"\n")  # What a crash has cut off stays a line of its own.
        _sync_folder(self._folder)

    def _append(self, line: bytes) -> None:
        """Write a line. Of one that is cut off, as on a full disk, what is there stays a line of its own."""
        try:
            self._write(b"\n" + line if self._torn else line)
        except OSError:
            self._torn = True
            raise
        self._torn = False

    def _write(self, line: bytes) -> None:
        if self._file is None:
            raise OSError("the journal is closed")
        left = memoryview(line)
        while left:
            written = os.write(self._file, left)
            self._size += written
            left = left[written:]

    def _sync(self) -> None:
        if self._file is not None:
            os.fsync(self._file)
            self._synced = self._clock()

    def _close(self) -> None:
        if self._file is not None:
            try:
                self._sync()
            finally:
                os.close(self._file)
                self._file = None


def events(folder: Path) -> Iterator[Mapping[str, Any] | Unreadable]:
    """Every event of a folder in the order in which they were recorded; what is no event is told as unreadable."""
    for number in _numbers(folder):
        path = _path(folder, number)
        with path.open("rb") as file:
            for at, line in enumerate(file, 1):
                if line.strip():
                    yield _event(path, at, line)


def _event(path: Path, at: int, line: bytes) -> Mapping[str, Any] | Unreadable:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        found = None
    if isinstance(found, dict):
        return found
    return Unreadable(str(path), at, 1, "the line is no event; a crash may have cut it off", Why.UNREADABLE)


def _line(event: AdmissionEvent) -> bytes:
    said = event.as_json()
    line = _encoded(said)
    return line if len(line) <= LARGEST_EVENT else _encoded({**said, "object": None, "object_size": len(line)})


def _encoded(said: Mapping[str, Any]) -> bytes:
    return json.dumps(said, separators=(",", ":")).encode("ascii") + b"\n"


def _numbers(folder: Path) -> list[int]:
    names = (one.name for one in folder.iterdir())
    found = (name.removeprefix(_PREFIX).removesuffix(_SUFFIX) for name in names if name.startswith(_PREFIX))
    return sorted(int(one) for one in found if one.isascii() and one.isdecimal())


def _path(folder: Path, number: int) -> Path:
    return folder / f"{_PREFIX}{number:06}{_SUFFIX}"


def _sync_folder(folder: Path) -> None:
    """A new file is there after a crash only when its folder has been written too: fsync(2)."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
