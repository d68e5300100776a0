"""Run a command as a cold, whole process and measure it: wall time, or the peak memory of its process tree.

Time and memory are measured in different runs, so that looking at memory does not slow the clock.
"""

import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

TIMEOUT_S = 1800.0
SAMPLE_S = 0.01

# Nothing listens on the discard port: a tool that reaches for the network is refused at once.
NO_NETWORK = "http://127.0.0.1:9"


class FailedError(Exception):
    """A command could not be run, or its result cannot be trusted. The message says why, for the table."""


def seconds(command: Sequence[str], output: Path, statuses: frozenset[int]) -> float:
    """Wall time in seconds from start to exit. What the command prints goes into `output`.

    Raises FailedError for an exit status that is not one of `statuses`, and for a run that takes too long.
    """
    start = time.perf_counter()
    with _started(command, output) as process:
        status = _wait(process, lambda: process.wait(TIMEOUT_S))
        taken = time.perf_counter() - start
    _check(status, statuses, output)
    return taken


def peak_bytes(command: Sequence[str], output: Path, statuses: frozenset[int]) -> int:
    """The largest memory of the process tree: the sum of the proportional set sizes (PSS) of all its processes.

    PSS divides a page between the processes that share it, so forked workers are counted, and shared pages once.
    It is sampled every 10 ms (proc_pid_smaps(5), smaps_rollup), so a spike shorter than that can be missed.
    """
    peak = 0
    deadline = time.monotonic() + TIMEOUT_S

    def watch() -> int:
        nonlocal peak
        while process.poll() is None and time.monotonic() < deadline:
            peak = max(peak, sum(_pss(pid) for pid in _session(process.pid)))
            time.sleep(SAMPLE_S)
        return process.wait(0)

    with _started(command, output) as process:
        status = _wait(process, watch)
    _check(status, statuses, output)
    return peak


@contextmanager
def _started(command: Sequence[str], output: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The command, started in a session of its own with an empty home, so that no cache of an earlier run helps."""
    with tempfile.TemporaryDirectory() as home, output.open("wb") as printed, _errors(output).open("wb") as errors:
        environment = {
            "HOME": home,
            "LANG": "C.UTF-8",
            "PATH": os.environ.get("PATH", os.defpath),
            "HTTP_PROXY": NO_NETWORK,
            "HTTPS_PROXY": NO_NETWORK,
        }
        try:
            process = subprocess.Popen(
                command, cwd=home, env=environment, stdout=printed, stderr=errors, start_new_session=True
            )
        except OSError as error:
            raise FailedError(f"cannot start {command[0]}: {error.strerror}") from error
        yield process


def _wait(process: subprocess.Popen[bytes], waiting: Callable[[], int]) -> int:
    try:
        return waiting()
    except subprocess.TimeoutExpired as error:
        raise FailedError(f"took longer than {TIMEOUT_S:.0f} s") from error
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _errors(output: Path) -> Path:
    return output.with_suffix(".stderr")


def _check(status: int, statuses: frozenset[int], output: Path) -> None:
    if status in statuses:
        return
    lines = _errors(output).read_text(encoding="utf-8", errors="replace").strip().splitlines()
    raise FailedError(f"exit status {status}" + (f": {lines[-1][:120]}" if lines else ""))


def _session(leader: int) -> Iterator[int]:
    """The processes of a session: the tree that the leader started, even where a parent has ended before its child."""
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            stat = (entry / "stat").read_bytes()
        except OSError:  # it ended meanwhile
            continue
        # The name, in parentheses, may hold anything: the fields after its end are state, parent, group, session.
        if int(stat.rpartition(b")")[2].split()[3]) == leader:
            yield int(entry.name)


def _pss(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_bytes().splitlines()
    except OSError:  # it ended meanwhile
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith(b"Pss:"))
