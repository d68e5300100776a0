"""Wanting a cluster: a folder whose lock is held while it is wanted, and the keeper that is started there once."""

import contextlib
import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from tests.cluster.building import NotAvailableError
from tests.cluster.finding import programs
from tests.cluster.handle import Cluster
from tests.cluster.keeper import PREFIX
from tests.cluster.options import Options

REPOSITORY = Path(__file__).parents[2]
_KEEPERS: dict[Path, subprocess.Popen[bytes]] = {}
"""The keepers that this process started, by their folders."""


class Wanted:
    """A folder for a cluster, and the lock that says that it is wanted. Close it to have all taken down."""

    def __init__(self) -> None:
        # Not below pytest's own folder: the path of a Unix socket may have about 100 characters (unix(7)).
        self.folder = Path(tempfile.mkdtemp(prefix=PREFIX))
        self._lock: IO[str] = (self.folder / "wanted").open("w")
        fcntl.flock(self._lock, fcntl.LOCK_EX)

    def close(self) -> None:
        """Let go of it, and come back when nothing of it is left."""
        self._lock.close()
        with contextlib.suppress(FileNotFoundError), (self.folder / "kept").open() as kept:
            fcntl.flock(kept, fcntl.LOCK_EX)
        if keeper := _KEEPERS.pop(self.folder, None):
            keeper.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


def started(folder: Path, options: Options, shared: bool = False) -> Cluster:
    """The cluster in a wanted folder, started by whoever asks first. NotAvailableError with the reason if it fails."""
    with (folder / "starting").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        failed = folder / "failed"
        if not (folder / "cluster.json").exists() and not failed.exists():
            _start(folder, options)
        if failed.exists():
            raise NotAvailableError(f"the test cluster did not start: {failed.read_text()}")
    return Cluster.of(folder, shared)


def _start(folder: Path, options: Options) -> None:
    programs()  # If they have to be built, then here, where it is seen.
    options.write(folder / "options.json")
    with (folder / "keeper.log").open("ab") as log:
        keeper = _KEEPERS[folder] = subprocess.Popen(
            [sys.executable, "-m", "tests.cluster.keeper", str(folder)],
            cwd=REPOSITORY,
            env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,  # Ctrl-C in the terminal is for pytest alone.
        )
    while not (folder / "cluster.json").exists():
        if keeper.poll() is not None:
            if not (folder / "failed").exists():
                (folder / "failed").write_text((folder / "keeper.log").read_text()[-2000:])
            return
        time.sleep(0.05)


@contextmanager
def cluster_with(options: Options) -> Iterator[Cluster]:
    """A cluster of one's own, gone when the block ends."""
    wanted = Wanted()
    try:
        cluster = started(wanted.folder, options)
        cluster.settle(options.nodes)
        yield cluster
    finally:
        wanted.close()
