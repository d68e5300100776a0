"""Where reports go, and in which format."""

import os
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from hardstand.cli.errors import UsageError, complain
from hardstand.model.run import Run
from hardstand.report import pieces
from hardstand.report.interface import Pages

_BY_ENDING = {
    ".json": "json",
    ".sarif": "sarif",
    ".xml": "junit",
    ".md": "markdown",
    ".html": "html",
    ".htm": "html",
    ".txt": "text",
}


@dataclass(frozen=True, slots=True)
class Output:
    """One report to write; no path is standard output."""

    format: str
    path: str | None


def outputs_of(wish: str | None, files: Sequence[str]) -> list[Output]:
    """The reports asked for. UsageError for a file whose format cannot be told."""
    found = []
    for path in files:
        by_ending = _BY_ENDING.get(Path(path).suffix.lower(), wish)
        if by_ending is None:
            endings = " ".join(_BY_ENDING)
            raise UsageError(f"--output {path}: its ending names no format", f"use one of {endings}, or say --format")
        found.append(Output(by_ending, path))
    if wish is None or all(one.format != wish for one in found):
        found.insert(0, Output(wish or "text", None))
    return found


def write_all(run: Run, pages: Pages, outputs: Sequence[Output], *, colour: bool, whole: bool = False) -> bool:
    """Write every report; false if one could not be written, which has been said. `whole`: nothing is folded."""
    written = True
    for one in outputs:
        report = pieces(one.format, run, pages, colour=colour and one.path is None, whole=whole)
        if one.path is None:
            _write(sys.stdout.buffer, report)
            sys.stdout.flush()
            continue
        try:
            replace_file(Path(one.path), report)
        except OSError as error:
            complain(f"--output {one.path}: {error.strerror}")
            written = False
    return written


def _write(stream: IO[bytes], report: Iterable[str | bytes]) -> None:
    for piece in report:
        stream.write(piece if isinstance(piece, bytes) else piece.encode("utf-8", "backslashreplace"))


def replace_file(path: Path, report: Iterable[str | bytes]) -> None:
    """Write the file whole or not at all; what is no regular file is written to directly."""
    if path.exists() and not path.is_file():
        with path.open("wb") as stream:
            _write(stream, report)
        return
    _replace(path, report, path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~_umask())


def replace_with(path: Path, data: bytes) -> None:
    """Write the file whole or not at all, in place of whatever has its name: a link goes, and where it leads stays."""
    _replace(path, [data], 0o666 & ~_umask())


def _replace(path: Path, report: Iterable[str | bytes], mode: int) -> None:
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name[:100]}.", delete=False) as draft:
        draft_path = Path(draft.name)
        try:
            _write(draft, report)
            draft.flush()
            draft_path.chmod(mode)
            draft_path.replace(path)
        except OSError:
            draft_path.unlink(missing_ok=True)
            raise


def coloured(wish: str) -> bool:
    """Whether standard output is coloured, by `auto`, `always` or `never`."""
    if wish == "auto":
        return sys.stdout.isatty() and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"
    return wish == "always"


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
