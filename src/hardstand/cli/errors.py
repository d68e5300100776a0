"""Errors as people see them: what failed, where, and what to do next."""

import difflib
import sys
from collections.abc import Iterable, Sequence

from hardstand.report.safe import plain

PASSED, BLOCKED, COULD_NOT_LOOK = 0, 1, 2
"""Exit statuses: nothing blocks; something blocks; it could not look, which wins over blocking."""


class UsageError(Exception):
    """Something that the person can mend; `hint` says how."""

    def __init__(self, message: str, hint: str = "", before: Sequence[tuple[str, str]] = ()) -> None:
        """`before`: further errors with their hints, told first."""
        self.hint = hint
        self.before = tuple(before)
        super().__init__(message)


def complain(message: str, hint: str = "") -> None:
    """Write an error to stderr, the hint on a line of its own."""
    print(f"hardstand: error: {plain(message)}", file=sys.stderr)  # noqa: T201 - the command line's own voice
    if hint:
        print(f"  hint: {plain(hint)}", file=sys.stderr)  # noqa: T201


def warn(message: str, hint: str = "") -> None:
    """Write a warning to stderr: the answer stands, and may not be what was wanted."""
    print(f"hardstand: warning: {plain(message)}", file=sys.stderr)  # noqa: T201
    if hint:
        print(f"  hint: {plain(hint)}", file=sys.stderr)  # noqa: T201


def note(message: str) -> None:
    """Write to stderr what was done, or what to do next."""
    print(f"hardstand: {plain(message)}", file=sys.stderr)  # noqa: T201


def nearest(word: str, known: Iterable[str]) -> str:
    """A hint that names the known word closest to a wrong one, or nothing."""
    close = difflib.get_close_matches(word, list(known), n=1)
    return f"did you mean `{close[0]}`?" if close else ""
