"""The files of a campaign's folder, which others write to: none leads anywhere else, neither to read nor to write."""

import os
import stat
from pathlib import Path

from hardstand.cli.errors import UsageError
from hardstand.cli.outputs import replace_with


def own_bytes(path: Path, hint: str = "") -> bytes:
    """The bytes of a file of the folder. UsageError where it cannot be read, or is a link, a pipe or a device."""
    try:
        # Without waiting: a pipe that nobody writes to would keep us.
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as stream:
            if stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
                return stream.read()
    except OSError as error:
        if not path.is_symlink():
            raise UsageError(f"{path} cannot be read: {(error.strerror or str(error)).lower()}", hint) from error
    what = "a link, which may lead to what is nobody's answer" if path.is_symlink() else "no regular file"
    raise UsageError(f"{path} is {what}", "put the file itself there")


def own_if_there(path: Path) -> bytes | None:
    """The same, or None where there is none; a link that leads nowhere is there."""
    return own_bytes(path) if os.path.lexists(path) else None


def put(path: Path, data: bytes) -> None:
    """Write a file of the folder, whole or not at all; a link of its name is replaced, and never followed.

    UsageError where it cannot be written.
    """
    if path.is_dir() and not path.is_symlink():
        raise UsageError(f"{path} is a folder", "name the file to write")
    try:
        replace_with(path, data)
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {(error.strerror or str(error)).lower()}") from error


def folder_of(path: Path) -> None:
    """UsageError where the folder of answers is a link."""
    if path.is_symlink():
        raise UsageError(f"{path} is a link", "a campaign keeps its answers in a folder of its own")
