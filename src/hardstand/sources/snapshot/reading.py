"""Reading a snapshot back. One that is cut short or changed is an error and never a smaller estate.

A snapshot is read through once, to its seal, before anything of it is given: what is missing from it would be taken
for what is not there. It is never unpacked as a whole, and a line of it no further than objects are long.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from typing import IO

from hardstand.model.gap import Gap
from hardstand.model.run import Unreadable
from hardstand.sources.interface import Page
from hardstand.sources.reading import unreadable
from hardstand.sources.snapshot.header import SCHEMA, Header, HeaderError, KindRead, parsed
from hardstand.sources.snapshot.sniffing import is_packed, version_of
from hardstand.sources.zstd import MAGIC, ZstdError, unpacked

MAX_LINE = 16 * 1024 * 1024
"""Bytes of a line. The API server takes no request above 3 MiB, and etcd keeps none above 1.5 MiB by default."""

_AGAIN = "take the snapshot again, or copy it again from where it was taken"

Opener = Callable[[], AbstractContextManager[IO[bytes]]]
Numbered = Iterator[tuple[int, bytes]]
"""Lines, each with its end, numbered from 1."""


class SnapshotError(Exception):
    """A snapshot that cannot be used: at which line, and why."""

    def __init__(self, line: int, reason: str) -> None:
        self.line = line
        self.reason = reason
        super().__init__(reason)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A snapshot that has been read through and found whole."""

    name: str
    header: Header
    digest: str
    """SHA-256 of all lines before the last, as the last one says."""
    reader: Callable[[], Numbered]
    """Gives the lines; SnapshotError for what cannot be read, OSError."""

    def lines(self) -> Iterator[bytes]:
        """Every line, with its end. SnapshotError where it is not any more what it was; OSError."""
        for _, line in _checked(self.reader, self.digest):
            yield line

    def pages(self) -> Iterator[Page | Gap | Unreadable]:
        """What the cluster gave: first what it did not give, then its objects, owners before what they own."""
        yield from self.header.gaps
        yield from self.header.unreadable
        names = self.header.tables()
        last = self.header.objects + 2
        try:
            for number, line in _checked(self.reader, self.digest):
                if 1 < number < last:
                    yield page_in(names, number, line)
        except SnapshotError as error:
            yield unreadable(self.name, f"changed while it was read: {error.reason}", error.line)
        except OSError as error:
            yield unreadable(self.name, (error.strerror or "cannot be read").lower())


def opened(opener: Opener, name: str) -> Snapshot | Unreadable:
    """Read a snapshot through and give it, or say at which line it cannot be used and why."""
    return read_through(partial(_lines_of, opener), name)


def read_through(reader: Callable[[], Numbered], name: str) -> Snapshot | Unreadable:
    """The same, of lines from wherever they come."""
    try:
        header, digest = _read_through(reader)
    except SnapshotError as error:
        return unreadable(name, error.reason, error.line)
    except OSError as error:
        return unreadable(name, (error.strerror or "cannot be read").lower())
    return Snapshot(name, header, digest, reader)


def _read_through(reader: Callable[[], Numbered]) -> tuple[Header, str]:
    lines = reader()
    _, first = next(lines, (1, b""))
    header = header_in(first)
    names = header.tables()
    digest = hashlib.sha256(first)
    size = count = 0
    for number, line in lines:
        if count == header.objects:
            _sealed(number, line, count, digest.hexdigest())
            if next(lines, None) is not None:
                raise SnapshotError(number + 1, f"something follows the last line: {_AGAIN}")
            return header, digest.hexdigest()
        digest.update(line)
        count, size = count + 1, size + len(line)
        if size > header.size:
            raise SnapshotError(number, f"it holds more than its first line says, {header.size} bytes: {_AGAIN}")
        page_in(names, number, line)
    raise SnapshotError(count + 2, f"it is cut short: {count} of {header.objects} objects, no seal; {_AGAIN}")


def header_in(first: bytes) -> Header:
    """What a first line says; SnapshotError where it is none of a version that is known here."""
    version = version_of(first)
    if not first:
        raise SnapshotError(1, f"it is cut short before its first line ends: {_AGAIN}")
    if version is None:
        raise SnapshotError(1, f"packed, and not a snapshot: its first line does not name the schema {SCHEMA}")
    if version != SCHEMA.rpartition("/")[2]:
        raise SnapshotError(1, f"a snapshot of version {version}, which a newer Hardstand reads: update it")
    try:
        return parsed(first)
    except HeaderError as error:
        raise SnapshotError(1, f"{error}: {_AGAIN}") from error


def _sealed(number: int, line: bytes, count: int, digest: str) -> None:
    try:
        told = json.loads(line)
    except ValueError:
        told = None
    if not isinstance(told, dict) or set(told) != {"objects", "sha256"}:
        raise SnapshotError(number, f"the seal should stand here and does not: {_AGAIN}")
    if told != {"objects": count, "sha256": digest}:
        raise SnapshotError(number, f"it was changed after it was written, its seal does not fit: {_AGAIN}")


def _checked(reader: Callable[[], Numbered], digest: str) -> Numbered:
    """Every line with its number, once more, up to a seal that must be the one that was seen before."""
    seen, held = hashlib.sha256(), b""
    number = 0
    for number, line in reader():
        if held:
            seen.update(held)
            yield number - 1, held
        held = line
    try:
        told = json.loads(held)
    except ValueError:
        told = {}
    if not isinstance(told, dict) or not told.get("sha256") == seen.hexdigest() == digest:
        raise SnapshotError(number, _AGAIN)
    yield number, held


def _lines_of(opener: Opener) -> Numbered:
    with opener() as stream:
        yield from _lines(stream)


def _lines(stream: IO[bytes]) -> Numbered:
    """The lines of a stream, each with its end, numbered from 1. SnapshotError for what cannot be unpacked."""
    number, rest = 0, b""
    try:
        for part in _parts(stream):
            *whole, rest = (rest + part).split(b"\n")
            for line in whole:
                number += 1
                yield number, line + b"\n"
            if len(rest) > MAX_LINE:
                raise SnapshotError(number + 1, f"the line is longer than {MAX_LINE >> 20} MiB: no object is; {_AGAIN}")
    except ZstdError as error:
        raise SnapshotError(number + 1, f"cannot be unpacked ({error}): {_AGAIN}") from error
    if rest:
        raise SnapshotError(number + 1, f"it is cut short inside this line: {_AGAIN}")


def _parts(stream: IO[bytes]) -> Iterator[bytes]:
    packed = is_packed(stream.read(len(MAGIC)))
    stream.seek(0)
    if packed:
        yield from unpacked(stream)
        return
    while part := stream.read(256 * 1024):
        yield part


def page_in(names: Mapping[tuple[str, str], KindRead], number: int, line: bytes) -> Page:
    """The page of an object's line; SnapshotError for a line that holds none."""
    try:
        told = json.loads(line)
        metadata = told["metadata"]
        kind = names[told["apiVersion"], told["kind"]]
        namespace, name = metadata.get("namespace"), metadata["name"]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise SnapshotError(number, f"not an object of a kind that the first line names: {_AGAIN}") from error
    if not isinstance(name, str) or isinstance(namespace, str) is not kind.namespaced:
        raise SnapshotError(number, f"the object's name or namespace is none: {_AGAIN}")
    return Page(kind.page_name(namespace, name), line[:-1], named=True, live=True)
