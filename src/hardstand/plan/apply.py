"""The only code that writes to files which were scanned.

A file is replaced whole or not at all, and only while it holds the bytes that were read: whoever changed it since is
not overwritten. Between the last look and the rename lies an instant in which another writer could lose; no portable
call closes it.
"""

import os
import stat
import tempfile
from collections.abc import Sequence
from pathlib import Path

CHANGED = "it has changed since it was read, and was left alone; run it again"


def write(location: str, old: bytes, new: bytes, named: Sequence[str]) -> str | None:
    """Put `new` in place of `old` in the file at `location`; None when done, else why not.

    `named` are the paths that the person named: a link that leads out of all of them is not followed. Mode and owner
    stay. Nothing is raised for what the file system does.
    """
    real = os.path.realpath(location)
    if not any(_inside(real, os.path.realpath(path)) for path in named):
        return f"it is a symbolic link to {real}, outside of what was named; name that file too"
    try:
        status = Path(real).lstat()
        problem = _unfit(status) or _other(real, old)
        return problem or _replace(real, old, new, status)
    except OSError as error:
        return (error.strerror or "it cannot be written").lower()


def _inside(path: str, root: str) -> bool:
    return path == root or path.startswith(root.rstrip(os.sep) + os.sep)


def _unfit(status: os.stat_result) -> str | None:
    if not stat.S_ISREG(status.st_mode):
        return "it is no regular file any more"
    if status.st_nlink > 1:
        return f"it has {status.st_nlink} names (hard links), and replacing it would part them; change it by hand"
    if not status.st_mode & 0o222:
        return "it is read-only; make it writable first"
    return None


def _other(path: str, old: bytes) -> str | None:
    return None if Path(path).read_bytes() == old else CHANGED


def _replace(path: str, old: bytes, new: bytes, status: os.stat_result) -> str | None:
    """Write beside the file, look once more, and rename."""
    directory, name = os.path.split(path)
    with tempfile.NamedTemporaryFile(dir=directory, prefix=f".{name[:100]}.", delete=False) as draft:
        made = Path(draft.name)
        try:
            draft.write(new)
            draft.flush()
            _same_owner(draft.fileno(), status)
            os.fchmod(draft.fileno(), stat.S_IMODE(status.st_mode))
            os.fsync(draft.fileno())
            if (problem := _other(path, old)) is not None:
                made.unlink()
                return problem
            made.replace(path)
        except BaseException:
            made.unlink(missing_ok=True)
            raise
    return None


def _same_owner(handle: int, status: os.stat_result) -> None:
    now = os.fstat(handle)
    if (now.st_uid, now.st_gid) != (status.st_uid, status.st_gid):
        os.fchown(handle, status.st_uid, status.st_gid)
