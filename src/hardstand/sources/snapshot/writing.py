"""Writing a snapshot: whole or not at all, for nobody's eyes but the owner's."""

import os
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO

from hardstand.sources.zstd import compressed

_PIECE = 256 * 1024
_PLAIN = (".json", ".jsonl")


def write(target: str, lines: Iterable[bytes], stdout: IO[bytes] | None = None) -> None:
    """Write lines to the file `target`, packed unless it is called `.json` or `.jsonl`; to `stdout` where it is `-`.

    Raises OSError, and ZstdError where nothing here can pack. A file that was there is replaced only by a whole one.
    """
    parts = _pieces(lines)
    if target == "-":
        if stdout is None:
            raise ValueError("there is no standard output to write to")
        for part in compressed(parts):
            stdout.write(part)
        stdout.flush()
        return
    path = Path(target)
    data = parts if path.suffix.lower() in _PLAIN else compressed(parts)
    if path.exists() and not path.is_file():
        with path.open("wb") as stream:  # A pipe or a device is written to, not replaced.
            stream.writelines(data)
        return
    _replace(path, data)


def _replace(path: Path, data: Iterable[bytes]) -> None:
    """mkstemp makes the file with mode 0600, so at no time can anybody else read it."""
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as draft:
        draft_path = Path(draft.name)
        try:
            draft.writelines(data)
            draft.flush()
            os.fsync(draft.fileno())
            draft_path.replace(path)
        except BaseException:
            draft_path.unlink(missing_ok=True)
            raise
    sync_directory(path.parent)


def sync_directory(folder: Path) -> None:
    """Make a new name in a folder last: https://man7.org/linux/man-pages/man2/fsync.2.html (Description)."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _pieces(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Lines joined to pieces that are worth a call."""
    waiting, held = [], 0
    for line in lines:
        waiting.append(line)
        held += len(line)
        if held >= _PIECE:
            yield b"".join(waiting)
            waiting, held = [], 0
    yield b"".join(waiting)
