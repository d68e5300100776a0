"""The file of a history: how it is made, opened and locked.

SQLite gives what a history needs: a change is there whole or not at all after a crash, one writes while others read,
and a part is found without reading the rest (https://www.sqlite.org/atomiccommit.html).
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hardstand.sources.snapshot.sniffing import HISTORY as FILE
from hardstand.sources.snapshot.sniffing import is_history

_APPLICATION = 0x48535448
"""`HSTH`, by which the file says whose it is: https://www.sqlite.org/pragma.html#pragma_application_id."""
_VERSION = 1
_PATIENCE = 60.0
"""Seconds to wait for another writer."""

_TABLES = """
CREATE TABLE body (id INTEGER PRIMARY KEY, digest BLOB NOT NULL UNIQUE, data BLOB NOT NULL);
CREATE TABLE version (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  asked INTEGER NOT NULL REFERENCES body (id),
  status INTEGER REFERENCES body (id),
  resource_version TEXT NOT NULL
);
CREATE UNIQUE INDEX version_is ON version (name, asked, ifnull(status, 0), resource_version);
CREATE INDEX version_asked ON version (asked);
CREATE INDEX version_status ON version (status);
CREATE TABLE snapshot (
  id INTEGER PRIMARY KEY,
  taken_at TEXT NOT NULL UNIQUE,
  cluster TEXT NOT NULL,
  objects INTEGER NOT NULL,
  header BLOB NOT NULL,
  seal TEXT NOT NULL,
  versions BLOB NOT NULL
);
"""


class HistoryError(Exception):
    """A history that cannot be used, or not in this way; `hint` says what to do."""

    def __init__(self, message: str, hint: str = "") -> None:
        self.hint = hint
        super().__init__(message)


def made(folder: str) -> sqlite3.Connection:
    """Open the history in a directory, and make it where there is none; for nobody's eyes but the owner's."""
    try:
        Path(folder).mkdir(mode=0o700, parents=True, exist_ok=True)
        path = Path(folder) / FILE
        if not path.exists():
            os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
    except OSError as error:
        raise HistoryError(f"{folder}: {error.strerror}", "name a directory that can be written to") from error
    with told_of(folder):
        connection = _connected(path, "rw")
        connection.execute("BEGIN IMMEDIATE")
        with connection:
            empty = not connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
            if empty and not connection.execute("PRAGMA application_id").fetchone()[0]:
                for statement in _TABLES.split(";"):
                    connection.execute(statement)
                connection.execute(f"PRAGMA application_id = {_APPLICATION}")
                connection.execute(f"PRAGMA user_version = {_VERSION}")
        _recognised(connection, folder)
    return connection


def opened(folder: str) -> sqlite3.Connection:
    """Open the history in a directory to be read. HistoryError where there is none, or none that can be used."""
    if not is_history(folder):
        raise HistoryError(f"{folder} holds no history", "`hardstand snapshot --cluster --keep DIR` begins one")
    with told_of(folder):
        connection = _connected(Path(folder) / FILE, "rw" if os.access(folder, os.W_OK) else "ro")
        _recognised(connection, folder)
    return connection


@contextmanager
def told_of(folder: str) -> Iterator[None]:
    """What SQLite says, as an error of this history."""
    try:
        yield
    except sqlite3.OperationalError as error:
        hint = "another process is writing to it: try again" if "locked" in str(error) else "is the disk full?"
        raise HistoryError(f"{Path(folder) / FILE}: {error}", hint) from error
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:  # SQLite's words may quote what is damaged.
        words = "its text is none" if isinstance(error, UnicodeDecodeError) else str(error)
        raise HistoryError(f"{Path(folder) / FILE} is damaged: {words}", "restore it from a copy") from error


def _connected(path: Path, mode: str) -> sqlite3.Connection:
    uri = f"{path.resolve().as_uri()}?mode={mode}"
    connection = sqlite3.connect(uri, uri=True, timeout=_PATIENCE, isolation_level=None)
    connection.execute("PRAGMA foreign_keys = ON")
    # The directory is synced too: https://www.sqlite.org/pragma.html#pragma_synchronous.
    connection.execute("PRAGMA synchronous = EXTRA")
    # What is pruned is overwritten, not only left out.
    connection.execute("PRAGMA secure_delete = ON")
    return connection


def _recognised(connection: sqlite3.Connection, folder: str) -> None:
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if application != _APPLICATION:
        raise HistoryError(f"{Path(folder) / FILE} is no history of Hardstand's", "name another directory")
    if version != _VERSION:
        raise HistoryError(f"{Path(folder) / FILE} is of version {version}", "a newer Hardstand reads it: update it")
