"""The flows of files and folders, in the order of time, each once."""

import heapq
import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from hardstand.model.flow import End, Flow, NameQuery
from hardstand.model.run import Unreadable
from hardstand.sources.flows.fields import FlawError
from hardstand.sources.flows.merging import Merging
from hardstand.sources.flows.recognising import NAMES, form_of, named, pod_of
from hardstand.sources.flows.seen import Asked, Form, Line, LostError, Origin, Reader, Seen, Told
from hardstand.sources.flows.unwrapping import Unwrapping
from hardstand.sources.pieces import STANDARD_INPUT, files_of, pieces
from hardstand.sources.reading import unreadable

_MOST_FAULTS = 20
"""Unreadable lines of one file that are told one by one."""
_LOOKED_AT = 500
"""Lines at the beginning of a file by which its form is told."""
_MOST_LINES = 1 << 20
"""Bytes of these."""

_UNKNOWN = f"no form of flow logs is known by its first lines: name it, as in hubble:FILE; forms: {', '.join(NAMES)}"


class _File(NamedTuple):
    path: str
    form: Form | None
    writer: End


@dataclass(slots=True)
class FlowLogs:
    """What some files and folders tell; `open` once.

    A path is a file, a folder, or `-` for standard input; a form may be put before it, and whose log it is, as in
    `hubble:FILE` and `nginx@shop/web:FILE`.
    """

    paths: tuple[str, ...]
    progress: Callable[[int], None] | None = None
    """Told the number of lines every ten thousand."""
    lines: int = 0
    """Lines and records that were read."""
    other: int = 0
    """Lines that the programs wrote besides their records."""
    first: datetime | None = None
    """When the first of all flows and queries was."""
    last: datetime | None = None
    forms: dict[str, str] = field(default_factory=dict)
    """By file, the form that it has."""

    def open(self) -> Iterator[Flow | NameQuery | Unreadable]:
        """Everything, about in the order of time, and what could not be read. Never raises for what files hold."""
        merging = Merging()
        for one in self._told():
            if isinstance(one, Unreadable):
                yield one
            elif isinstance(one, Flow | NameQuery):
                yield self._met(one)
            else:
                for whole in merging.take(one):
                    yield self._met(whole)
        for whole in merging.rest():
            yield self._met(whole)

    def _met(self, one: Flow | NameQuery) -> Flow | NameQuery:
        if self.first is None or one.time < self.first:
            self.first = one.time
        if self.last is None or one.time > self.last:
            self.last = one.time
        return one

    def _told(self) -> Iterator[Told | Unreadable]:
        files: list[_File] = []
        for argument in dict.fromkeys(self.paths):
            form, writer, path = named(argument)
            for one in files_of(path):
                if isinstance(one, Unreadable):
                    yield one
                else:
                    files.append(_File(one, form, writer))
        if len(files) == 1:
            yield from self._read(files[0])
        else:
            yield from _in_order([_Opening(one, self._read, self._glance) for one in files])

    def _glance(self, file: _File) -> datetime | None:
        """The time of the first that a file tells."""
        aside = FlowLogs(())
        for one in itertools.islice(aside._read(file), _LOOKED_AT):
            if not isinstance(one, Unreadable):
                return _time(one)
        return None

    def _read(self, file: _File) -> Iterator[Told | Unreadable]:
        """Everything in a file, in its order."""
        faults = _Faults(file.path)
        lines = self._lines(file.path, faults)
        form, ahead = file.form, list[Line | Unreadable]()
        if form is None:
            ahead = _beginning(lines)
            form = form_of(one for one in ahead if isinstance(one, Line))
        if form is None:
            yield from (one for one in ahead if isinstance(one, Unreadable))
            if any(isinstance(one, Line) for one in ahead):
                yield unreadable(file.path, _UNKNOWN)
            return
        self.forms[file.path] = form.name
        reader = form.reader(Origin(file.path, _writer(file), _changed(file.path)))
        for line in itertools.chain(ahead, lines):
            if isinstance(line, Unreadable):
                yield line
            else:
                yield from self._of(line, form, reader, faults)
        yield from faults.rest()

    def _of(self, line: Line, form: Form, reader: Reader, faults: "_Faults") -> Iterator[Told | Unreadable]:
        try:
            yield from reader(line)
        except FlawError as error:
            if form.other(line):
                self.other += 1
            else:
                yield from faults.told(line.number, str(error))
        except LostError as error:
            yield unreadable(faults.path, str(error), line.number)

    def _lines(self, path: str, faults: "_Faults") -> Iterator[Line | Unreadable]:
        unwrapping = Unwrapping()
        for piece in pieces(path):
            if isinstance(piece, Unreadable):
                yield piece
                continue
            self.lines += 1
            if self.progress and self.lines % 10_000 == 0:
                self.progress(self.lines)
            try:
                yield from unwrapping.lines(piece)
            except FlawError as error:
                yield from faults.told(piece.line, str(error))


class _Faults:
    """Lines of one file that are no records; only the first are told one by one."""

    def __init__(self, path: str) -> None:
        self.path = path
        self._count = 0

    def told(self, line: int, reason: str) -> Iterator[Unreadable]:
        self._count += 1
        if self._count <= _MOST_FAULTS:
            yield unreadable(self.path, reason, line)

    def rest(self) -> Iterator[Unreadable]:
        if self._count > _MOST_FAULTS:
            yield unreadable(self.path, f"{self._count - _MOST_FAULTS} further lines are no records")


def _beginning(lines: Iterator[Line | Unreadable]) -> list[Line | Unreadable]:
    """The first lines, up to the first that any form knows."""
    found: list[Line | Unreadable] = []
    size = 0
    for one in lines:
        found.append(one)
        if isinstance(one, Line):
            size += len(one.text)
            if form_of((one,)) is not None:
                break
        if len(found) >= _LOOKED_AT or size > _MOST_LINES:
            break
    return found


def _writer(file: _File) -> End:
    return file.writer if file.writer != End() else pod_of(file.path)


def _changed(path: str) -> datetime | None:
    try:
        return datetime.fromtimestamp(Path(path).stat().st_mtime, UTC) if path != STANDARD_INPUT else None
    except (OSError, ValueError, OverflowError):
        return None


def _time(one: Told) -> datetime:
    if isinstance(one, Seen):
        return one.flow.time
    return one.query.time if isinstance(one, Asked) else one.time


class _Opening(NamedTuple):
    """A file that is opened when its time has come, so that those of many days are not open at once."""

    file: _File
    read: Callable[[_File], Iterator[Told | Unreadable]]
    glance: Callable[[_File], datetime | None]


_BEFORE_ALL = datetime.min.replace(tzinfo=UTC)


def _in_order(files: list[_Opening]) -> Iterator[Told | Unreadable]:
    """What several files tell, in the order of time: both ends of a flow may be in files of their own.

    Each file counts as being in order itself; where one is not, what is late comes when it comes.
    """
    waiting: list[tuple[datetime, int, Iterator[Told | Unreadable] | None, Told | None]] = []
    for at, one in enumerate(files):
        # Standard input is there once, and cannot be looked into beforehand.
        begins = _BEFORE_ALL if one.file.path == STANDARD_INPUT else one.glance(one.file) or _BEFORE_ALL
        waiting.append((begins, at, None, None))
    heapq.heapify(waiting)
    while waiting:
        now, at, stream, ready = waiting[0]
        if ready is not None:
            yield ready
        stream = stream if stream is not None else files[at].read(files[at].file)
        until = min((one[0] for one in waiting[1:3]), default=None)  # The next is one of the two below the first.
        for found in stream:
            if not isinstance(found, Unreadable):
                now = max(now, _time(found))
                if until is not None and now > until:
                    heapq.heapreplace(waiting, (now, at, stream, found))
                    break
            yield found
        else:
            heapq.heappop(waiting)
