"""What a path that a person named turns out to be."""

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from hardstand.sources import archive, charts
from hardstand.sources.interface import Ignored, Page, ReadOptions, Unit, Unreadable
from hardstand.sources.names import shown, tidy
from hardstand.sources.reading import failure, not_rendered, read_standard_input, read_stream, refusal, unreadable
from hardstand.sources.snapshot.sniffing import bytes_look_like_one, is_history, is_zstd, looks_like_one
from hardstand.sources.walk import EXTENSIONS, KUSTOMIZATION_NAMES, Found, walk


@dataclass(frozen=True, slots=True)
class StreamUnit:
    """Bytes that only the discovering process could read: standard input or a pipe, which another cannot open."""

    path: str
    size: int
    data: bytes

    def open(self) -> Iterator[Page | Unreadable]:
        """Give the bytes as one page."""
        yield Page(self.path, self.data, named=True)


Looked = Found | Unit | Unreadable | Ignored


def look(path: str, options: ReadOptions) -> Iterator[Looked]:
    """Give what `path` stands for: everything in a directory, else one thing."""
    if path == "-":
        yield _stream("<stdin>", read_standard_input("<stdin>"))
        return
    path = tidy(path)
    if (kept := _of_history(path)) is not None:
        yield kept
        return
    try:
        mode = Path(path).stat().st_mode
    except (OSError, ValueError) as error:
        # ValueError is for a null byte in the path.
        yield failure(path, error) if isinstance(error, OSError) else unreadable(path, "not a possible path")
        return
    if stat.S_ISDIR(mode):
        yield from _directory(path, options)
    elif stat.S_ISREG(mode):
        yield from _file(path)
    else:
        yield _special(path, mode)


def _of_history(path: str) -> Unit | Unreadable | None:
    """The snapshot that `DIR` or `DIR@TIME` names in a history of snapshots; None for any other path."""
    folder, at, time = (path, "", "") if os.path.lexists(path) else path.rpartition("@")
    if "\0" in path or not is_history(folder):
        return None
    from hardstand.sources.snapshot.unit import unit_of_history  # For those who have histories.

    return unit_of_history(folder, time if at else None, shown(path))


def _file(path: str) -> Iterator[Found | Unit | Unreadable]:
    """Give a regular file, read whatever its ending; what belongs to a chart or is a kustomization stands for that."""
    real = os.path.realpath(path)
    if is_zstd(path) or looks_like_one(path):
        from hardstand.sources.snapshot.unit import unit_of  # For those who have snapshots.

        yield unit_of(path, shown(path))
        return
    if archive.is_gzip(path):
        kind = archive.judge(path)
        if kind == "chart":
            yield Found("chart", path, real, Path(path).stat().st_size, named=True)
        elif kind == "unknown":
            yield not_rendered(path, archive.UNJUDGED)
        else:
            yield unreadable(path, "compressed, and not a packaged chart: unpack it first")
        return
    if chart := charts.enclosing(path):
        yield _part_of_chart(*chart)
        return
    if Path(path).name in KUSTOMIZATION_NAMES:
        directory = str(Path(path).parent)
        yield Found("kustomization", directory, os.path.realpath(directory), named=True)
    yield Found("file", path, real, Path(path).stat().st_size, named=True)


def _directory(path: str, options: ReadOptions) -> Iterator[Found | Unreadable | Ignored]:
    """Give what stands in a named directory, or say that it holds nothing to read."""
    if chart := charts.enclosing(path):
        yield _part_of_chart(*chart)
        return
    empty = True
    for found in walk(path, options):
        empty = empty and isinstance(found, Ignored)
        own = isinstance(found, Found) and found.location == path
        yield replace(found, named=True) if own and isinstance(found, Found) else found
    if empty:
        endings = ", ".join(EXTENSIONS)
        yield unreadable(path, f"holds no manifests: no file here ends in {endings} (or all of them are ignored)")


def _part_of_chart(chart: str, part: str) -> Found:
    """Give the chart that a named path belongs to, for the part that was asked for."""
    return Found("chart", chart, os.path.realpath(chart), named=True, only=(part,) if part else ())


def _special(path: str, mode: int) -> Unit | Unreadable:
    """Read a named pipe or standard input at once; `/dev/null` is empty; other devices may never end."""
    if stat.S_ISFIFO(mode):
        return _stream(shown(path), read_stream(path, shown(path)))
    if stat.S_ISCHR(mode) and path in {"/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"}:
        return _stream(path, read_standard_input(path))
    if stat.S_ISCHR(mode) and os.path.realpath(path) == os.devnull:
        return _stream(path, b"")
    return refusal(path, mode, "name a file, a directory or `-`")


def _stream(name: str, data: bytes | Unreadable) -> Unit | Unreadable:
    """Wrap what was read of a stream."""
    if isinstance(data, Unreadable):
        return data
    if bytes_look_like_one(data):
        from hardstand.sources.snapshot.unit import unit_of_bytes  # For those who have snapshots.

        return unit_of_bytes(data, name)
    return StreamUnit(name, len(data), data)
