"""Where certificates that the gate makes are kept and shared: one place for all replicas."""

import contextlib
import fcntl
import hashlib
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from hardstand.gate.server.certificates import Generation, StoredError, read, write


@dataclass(frozen=True, slots=True)
class Stored:
    """What a store holds, and the version by which it is told from what others have put there since."""

    generations: tuple[Generation, ...] = field(repr=False)
    version: str


class CertificateStore(Protocol):
    """Both raise OSError when the store cannot be reached, and StoredError when what it holds is not ours.

    In a cluster it is a Secret, whose `metadata.resourceVersion` is the version; `certificates.write` and `read` give
    the one value in it.
    """

    def load(self) -> Stored | None:
        """What is stored; None when nothing ever was."""

    def save(self, generations: tuple[Generation, ...], previous: Stored | None) -> bool:
        """Put `generations` in the place of `previous`; False when others were quicker, and nothing was changed."""


class FileStore:
    """A store that is a file, for replicas on one machine and where the gate runs outside of a cluster."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def load(self) -> Stored | None:
        """As CertificateStore."""
        try:
            content = self._path.read_bytes()
        except FileNotFoundError:
            return None
        try:
            generations = read(content)
        except StoredError as error:
            raise StoredError(f"{self._path}: {error}; remove it, and the gate makes new certificates") from None
        return Stored(generations, hashlib.sha256(content).hexdigest())

    def save(self, generations: tuple[Generation, ...], previous: Stored | None) -> bool:
        """As CertificateStore. The file is replaced whole; a lock beside it holds off others meanwhile."""
        with self._locked():
            found = self.load()
            if (found and found.version) != (previous and previous.version):
                return False
            descriptor, draft = tempfile.mkstemp(dir=self._path.parent, prefix=f".{self._path.name}.")
            try:
                with os.fdopen(descriptor, "wb") as file:
                    file.write(write(generations))
                    file.flush()
                    os.fsync(file.fileno())
                Path(draft).replace(self._path)
            except OSError:
                with contextlib.suppress(OSError):
                    Path(draft).unlink()
                raise
            return True

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        descriptor = os.open(f"{self._path}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)
