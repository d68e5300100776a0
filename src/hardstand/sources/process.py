"""Running another program with a deadline, a bound on its output and memory, and nothing of a network to use."""

import contextlib
import os
import resource
import selectors
import signal
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass

PATIENCE = 60.0
"""Seconds that one rendering may take; real charts and kustomizations take well under one."""

COST = 1_000_000
"""Bytes of manifests that can be read in about the time it takes to start a renderer (a tenth of a second)."""

_PLANNED = (0, 1)
"""How helm, kustomize and Python end when they have something to say; Go's runtime ends a crash with 2 or a signal."""

_EXHAUSTED = (b"out of memory", b"cannot allocate memory", b"pthread_create failed")

_OUTPUT_LIMIT = 256 * 1024 * 1024
_ERROR_LIMIT = 64 * 1024
_MEMORY_LIMIT = 4 * 1024**3
"""Bytes of address space. Go programs reserve a few hundred MB of it that they never use."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a program said. `stopped` says why it was ended before its time, and is empty otherwise."""

    status: int
    output: bytes
    error: bytes
    stopped: str = ""


def run(command: Sequence[str], request: bytes = b"", path: str = "") -> Outcome:
    """Run `command` without a shell, `request` on its standard input, and wait for it.

    It sees an empty home, no cluster, no proxy but a dead one and, unless `path` gives one, no PATH: it can start
    no other program (kustomize fetches remote bases with git) and use no plugin. Raises OSError when it cannot start.
    """
    with tempfile.TemporaryDirectory(prefix="hardstand-") as home, tempfile.TemporaryFile() as standard_input:
        standard_input.write(request)
        standard_input.seek(0)
        process = subprocess.Popen(
            command,
            stdin=standard_input,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=_environment(home, path),
            start_new_session=True,
        )
        try:
            _limit_memory(process.pid)
            return _collect(process, time.monotonic() + PATIENCE)
        finally:
            _end(process)


def _environment(home: str, path: str) -> dict[str, str]:
    """Give the program's environment: what it needs to start, and refusals for every way to a network."""
    kept = ("LD_LIBRARY_PATH", "PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "SYSTEMROOT")
    nowhere = "http://127.0.0.1:9"  # The discard port (RFC 863), where nothing answers.
    return {
        **{name: os.environ[name] for name in kept if name in os.environ},
        "PATH": path,
        "HOME": home,
        "TMPDIR": home,
        "XDG_CONFIG_HOME": home,
        "XDG_CACHE_HOME": home,
        "XDG_DATA_HOME": home,
        "KUBECONFIG": os.devnull,
        "HTTP_PROXY": nowhere,
        "HTTPS_PROXY": nowhere,
        "ALL_PROXY": nowhere,
        "NO_PROXY": "",
        "GIT_ALLOW_PROTOCOL": "none",
        "LC_ALL": "C.UTF-8",
    }


def _limit_memory(pid: int) -> None:
    """Bound the program's memory where the system can (Linux)."""
    if hasattr(resource, "prlimit"):
        # It may be over already, or a lower limit may be set for us, which then holds for the program too.
        with contextlib.suppress(OSError, ValueError):
            resource.prlimit(pid, resource.RLIMIT_AS, (_MEMORY_LIMIT, _MEMORY_LIMIT))


def _collect(process: subprocess.Popen[bytes], deadline: float) -> Outcome:
    """Read both outputs to their ends, or stop the program at the deadline or at a limit."""
    assert process.stdout is not None and process.stderr is not None  # noqa: S101, PT018 - both are pipes
    output, error = bytearray(), bytearray()
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ, output)
        selector.register(process.stderr, selectors.EVENT_READ, error)
        while selector.get_map():
            left = deadline - time.monotonic()
            if left <= 0:
                return Outcome(-1, b"", bytes(error), f"took longer than {PATIENCE:g} s")
            for key, _ in selector.select(left):
                part = os.read(key.fd, 65536)
                if not part:
                    selector.unregister(key.fileobj)
                elif key.data is output or len(error) < _ERROR_LIMIT:
                    key.data.extend(part)
            if len(output) > _OUTPUT_LIMIT:
                return Outcome(-1, b"", bytes(error), f"gave more than {_OUTPUT_LIMIT // 2**20} MiB")
    try:
        status = process.wait(max(deadline - time.monotonic(), 0.1))
    except subprocess.TimeoutExpired:
        return Outcome(-1, b"", bytes(error), f"took longer than {PATIENCE:g} s")
    if status not in _PLANNED:
        # What a crashing program prints is a dump of its memory, and no reason to show.
        exhausted = any(words in error for words in _EXHAUSTED)
        return Outcome(status, b"", b"", "ran out of memory" if exhausted else f"crashed with status {status}")
    return Outcome(status, bytes(output), bytes(error))


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the program and whatever it started, and release its pipes."""
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    for pipe in (process.stdout, process.stderr):
        if pipe is not None:
            pipe.close()
