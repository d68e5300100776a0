"""Measure the gate: how much one process holds on one core, how long answers take, and what hostile clients take away.

    [chrt -r 5] python benchmarks/gate.py [--handlers MODULE:FUNCTION] [--reviews 200000] [--seconds 20] [--write]

TLS is real, over loopback, on connections that are kept; server and client are pinned to a core each, and half the load
is sent at a constant rate (see gate_client.py). The floor beside it is Go's own HTTPS server, where Go is there; it
decodes JSON and answers. With SUITES in the environment, the realistic estates there are among the reviews. Exit
status 1 when something was not answered as it must be, or memory grew.
"""

import argparse
import json
import os
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

import gate_reviews
import gate_stream
import machine
from gate_client import NAME
from scan import README

HERE = Path(__file__).parent
START, END = "<!-- bench-gate:start -->", "<!-- bench-gate:end -->"
STEP = 20_000
GROWTH = 1.05
"""How much larger than after the first STEP reviews the process may be after the last."""
HOSTILE = 100
WHOLE = "gate_handlers:whole"
STREAMS = {
    "workloads as they come": "gate_handlers:remembering",
    "the same, and the picture learns of them": "gate_handlers:served",
}
"""What is measured by the stream of workloads, beside the reviews that are judged from the beginning."""


@dataclass(frozen=True)
class Gate:
    """A server that runs, and where its certificates lie."""

    process: "subprocess.Popen[str]"
    port: int
    folder: Path
    stream: bool = False
    """It is asked what a cluster asks as workloads come, under new names each time."""

    @property
    def memory(self) -> int:
        """Bytes of memory that the process has now."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        return int(status.partition("VmRSS:")[2].split()[0]) * 1024

    @property
    def processor(self) -> float:
        """Seconds of processor time that the process has had."""
        after_name = Path(f"/proc/{self.process.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(after_name[11]) + int(after_name[12])) / os.sysconf("SC_CLK_TCK")

    def ask(self, *arguments: object) -> dict[str, float]:
        """What gate_client.py measures, on the other core."""
        reviews = [self.folder / "stream", "--fresh"] if self.stream else [self.folder / "reviews"]
        command = [sys.executable, HERE / "gate_client.py", self.port, self.folder / "ca.crt", *reviews]
        done = subprocess.run(
            [str(part) for part in [*command, *arguments]],
            check=True,
            stdout=subprocess.PIPE,
            preexec_fn=lambda: _pin(1),
        )
        return {str(name): float(value) for name, value in json.loads(done.stdout).items()}


@contextmanager
def running(command: Sequence[str], folder: Path) -> Iterator[Gate]:
    """A server on the first core, until the block ends."""
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, preexec_fn=lambda: _pin(0), env={**os.environ, "GOMAXPROCS": "1"}
    )
    try:
        assert process.stdout is not None
        yield Gate(process, int(process.stdout.readline()), folder)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def measure(gate: Gate, seconds: float) -> tuple[float, float, dict[str, float]]:
    """Reviews a second at most, processor time of each in microseconds, and latencies at half of that."""
    gate.ask("--count", 2000)
    before = gate.processor
    most = gate.ask("--count", 10_000)
    each = (gate.processor - before) / most["answered"] * 1e6
    rate = most["answered"] / most["seconds"]
    return rate, each, gate.ask("--rate", rate / 2, "--seconds", seconds)


def memories(gate: Gate, reviews: int) -> list[int]:
    """The memory of the process after each STEP reviews."""
    found = []
    for _ in range(reviews // STEP):
        gate.ask("--count", STEP)
        found.append(gate.memory)
        print(f"  {found[-1] / 1e6:.1f} MB", file=sys.stderr)
    return found


@contextmanager
def hostile(gate: Gate) -> Iterator[None]:
    """HOSTILE clients of each kind, who come again when they are let go: stuck before and in the handshake, heads that
    trickle, half bodies, and bodies of 7 MB that stop in the middle."""
    starts = (None, b"\x16\x03\x01", b"POST /validate HT", _head(5000) + b"{", _head(7_000_000) + b"x" * 300_000)
    over = threading.Event()
    threads = [threading.Thread(target=_bother, args=(gate.port, start, over), daemon=True) for start in starts]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join()


def _bother(port: int, start: bytes | None, over: threading.Event) -> None:
    _pin(1)
    tls = ssl._create_unverified_context()
    bare = start is None or start.startswith(b"\x16")
    held: list[socket.socket] = []
    while not over.wait(0.05):
        try:
            made = socket.create_connection(("127.0.0.1", port), timeout=5)
            made = made if bare else tls.wrap_socket(made)
            made.sendall(start or b"")
            held.append(made)
        except OSError:
            continue
        if len(held) > HOSTILE:
            held.pop(0).close()
    for each in held:
        each.close()


def once(gate: Gate, body: bytes) -> tuple[int, float]:
    """The status of the answer to one review, and the seconds that it took."""
    context = ssl.create_default_context(cafile=str(gate.folder / "ca.crt"))
    with socket.create_connection(("127.0.0.1", gate.port), timeout=60) as plain:
        secured = context.wrap_socket(plain, server_hostname=NAME)
        start = time.perf_counter()
        with suppress(OSError):  # Refused before it was sent to its end, it has an answer all the same.
            secured.sendall(_head(len(body)) + body)
        answer = secured.recv(65536)
        return int(answer.split()[1]), time.perf_counter() - start


def beside_large(gate: Gate, rate: float, seconds: float) -> dict[str, float]:
    """Latencies of small reviews at half of what is held, while the largest that there are come in, one a second."""
    over = threading.Event()

    def send() -> None:
        _pin(1)
        while not over.wait(1):
            once(gate, gate_reviews.large())

    thread = threading.Thread(target=send)
    thread.start()
    try:
        return gate.ask("--rate", rate / 2, "--seconds", seconds)
    finally:
        over.set()
        thread.join()


def _head(length: int) -> bytes:
    fields = f"Host: {NAME}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n"
    return f"POST /validate?timeout=10s HTTP/1.1\r\n{fields}\r\n".encode()


def _pin(which: int) -> None:
    """Keep the process, or thread, to one core; to the only one where there is one."""
    cores = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {cores[min(which, len(cores) - 1)]})


def report(gate: Gate, streams: Mapping[str, Gate], floor: "Gate | None", given: argparse.Namespace) -> Iterator[str]:
    """Measure, and give the lines of the table."""
    sizes = memories(
        next(reversed(streams.values()), gate), given.reviews
    )  # First: what a burst has left free would hide what leaks.
    yield "| | Reviews a second | Processor time of each | p50 | p99 | p99.9 |"
    yield "|---|--:|--:|--:|--:|--:|"
    rate, each, half = measure(gate, given.seconds)
    yield f"| one process, all it holds | {rate:,.0f} | {each:.0f} µs | | | |"
    yield _row("at half of that", rate / 2, half)
    with hostile(gate):
        time.sleep(1)
        yield _row(
            "the same, beside hostile clients", rate / 2, gate.ask("--rate", rate / 2, "--seconds", given.seconds)
        )
    yield _row("the same, beside one of 3 MB a second", rate / 2, beside_large(gate, rate, given.seconds))
    for name, served in streams.items():
        most, each, half = measure(served, given.seconds)
        yield f"| {name} | {most:,.0f} | {each:.0f} µs | | | |"
        yield _row("at half of that", most / 2, half)
    if floor is not None:
        most, each, under = measure(floor, given.seconds)
        yield f"| floor: Go's HTTPS server, JSON decoded | {most:,.0f} | {each:.0f} µs | | | |"
        yield _row("floor at half of that", most / 2, under)
        yield f"| ratio of the floor to the gate | {most / rate:.2f} | | | | |"
    yield ""
    for name, body, status in (
        ("a pod of 3 MB", gate_reviews.large(), 200),
        ("a pod of 1,000 containers", gate_reviews.crowded(), 200),
        ("a body of 8 MB", b"x" * 8_000_000, 413),
    ):
        found, seconds = once(gate, body)
        if found != status:
            raise SystemExit(f"{name} was answered {found}, not {status}")
        yield f"- {name}: {found} after {seconds * 1000:.0f} ms"
    if sizes:
        told = ", ".join(f"{size / 1e6:.1f}" for size in sizes)
        yield f"- memory after every {STEP:,} of {given.reviews:,} reviews, in MB: {told}"
        if sizes[-1] > sizes[0] * GROWTH:
            raise SystemExit("memory grew: " + ", ".join(map(str, sizes)))


def _row(name: str, rate: float, seen: dict[str, float]) -> str:
    times = " | ".join(f"{seen[part] * 1000:.2f} ms" for part in ("p50", "p99", "p99.9"))
    return f"| {name} | {rate:,.0f} | | {times} |"


def _scheduler() -> str:
    """Whether others on the machine could take time from what was measured: as root, `chrt -r 5` keeps them off."""
    alone = os.sched_getscheduler(0) in (os.SCHED_FIFO, os.SCHED_RR)
    return "Server and client had real-time priority." if alone else "Server and client had no priority over others."


def _floor(folder: Path) -> list[str] | None:
    """The command of the Go server; None where there is no Go."""
    if shutil.which("go") is None:
        return None
    program = folder / "floor"
    subprocess.run(["go", "build", "-o", str(program), "./gate"], cwd=HERE / "peers", check=True)
    return [str(program), str(folder / "tls.crt"), str(folder / "tls.key")]


def main() -> int:
    """Measure as the arguments say, and print Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--handlers", default="")
    parser.add_argument("--reviews", type=int, default=200_000)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    suites = Path(os.environ["SUITES"]) if "SUITES" in os.environ else None
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        reviews = gate_reviews.small(suites, folder)
        (folder / "reviews").write_bytes(b"\n".join(reviews))
        command = [sys.executable, str(HERE / "gate_server.py"), name, "--handlers", given.handlers]
        lines = [f"{machine.line()} {_scheduler()}", ""]
        gate = stack.enter_context(running(command, folder))
        found = gate_stream.stream(gate_reviews.found(suites, folder)) if given.handlers == WHOLE else []
        streams = {}
        for number, (title, handlers) in enumerate(STREAMS.items() if found else ()):
            apart = folder / f"stream-{number}"
            apart.mkdir()
            (apart / "stream").write_bytes(b"\n".join(found))
            serving = [sys.executable, str(HERE / "gate_server.py"), str(apart), "--handlers", handlers]
            streams[title] = replace(stack.enter_context(running(serving, apart)), stream=True)
        floor = _floor(folder)
        beside = stack.enter_context(running(floor, folder)) if floor else None
        mean = sum(map(len, reviews)) / len(reviews)
        asked = given.handlers or "none: reviews are decoded and admitted"
        lines += [f"{len(reviews):,} reviews of {mean / 1000:.1f} KB on average; handlers: {asked}.", ""]
        lines += report(gate, streams, beside, given)
    text = "\n".join(lines)
    print(text)
    if given.write:
        before, _, rest = README.read_text(encoding="utf-8").partition(START)
        README.write_text(f"{before}{START}\n{text}\n{END}{rest.partition(END)[2]}", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
