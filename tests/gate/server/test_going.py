"""Certificates change and servers go under load, and no request is lost."""

import contextlib
import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hardstand.gate.server import certificates
from hardstand.gate.server.hosting import Vitals, listen, server
from hardstand.gate.server.interface import Limits
from hardstand.gate.server.keepers import FileKeeper, SharedKeeper, Watch
from hardstand.gate.server.metrics import Metrics
from hardstand.gate.server.routes import Routes
from hardstand.gate.server.stores import FileStore
from tests.gate.server.serving import NAME, Client, client_context, echo, eventually, generation, get, post, serving
from tests.gate.server.test_certificates import Target


@dataclass
class Load:
    """Clients that ask one after another, each on a connection that it keeps for `keep` requests. What was sent and got
    no answer is lost."""

    connect: Callable[[], Client]
    keep: int = 50
    clients: int = 6
    answered: int = 0
    lost: list[str] = field(default_factory=list)
    halt: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> "Load":
        self._threads = [threading.Thread(target=self._ask) for _ in range(self.clients)]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.halt.set()
        for thread in self._threads:
            thread.join(20)

    def more(self, count: int) -> None:
        """Wait until so many more have been answered."""
        goal = self.answered + count
        eventually(lambda: self.answered >= goal or bool(self.lost))

    def _ask(self) -> None:
        try:
            while not self.halt.is_set():
                with self.connect() as client:
                    for _ in range(self.keep):
                        reply = client.ask(post(b"a" * 3000))
                        assert reply.status == 200
                        self.answered += 1
                        if reply.fields.get("connection") == "close" or self.halt.is_set():
                            break
        except (OSError, EOFError, AssertionError) as error:
            self.lost.append(repr(error))


def test_a_rotation_under_load_loses_nothing_and_old_connections_live(tmp_path: Path) -> None:
    # Clients go by the real clock, so the keeper's comes up to it from behind.
    now = [datetime.now(UTC) - timedelta(days=61) - certificates.OVERLAP]
    target = Target()
    keeper = SharedKeeper(
        FileStore(tmp_path / "c.json"), target, [NAME], lifetime=timedelta(days=90), clock=lambda: now[0]
    )
    keeper.refresh()
    before = keeper.expires
    with serving(contexts=keeper.current) as running:

        def connect() -> Client:
            return Client(running.plain(), client_context(target.bundle))

        said: list[str] = []
        with connect() as old, Watch(keeper, 0.02, said.append), Load(connect) as load:
            assert old.ask(post(b"abc")).status == 200
            load.more(300)
            now[0] += timedelta(days=61)  # A new generation is due: first it is trusted …
            eventually(lambda: target.bundle.count(b"BEGIN CERTIFICATE") == 2)
            assert keeper.expires == before
            load.more(300)
            now[0] += certificates.OVERLAP  # … and then shown.
            eventually(lambda: keeper.expires > before)
            load.more(600)
            with connect() as new:
                shown = new.socket.getpeercert()
                assert shown is not None
                assert ssl.cert_time_to_seconds(str(shown["notAfter"])) == keeper.expires.timestamp()
            assert old.ask(post(b"abc")).status == 200
        assert load.lost == []
        eventually(lambda: len(said) > 0)
        assert said[0].startswith("a new certificate is served")


def test_files_that_are_replaced_under_load_lose_nothing(tmp_path: Path) -> None:
    made = [certificates.make([NAME], datetime.now(UTC)) for _ in range(2)]
    trusted = certificates.bundle(made)
    paths = (tmp_path / "tls.crt", tmp_path / "tls.key")

    def write(which: int) -> None:
        for path, content in zip(paths, (made[which].certificate, made[which].key), strict=True):
            path.write_bytes(content)
            time.sleep(0.05)

    write(0)
    keeper = FileKeeper(*paths)
    keeper.refresh()
    with (
        serving(contexts=keeper.current) as running,
        Watch(keeper, 0.01, lambda _: None),
        Load(lambda: Client(running.plain(), client_context(trusted)), keep=5) as load,
    ):
        for turn in (1, 0, 1):
            write(turn)
            load.more(100)
    assert load.lost == []


def test_going_answers_what_was_asked_and_sends_the_rest_elsewhere() -> None:
    limits = Limits(leaving_time=0.5, grace=10)
    with serving(limits=limits) as first, serving(limits=limits) as second:

        def connect() -> Client:
            """As a Service does: to whoever is ready, and for a moment to whoever was."""
            chosen = first if not balancer.is_set() else second
            return chosen.connect()

        balancer = threading.Event()
        with Load(connect) as load, first.connect() as idle:
            assert idle.ask(post(b"abc")).status == 200
            load.more(300)
            first.server.stop()
            threading.Timer(0.25, balancer.set).start()
            assert idle.closed()
            first.thread.join(10)
            assert not first.thread.is_alive()
            load.more(300)
        assert load.lost == []
        assert first.count("connections") == 0


def test_going_waits_for_a_review_that_is_being_judged_but_not_for_ever() -> None:
    let = threading.Event()

    def slow(body: bytes) -> object:
        let.wait(20)
        return echo(body)

    limits = Limits(big=100, leaving_time=0.05, grace=2)
    with serving(slow, limits) as running, running.connect() as client:  # type: ignore[arg-type]
        client.send(post(b"a" * 200))
        eventually(lambda: running.count("big_reviews") == 1)
        running.server.stop()
        eventually(lambda: any("going" in line for line in running.said))
        let.set()
        reply = client.read()
        assert (reply.body, reply.fields["connection"]) == (b'{"echo":200}', "close")
        assert client.closed()
    let.clear()
    with serving(slow, limits) as running, running.connect() as client:  # type: ignore[arg-type]
        client.send(post(b"a" * 200))
        eventually(lambda: running.count("big_reviews") == 1)
        start = time.monotonic()
        running.server.stop()
        running.thread.join(10)
        assert not running.thread.is_alive()
        assert time.monotonic() - start < 8
        assert client.closed()
        let.set()


PROGRAM = """
import socket, sys
from pathlib import Path
from hardstand.gate.server import hosting, interface, keepers, metrics, routes
from tests.gate.server.serving import echo
limits = interface.Limits(leaving_time=0.5, grace=10)
listening = socket.socket(fileno=int(sys.argv[3]))
hosting.host(
    listening,
    routes.Routes({"/validate": echo}, metrics.Metrics(), limits),
    keepers.FileKeeper(Path(sys.argv[1]), Path(sys.argv[2])),
    hosting.Vitals(lambda: 1.5, lambda: True),
    print,
    started=lambda _: print("started", flush=True),
)
print("gone", flush=True)
"""


def test_sigterm_ends_a_process_with_every_request_answered(tmp_path: Path) -> None:
    made = generation()
    for name, content in (("crt", made.certificate), ("key", made.key)):
        (tmp_path / name).write_bytes(content)
    with contextlib.ExitStack() as stack:
        processes, ports = [], []
        for _ in range(2):
            listening = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
            ports.append(listening.getsockname()[1])
            command = [sys.executable, "-c", PROGRAM, str(tmp_path / "crt"), str(tmp_path / "key")]
            process = subprocess.Popen(
                [*command, str(listening.fileno())],
                pass_fds=[listening.fileno()],
                stdout=subprocess.PIPE,
                text=True,
                cwd=Path(__file__).parents[3],
            )
            stack.callback(process.kill)
            assert process.stdout is not None
            stack.callback(process.stdout.close)
            assert process.stdout.readline() == "started\n"
            processes.append(process)
        moved = threading.Event()

        def connect() -> Client:
            plain = socket.create_connection(("127.0.0.1", ports[moved.is_set()]), timeout=10)
            return Client(plain, client_context(made.authority))

        with Load(connect) as load:
            load.more(300)
            with connect() as client:
                told = client.ask(get("/metrics")).body.decode()
            assert f"_certificate_expiry_timestamp_seconds {made.expires.timestamp()}\n" in told
            assert "_emergency 1.0\n" in told
            assert "_picture_age_seconds 1.5\n" in told
            os.kill(processes[0].pid, signal.SIGTERM)
            time.sleep(0.2)
            moved.set()
            assert processes[0].wait(15) == 0
            load.more(300)
        assert load.lost == []
        assert processes[0].stdout is not None
        assert processes[0].stdout.read().endswith("gone\n")
        os.kill(processes[1].pid, signal.SIGTERM)
        assert processes[1].wait(15) == 0


def test_a_gate_whose_certificate_has_expired_is_not_ready(tmp_path: Path) -> None:
    old = certificates.make([NAME], datetime.now(UTC) - timedelta(days=91))
    for name, content in (("crt", old.certificate), ("key", old.key)):
        (tmp_path / name).write_bytes(content)
    keeper = FileKeeper(tmp_path / "crt", tmp_path / "key")
    keeper.refresh()
    routes = Routes({"/validate": echo}, Metrics(), Limits(leaving_time=0.05))
    made = server(routes, keeper, Vitals(lambda: None, lambda: False), lambda _: None)
    listening, started = listen("127.0.0.1", 0), threading.Event()
    thread = threading.Thread(target=made.run, args=(listening, started.set))
    thread.start()
    try:
        assert started.wait(10)
        trusting = ssl._create_unverified_context()
        with Client(socket.create_connection(listening.getsockname(), timeout=10), trusting) as client:
            reply = client.ask(get("/readyz"))
        assert (reply.status, json.loads(reply.body)["why"]) == (503, "the certificate has expired")
    finally:
        made.stop()
        thread.join(10)


def test_a_socket_without_a_host_takes_both_families() -> None:
    with listen("", 0) as listening:
        port = listening.getsockname()[1]
        for host in ("127.0.0.1", "::1") if socket.has_dualstack_ipv6() else ("127.0.0.1",):
            socket.create_connection((host, port), timeout=5).close()
