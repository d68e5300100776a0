"""Writing to a history: taking a snapshot in, letting old ones go, and proving that all is as it was."""

import hashlib
import os
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from hardstand.model.run import Unreadable
from hardstand.sources.history.database import HistoryError, made, opened, told_of
from hardstand.sources.history.history import History, packed_index, unpacked_index, written
from hardstand.sources.history.packing import packed, unpacked_whole
from hardstand.sources.history.parts import apart
from hardstand.sources.interface import Page
from hardstand.sources.reading import unreadable
from hardstand.sources.snapshot.header import Header
from hardstand.sources.snapshot.reading import SnapshotError, page_in

KEY = "fingerprint.key"
"""The key of a history, in its directory, unless it is kept elsewhere."""


class Whole(Protocol):
    """A snapshot, from wherever it comes."""

    @property
    def header(self) -> Header:
        """Its first line."""

    def lines(self) -> Iterator[bytes]:
        """All of its lines."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What taking a snapshot in came to."""

    objects: int
    new: int
    """Objects that were not there before just as they are now."""


def keep(folder: str, snapshot: Whole) -> Kept:
    """Take a snapshot into the history in a directory, which is made where there is none.

    HistoryError for one that is there already, or of another cluster; SnapshotError where it cannot be read. It is
    there whole, or the history is as it was.
    """
    about = snapshot.header.about
    cluster = about.cluster or ""
    with told_of(folder), closing(made(folder)) as database, _writing(database):
        others = database.execute("SELECT cluster FROM snapshot WHERE cluster <> ? LIMIT 1", (cluster,)).fetchone()
        if others is not None:
            hint = "keep each cluster in a directory of its own"
            raise HistoryError(f"{folder} is the history of {others[0]!r}, and this is of {cluster!r}", hint)
        if database.execute("SELECT 1 FROM snapshot WHERE taken_at = ?", (about.taken_at,)).fetchone():
            raise HistoryError(f"{folder} holds a snapshot of {about.taken_at} already")
        return _kept(database, snapshot)


def own_key(folder: str) -> str:
    """The file with the key of a history's fingerprints, made where there is none: what is secret in two snapshots can
    only be seen to be the same if both were taken with one key. HistoryError where it cannot be made."""
    path = Path(folder) / KEY
    try:
        Path(folder).mkdir(mode=0o700, parents=True, exist_ok=True)
        with suppress(FileExistsError):
            handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(secrets.token_bytes(32))
                file.flush()
                os.fsync(file.fileno())
    except OSError as error:
        raise HistoryError(f"{path}: {error.strerror}", "name a directory that can be written to") from error
    return str(path)


@contextmanager
def _writing(database: sqlite3.Connection) -> Iterator[None]:
    """One writer at a time, and all or nothing."""
    database.execute("BEGIN IMMEDIATE")
    with database:
        yield


def _kept(database: sqlite3.Connection, snapshot: Whole) -> Kept:
    header = snapshot.header
    names = header.tables()
    taking = _Taking(database)
    lines = snapshot.lines()
    first = next(lines)
    seal = hashlib.sha256(first)
    versions: list[int] = []
    for number in range(header.objects):
        line = next(lines)
        seal.update(line)
        versions.append(taking.version(page_in(names, number + 2, line)))
    for _ in lines:  # Its own check comes at its end.
        pass
    row = (
        header.about.taken_at,
        header.about.cluster or "",
        header.objects,
        packed(first),
        seal.hexdigest(),
        packed_index(versions),
    )
    database.execute(
        "INSERT INTO snapshot (taken_at, cluster, objects, header, seal, versions) VALUES (?, ?, ?, ?, ?, ?)", row
    )
    return Kept(header.objects, taking.new)


class _Taking:
    """Objects on their way in: each part is looked for before it is put there."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        self.new = 0

    def version(self, page: Page) -> int:
        """The number of an object as it is now."""
        parts = apart(page.data)
        asked = self._body(parts.asked)
        status = self._body(parts.status) if parts.status else None
        found = self._database.execute(
            "SELECT id FROM version WHERE name = ? AND asked = ? AND ifnull(status, 0) = ? AND resource_version = ?",
            (page.name, asked, status or 0, parts.resource_version),
        ).fetchone()
        if found is not None:
            return int(found[0])
        self.new += 1
        return self._put(
            "INSERT INTO version (name, asked, status, resource_version) VALUES (?, ?, ?, ?)",
            (page.name, asked, status, parts.resource_version),
        )

    def _body(self, data: bytes) -> int:
        digest = hashlib.sha256(data).digest()
        found = self._database.execute("SELECT id FROM body WHERE digest = ?", (digest,)).fetchone()
        if found is not None:
            return int(found[0])
        return self._put("INSERT INTO body (digest, data) VALUES (?, ?)", (digest, packed(data)))

    def _put(self, statement: str, values: tuple[object, ...]) -> int:
        return int(self._database.execute(statement, values).lastrowid or 0)


def prune(folder: str, before: datetime) -> int:
    """Let go of the snapshots taken before a time, and of what only they held; the newest stays. Gives how many.

    HistoryError where there is no history.
    """
    moments = History(folder).moments()
    until = written(before)
    old = [one.number for one in moments[:-1] if one.taken_at < until]
    if not old:
        return 0
    with told_of(folder), closing(made(folder)) as database:
        with _writing(database):
            database.executemany("DELETE FROM snapshot WHERE id = ?", [(number,) for number in old])
            held = {
                number
                for (data,) in database.execute("SELECT versions FROM snapshot").fetchall()
                for number in unpacked_index(data)
            }
            every = {number for (number,) in database.execute("SELECT id FROM version")}
            database.executemany("DELETE FROM version WHERE id = ?", [(number,) for number in every - held])
            database.execute(
                "DELETE FROM body WHERE NOT EXISTS (SELECT 1 FROM version WHERE asked = body.id) "
                "AND NOT EXISTS (SELECT 1 FROM version WHERE status = body.id)"
            )
        database.execute("VACUUM")
    return len(old)


def verify(folder: str) -> tuple[int, list[Unreadable]]:
    """How many snapshots a history holds, and what is wrong with it: every part is read and proven by its digest, and
    every snapshot put together and proven by its seal. HistoryError where it cannot be opened."""
    faults: list[Unreadable] = []
    history = History(folder)
    with told_of(folder), closing(opened(folder)) as database:
        for (words,) in database.execute("PRAGMA integrity_check(10)"):
            if words != "ok":
                faults.append(unreadable(folder, f"the file is damaged: {words}; restore it from a copy"))
        for number, digest, data in database.execute("SELECT id, digest, data FROM body"):
            try:
                whole = hashlib.sha256(unpacked_whole(data)).digest() == digest
            except SnapshotError:
                whole = False
            if not whole:
                faults.append(unreadable(folder, f"part {number} is not what it was; restore it from a copy"))
    moments = history.moments()
    for moment in moments:
        try:
            for _ in history.of(moment).lines():
                pass
        except (SnapshotError, HistoryError) as error:
            faults.append(unreadable(f"{folder}@{moment.taken_at}", f"does not fit its seal: {error}"))
    return len(moments), faults
