"""Where the files of a baseline are read: the working directory, or a commit. A port; sources fill it."""

from collections.abc import Sequence
from typing import Protocol


class TreeError(OSError):
    """A file cannot be read; the message says why, and `hint` what to do."""

    def __init__(self, message: str, hint: str = "") -> None:
        self.hint = hint
        super().__init__(message)

    def __str__(self) -> str:
        return str(self.args[0])


class Tree(Protocol):
    """Files by path, with `/` between folders. Both calls raise TreeError, or another OSError."""

    def read(self, path: str) -> bytes:
        """The bytes of a file."""

    def names(self, folder: str) -> Sequence[str]:
        """The names of the files in a folder, sorted."""

    def called(self, path: str) -> str:
        """What people call the file: where it is in a commit, that is said."""

    def at(self, commit: str, repository: str | None, beside: str) -> "Tree":
        """The files of a commit, by their paths from the top of its repository: the one that the file `beside` is in,
        or the one in the folder `repository`, from the folder of that file."""


class NoTree:
    """There are no other files."""

    def read(self, path: str) -> bytes:
        """There is none."""
        raise TreeError(f"{path}: this baseline was read from no folder")

    def names(self, folder: str) -> Sequence[str]:
        """There are none."""
        raise TreeError(f"{folder}: this baseline was read from no folder")

    def called(self, path: str) -> str:
        """As it is."""
        return path

    def at(self, commit: str, repository: str | None, beside: str) -> "Tree":
        """There is none."""
        raise TreeError(f"{commit[:12]} of {repository or beside}: this baseline was read from no folder")
