"""What ran when: the snapshots of one cluster in one directory."""

import itertools
import sqlite3
from array import array
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import partial

from hardstand.model.gap import Gaps
from hardstand.model.kind import Kind
from hardstand.sources.history.database import HistoryError, opened, told_of
from hardstand.sources.history.packing import packed, unpacked_whole
from hardstand.sources.history.parts import Parts, together
from hardstand.sources.interface import Page
from hardstand.sources.snapshot.reading import Numbered, Snapshot, SnapshotError, header_in
from hardstand.sources.snapshot.spool import trailer

_VERSIONS = "SELECT version.id, name, asked, status, resource_version FROM version"


@dataclass(frozen=True, slots=True)
class Moment:
    """One snapshot of a history."""

    number: int
    taken_at: str
    cluster: str
    objects: int


class What(StrEnum):
    """What became of an object between two moments."""

    APPEARED = "appeared"
    CHANGED = "changed"
    """In what was asked for."""
    MOVED_ON = "moved on"
    """Only in its status."""
    GONE = "gone"
    UNKNOWN = "unknown"
    """It is in one of the two, and could not be looked for in the other."""


@dataclass(frozen=True, slots=True)
class Change:
    """One object that is not at both moments as it was."""

    name: str
    """As its page is called."""
    what: What


class History:
    """The snapshots in a directory, to be read. HistoryError where there are none that can be used."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        opened(folder).close()

    def moments(self) -> list[Moment]:
        """All snapshots, the oldest first."""
        with told_of(self.folder), closing(opened(self.folder)) as database:
            rows = database.execute("SELECT id, taken_at, cluster, objects FROM snapshot ORDER BY taken_at")
            return [Moment(*row) for row in rows]

    def at(self, time: datetime | None = None) -> Snapshot:
        """The snapshot that tells what was at a time: the newest that was not taken later; without a time, the newest.

        HistoryError where the history begins later.
        """
        return self.of(self._moment(time))

    def of(self, moment: Moment) -> Snapshot:
        """The snapshot of a moment. Its objects are read as they are asked for."""
        with told_of(self.folder), closing(opened(self.folder)) as database:
            header, seal = database.execute(
                "SELECT header, seal FROM snapshot WHERE id = ?", (moment.number,)
            ).fetchone()
        name = f"{self.folder}@{moment.taken_at}"
        try:
            told = header_in(unpacked_whole(header))
        except SnapshotError as error:
            raise HistoryError(f"{name} is damaged: {error.reason}", "restore the history from a copy") from error
        if (told.about.taken_at, told.about.cluster or "", told.objects) != (
            moment.taken_at,
            moment.cluster,
            moment.objects,
        ):
            raise HistoryError(f"{name} is not what its first line says", "restore the history from a copy")
        return Snapshot(name, told, seal, partial(lines_of, self.folder, moment.number))

    def between(self, before: Moment, after: Moment) -> Iterator[Change]:
        """Every object that is not the same at two moments, by name."""
        first, second = self._held(before), self._held(after)
        blind = [Gaps(self.of(moment).header.gaps) for moment in (before, after)]
        kinds = {
            (one.api_version, one.resource): one.of
            for moment in (before, after)
            for one in self.of(moment).header.about.kinds
        }
        for name in sorted(first.keys() | second.keys()):
            old, new = first.get(name), second.get(name)
            if old is None or new is None:
                hidden = _hidden(name, kinds, blind[0] if old is None else blind[1])
                known = What.APPEARED if old is None else What.GONE
                yield Change(name, What.UNKNOWN if hidden else known)
            elif old != new:
                yield Change(name, What.MOVED_ON if old[0] == new[0] else What.CHANGED)

    def existed(
        self, time: datetime | None = None, namespace: str | None = None, kinds: Iterable[Kind] | None = None
    ) -> Iterator[Page]:
        """The objects that were there at a time: of one namespace, and of some kinds, if these are given.

        HistoryError where the history begins later, and where the objects asked for were not all looked at then: who
        asks what ran must not take what was not seen for nothing.
        """
        snapshot = self.at(time)
        asked = None if kinds is None else frozenset(kinds)
        for gap in snapshot.header.gaps:
            if (asked is None or gap.kind in asked) and gap.covers(namespace):
                raise HistoryError(f"{snapshot.name} does not tell: {gap.reason}", "ask for other kinds or namespaces")
        tables = {(one.api_version, one.resource): one.of for one in snapshot.header.about.kinds}
        for page in snapshot.pages():
            if isinstance(page, Page):
                place, kind = _read_name(page.name, tables)
                if (namespace is None or place == namespace) and (asked is None or kind in asked):
                    yield page

    def _moment(self, time: datetime | None) -> Moment:
        until = "9999" if time is None else written(time)
        found = [one for one in self.moments() if one.taken_at <= until]
        if found:
            return found[-1]
        every = self.moments()
        if not every:
            raise HistoryError(f"{self.folder} holds no snapshot yet")
        raise HistoryError(
            f"{self.folder} holds nothing of {until}", f"it begins at {every[0].taken_at}: name a later time"
        )

    def _held(self, moment: Moment) -> dict[str, tuple[int, int | None]]:
        """By name what each object was: the numbers of its parts."""
        with told_of(self.folder), closing(opened(self.folder)) as database:
            held = set(_index(database, moment.number))
            rows = database.execute(_VERSIONS)
            return {name: (asked, status) for number, name, asked, status, _ in rows if number in held}


def lines_of(folder: str, number: int) -> Numbered:
    """The lines of a kept snapshot, put together again, the seal included as it was. SnapshotError where it cannot."""
    try:
        with told_of(folder), closing(opened(folder)) as database:
            row = database.execute("SELECT header, seal, objects FROM snapshot WHERE id = ?", (number,)).fetchone()
            if row is None:
                raise SnapshotError(1, "it has been pruned from the history in the meantime")
            yield 1, unpacked_whole(row[0])
            line = 1
            for line, version in enumerate(_index(database, number), start=2):
                yield line, _line(database, version, line)
            yield line + 1, trailer(row[2], row[1])
    except HistoryError as error:
        raise SnapshotError(1, str(error)) from error


def _line(database: sqlite3.Connection, version: int, line: int) -> bytes:
    row = database.execute(
        "SELECT one.data, two.data, resource_version FROM version JOIN body AS one ON one.id = asked "
        "LEFT JOIN body AS two ON two.id = status WHERE version.id = ?",
        (version,),
    ).fetchone()
    if row is None:
        raise SnapshotError(line, "an object of it is missing from the history")
    status = unpacked_whole(row[1]) if row[1] is not None else b""
    try:
        return together(Parts(unpacked_whole(row[0]), status, row[2])) + b"\n"
    except (ValueError, KeyError, TypeError) as error:
        raise SnapshotError(line, "an object of it is damaged in the history") from error


def _index(database: sqlite3.Connection, number: int) -> "array[int]":
    row = database.execute("SELECT versions FROM snapshot WHERE id = ?", (number,)).fetchone()
    return unpacked_index(row[0]) if row is not None else array("q")


def packed_index(versions: Iterable[int]) -> bytes:
    """The numbers of a snapshot's versions, in its order, as differences: they are close to one another."""
    numbers = array("q", versions)
    steps = array("q", [numbers[0], *(two - one for one, two in itertools.pairwise(numbers))] if numbers else [])
    return packed(steps.tobytes())


def unpacked_index(data: bytes) -> "array[int]":
    """The numbers back; SnapshotError where they are damaged."""
    steps = array("q")
    try:
        steps.frombytes(unpacked_whole(data))
    except ValueError as error:
        raise SnapshotError(1, "the list of its objects is damaged in the history") from error
    for at in range(1, len(steps)):
        steps[at] += steps[at - 1]
    return steps


def written(time: datetime) -> str:
    """A time as snapshots say it. One without a zone is in UTC."""
    zoned = time if time.tzinfo is not None else time.replace(tzinfo=UTC)
    return zoned.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def moment_of(word: str) -> datetime:
    """The time that a person means: `2026-11-01`, `2026-11-01T10:00Z`, any offset. HistoryError for other words."""
    try:
        return datetime.fromisoformat(word)
    except ValueError as error:
        hint = "write 2026-11-01T10:00Z, or 2026-11-01 for its first moment, in UTC"
        raise HistoryError(f"{word!r} is no time", hint) from error


Tables = Mapping[tuple[str, str], Kind]
"""Kinds by apiVersion and the name in paths."""


def _hidden(name: str, kinds: Tables, gaps: Gaps) -> bool:
    """Tell whether an object may have been there and not been given."""
    namespace, kind = _read_name(name, kinds)
    return kind is not None and gaps.among([kind], namespace or "") is not None


def _read_name(name: str, kinds: Tables) -> tuple[str | None, Kind | None]:
    """The namespace in a page's name, and its kind."""
    _, root, *rest = name.split("/")
    version = rest.pop(0) if root == "api" else "/".join((rest.pop(0), rest.pop(0)))
    namespace = rest[1] if len(rest) == 4 else None
    return namespace, kinds.get((version, rest[-2]))
