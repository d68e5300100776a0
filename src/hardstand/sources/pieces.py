"""The files of logs: their lines, and where a document goes over many lines, the records in it.

A file is read as a stream, so that what is held is never more than one record. Packed with gzip or Zstandard or not is
told by its first bytes.
"""

import gzip
import io
import os
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, NamedTuple, cast

from hardstand.model.run import Unreadable
from hardstand.sources import zstd
from hardstand.sources.reading import failure, unreadable

_AHEAD = 1 << 18
"""Bytes that are read at a time."""

_GZIP = b"\x1f\x8b"
"""Source: RFC 1952, section 2.3.1."""

MAX_LINE = 32 * 1024 * 1024
"""Bytes of a line or record. An event holds a request and its answer, and the API server takes none above 3 MiB."""

LISTS = ("items", "events", "logEvents", "entries")
"""What wrappings call the list that the events are in."""

STANDARD_INPUT = "-"

_LISTS = (*LISTS, "records")
"""And Azure's, of flow logs."""


class Piece(NamedTuple):
    """A line or a record, and the line on which it starts."""

    line: int
    data: bytes


def files_of(path: str) -> Iterator[str | Unreadable]:
    """The files of a path. Of a folder all of them by name, as rotation names them: the current one comes last."""
    if path == STANDARD_INPUT or not Path(path).is_dir():
        yield path
        return
    try:
        found = sorted(os.scandir(path), key=lambda one: one.name)
    except OSError as error:
        yield failure(path, error)
        return
    if not any(one.is_file() or one.is_dir() for one in found):
        yield unreadable(path, "the folder holds no files")
    for one in found:
        if one.is_file():
            yield one.path
        elif one.is_dir(follow_symlinks=False):  # Exports to object stores make a folder for each day and hour.
            yield from files_of(one.path)


def pieces(location: str) -> Iterator[Piece | Unreadable]:
    """Each line that is not empty, or each record of a document that goes over many lines.

    What is too long, or cannot be unpacked any further, is a fault.
    """
    number = 0
    try:
        with _opened(location) as file:
            records: _Records | None = None
            for number, line in _lines(_unpacked(file)):
                if line is None:
                    yield unreadable(location, f"the line is longer than {MAX_LINE >> 20} MiB", number)
                    continue
                if records is None and (line.strip() in _OPENINGS or _OPENED_LIST.fullmatch(line)):
                    records = _Records()
                if records is None:
                    yield Piece(number, line)
                    continue
                yield from records.take(number, line)
                if records.size > MAX_LINE:
                    yield unreadable(location, f"the record is longer than {MAX_LINE >> 20} MiB", records.begun)
                    return
                records = records if records.open else None
            if records is not None:
                yield unreadable(location, "the document is cut off before its end", max(1, records.begun))
    except (EOFError, zlib.error, gzip.BadGzipFile, zstd.ZstdError) as error:
        yield unreadable(location, f"cannot be unpacked any further: {error}", number + 1)
    except OSError as error:
        yield failure(location, error)


def _lines(stream: IO[bytes]) -> Iterator[tuple[int, bytes | None]]:
    """Each line that is not empty, with its number; None for one that is too long."""
    number = 0
    while line := stream.readline(MAX_LINE + 1):
        number += 1
        if len(line) > MAX_LINE:
            yield number, None
            _skip(stream)
        elif line.strip():
            yield number, line


_OPENINGS = frozenset({b"{", b"[", b"[{"})
"""A line that is only this begins a document that is written for people to read."""

_OPENED_LIST = re.compile(rb'\s*\{\s*"(?:' + b"|".join(one.encode() for one in _LISTS) + rb')"\s*:\s*\[\s*')
"""So does one that opens a wrapping and its list, and ends."""

_STRING = re.compile(rb'"(?:[^"\\]|\\.)*+"')
_BRACKET = re.compile(rb"[\[\]{}]")
_LIST = re.compile(rb'"(?:' + b"|".join(one.encode() for one in _LISTS) + rb')"\s*:\s*$')


class _Records:
    """Finds the records of a document as its lines come, by its brackets alone.

    A record is an object that lies in nothing, in a list, or in a list of a wrapping object (`LISTS`).
    """

    def __init__(self) -> None:
        self.begun = 0
        """The line on which the record starts that is being read; 0 between records."""
        self.size = 0
        self._outer: list[bytes] = []
        """The brackets around records that are open."""
        self._inner = 0
        """How deep inside of a record it is."""
        self._other = 0
        """How deep inside of something else that a wrapping object holds."""
        self._parts: list[bytes] = []

    @property
    def open(self) -> bool:
        """Something has begun and has not ended."""
        return bool(self._outer or self._inner)

    def take(self, number: int, line: bytes) -> Iterator[Piece]:
        """Take a line, give the records that end in it. A JSON string never goes over lines (RFC 8259, section 7)."""
        blank = _STRING.sub(lambda found: b'"' + b"." * (len(found[0]) - 2) + b'"', line)
        start = 0
        for found in _BRACKET.finditer(blank):
            at, bracket = found.start(), found[0]
            if self._inner == 1 and bracket == b"[" and not self._outer and _LIST.search(line[:at]):
                # What looked like a record is the wrapping of a list of them.
                self._outer, self._inner, self.size, self._parts = [b"{", b"["], 0, 0, []
            elif self._inner:
                self._inner += 1 if bracket in b"[{" else -1
                if not self._inner:
                    self._parts.append(line[start : at + 1])
                    yield Piece(self.begun, b"".join(self._parts))
                    self._parts, self.size = [], 0
            elif self._other or (self._outer == [b"{"] and bracket in b"[{" and not _LIST.search(line[:at])):
                self._other += 1 if bracket in b"[{" else -1
            elif bracket == b"{":
                self.begun, self._inner, start = number, 1, at
            elif bracket == b"[":
                self._outer.append(bracket)
            elif self._outer:
                self._outer.pop()
        if self._inner:
            self._parts.append(line[start:])
            self.size += len(line)


def _opened(location: str) -> io.BufferedReader:
    if location == STANDARD_INPUT:
        return io.BufferedReader(io.FileIO(os.dup(0)), _AHEAD)
    return io.BufferedReader(io.FileIO(location), _AHEAD)


def _unpacked(file: io.BufferedReader) -> IO[bytes]:
    magic = file.peek(4)[:4]  # A pipe cannot be wound back.
    if magic[:2] == _GZIP:
        return cast("IO[bytes]", gzip.GzipFile(fileobj=file))
    if magic == zstd.MAGIC:
        return io.BufferedReader(cast("io.RawIOBase", _Unzstd(zstd.unpacked(file))), 1 << 18)
    return file


class _Unzstd(io.RawIOBase):
    """A stream of the pieces that come out of another."""

    def __init__(self, parts: Iterator[bytes]) -> None:
        self._parts, self._rest = parts, b""

    def readable(self) -> bool:
        return True

    def readinto(self, into: "memoryview[int]") -> int:  # type: ignore[override]
        if not self._rest:
            self._rest = next(self._parts, b"")
        count = min(len(into), len(self._rest))
        into[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        return count


def _skip(stream: IO[bytes]) -> None:
    while (part := stream.readline(MAX_LINE)) and not part.endswith(b"\n"):
        pass
