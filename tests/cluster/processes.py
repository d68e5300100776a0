"""The processes of a test cluster: started with a log file each, ended in every case."""

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

PR_SET_PDEATHSIG = 1
"""prctl(2): the signal that a process gets when its parent ends. Linux only."""
GRACE = 20.0


def _die_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


@dataclass(slots=True)
class Process:
    """One program of the cluster, which may be stopped and started again."""

    name: str
    command: Sequence[str]
    folder: Path
    running: subprocess.Popen[bytes] | None = field(default=None)

    @property
    def log(self) -> Path:
        return self.folder / f"{self.name}.log"

    def start(self) -> None:
        """Start it, unless it runs. Its words go to the end of its log."""
        if self.alive:
            return
        # Nothing of the machine's own Kubernetes, and no home of anybody, may be seen or written.
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.folder), "TMPDIR": str(self.folder)}
        with self.log.open("ab") as log:
            self.running = subprocess.Popen(
                list(self.command),
                cwd=self.folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                preexec_fn=_die_with_parent,
            )

    @property
    def alive(self) -> bool:
        return self.running is not None and self.running.poll() is None

    def stop(self, kill: bool = False) -> None:
        """End it: politely, then not; with `kill` at once, as a crash would."""
        if self.running is None:
            return
        with contextlib.suppress(ProcessLookupError):
            self.running.send_signal(signal.SIGKILL if kill else signal.SIGTERM)
        try:
            self.running.wait(GRACE)
        except subprocess.TimeoutExpired:
            self.running.kill()
            self.running.wait()
        self.running = None

    def tail(self, size: int = 2000) -> str:
        """The last words of its log."""
        return self.log.read_bytes()[-size:].decode(errors="replace") if self.log.exists() else ""

    @property
    def memory(self) -> int:
        """Its resident memory in bytes now; 0 where the system does not tell (Linux does, in proc(5))."""
        statm = Path(f"/proc/{self.running.pid if self.running else 0}/statm")
        pages = int(statm.read_text().split()[1]) if statm.exists() else 0
        return pages * os.sysconf("SC_PAGE_SIZE")


@dataclass(slots=True)
class Ports:
    """Free ports on loopback, kept for us.

    A socket that is bound and does not listen keeps Linux from giving the port to anybody who asks for any port, while
    a listener that asks for it by number gets it: both set SO_REUSEADDR (socket(7)), as Go's do. So a server that is
    down for a while finds its port again. Elsewhere the port is merely known to have been free.
    """

    held: list[socket.socket] = field(default_factory=list)

    def free(self) -> int:
        kept = socket.socket()
        kept.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        kept.bind(("127.0.0.1", 0))
        self.held.append(kept)
        return int(kept.getsockname()[1])

    def settle(self) -> None:
        """Call when all are chosen: lets go of them where the system would not let a listener in."""
        if sys.platform != "linux":
            while self.held:
                self.held.pop().close()


def stop_all(processes: Sequence[Process]) -> None:
    """End all of them, the last started first, all asked at once so that nobody waits for another."""
    for process in processes:
        if process.running is not None:
            with contextlib.suppress(ProcessLookupError):
                process.running.terminate()
    end = time.monotonic() + 2
    while any(process.alive for process in processes) and time.monotonic() < end:
        time.sleep(0.02)
    for process in processes:
        process.stop(kill=True)
