"""Reading bytes from one path, whatever it turns out to be, without waiting or growing for ever."""

import errno
import os
import select
import stat
import time

from hardstand.model.verdict import Why
from hardstand.sources.interface import Unreadable
from hardstand.sources.names import shown

READ_LIMIT = 256 * 1024 * 1024
"""The most that is read of one file or stream, in bytes: far above any manifest, far below a machine's memory."""

STREAM_PATIENCE = 60.0
"""Seconds to wait for the next bytes of a pipe given by name. Standard input is waited for as long as it is open."""

_CHUNK = 1024 * 1024


def read_regular(location: str, name: str) -> bytes | Unreadable:
    """Give the bytes of the regular file at `location`, to be shown as `name`, or why not.

    The file is opened without blocking and looked at again once open, so that one that was exchanged for a pipe
    or a device since it was found cannot hold the scan up.
    """
    try:
        handle = os.open(location, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except OSError as error:
        return failure(name, error)
    try:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode):
            return refusal(name, status.st_mode)
        return _drain(handle, name)
    except OSError as error:
        return failure(name, error)
    finally:
        os.close(handle)


def read_stream(location: str, name: str) -> bytes | Unreadable:
    """Give all bytes of a pipe or terminal given by name (`/dev/stdin`, a shell's `<(command)`), or why not."""
    try:
        handle = os.open(location, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except OSError as error:
        return failure(name, error)
    try:
        return _drain(handle, name, STREAM_PATIENCE)
    except OSError as error:
        return failure(name, error)
    finally:
        os.close(handle)


def read_standard_input(name: str) -> bytes | Unreadable:
    """Give all bytes of standard input, or why not."""
    try:
        return _drain(0, name)
    except OSError as error:
        return failure(name, error)


def _drain(handle: int, name: str, patience: float | None = None) -> bytes | Unreadable:
    """Read `handle` to its end or to the limit; with `patience`, give up when nothing comes for that many seconds."""
    parts: list[bytes] = []
    total = 0
    while total <= READ_LIMIT:
        if patience is not None and not _readable(handle, patience):
            return unreadable(name, f"nothing came from this pipe for {patience:g} s: is its writer running?")
        try:
            part = os.read(handle, _CHUNK)
        except BlockingIOError:
            # An inherited standard input may be set non-blocking by whoever shares it.
            _readable(handle, 1.0)
            continue
        if not part:
            return b"".join(parts)
        parts.append(part)
        total += len(part)
    return unreadable(name, f"larger than {READ_LIMIT // 2**20} MiB, too large for manifests: split it")


def _readable(handle: int, patience: float) -> bool:
    """Wait until `handle` has bytes or has ended. False when neither came within `patience` seconds.

    A pipe that nobody has opened for writing yet reads as ended, so its end is asked of poll(2), which tells
    the two apart: it reports a hang-up only after a writer was there.
    """
    poller = select.poll()
    poller.register(handle, select.POLLIN)
    deadline = time.monotonic() + patience
    while (left := deadline - time.monotonic()) > 0:
        if poller.poll(left * 1000):
            return True
    return False


def failure(name: str, error: OSError) -> Unreadable:
    """Say in words what the operating system said about `name`."""
    words = {
        errno.ENOENT: "no such file or directory",
        errno.EACCES: "permission denied: make it readable for this user, or list it in the ignore file",
        errno.EPERM: "permission denied: make it readable for this user, or list it in the ignore file",
        errno.ELOOP: "a symbolic link that leads back to itself: mend or delete the link",
        errno.ENAMETOOLONG: "the name is too long for this file system",
        errno.EISDIR: "became a directory while it was being read: scan again",
        errno.ENXIO: "a socket, not a file of manifests",
    }
    return unreadable(name, words.get(error.errno or 0, (error.strerror or "cannot be read").lower()))


def refusal(name: str, mode: int, remedy: str = "delete it or list it in the ignore file") -> Unreadable:
    """Say what stands at `name` instead of a file, and what to do."""
    kinds = (
        (stat.S_ISCHR, "a character device"),
        (stat.S_ISBLK, "a block device"),
        (stat.S_ISFIFO, "a named pipe"),
        (stat.S_ISSOCK, "a socket"),
        (stat.S_ISDIR, "a directory"),
    )
    kind = next((words for test, words in kinds if test(mode)), "not a regular file")
    return unreadable(name, f"{kind}, not a file of manifests: {remedy}")


def unreadable(name: str, reason: str, line: int = 1, column: int = 1) -> Unreadable:
    """Say why `name` could not be read."""
    return Unreadable(shown(name), line, column, reason, Why.UNREADABLE)


def not_rendered(name: str, reason: str, line: int = 1, column: int = 1) -> Unreadable:
    """Say why the chart or kustomization at `name` could not be rendered."""
    return Unreadable(shown(name), line, column, shown(reason), Why.NOT_RENDERED)
