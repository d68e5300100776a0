"""Clients that are slow, broken or greedy take nothing from the others, and are let go in time.

Each hostile client is real. What the others get is measured by asking beside it; no test waits a fixed time for
something that it could watch for.
"""

import contextlib
import json
import resource
import socket
import ssl
import struct
import threading
import time
from collections.abc import Iterator

import pytest

from hardstand.gate.server.interface import Limits
from tests.gate.server.serving import NAME, Answer, Client, Running, echo, eventually, get, post, serving

QUICK = Limits(
    handshake_time=0.5,
    head_time=0.5,
    body_time=0.5,
    write_time=0.5,
    idle_time=60,
    linger_time=0.5,
    leaving_time=0.05,
    grace=5,
)


@contextlib.contextmanager
def many(running: Running, count: int, start: bytes, tls: bool = True) -> Iterator[list[socket.socket]]:
    """`count` connections that have sent `start`."""
    with contextlib.ExitStack() as stack:
        made: list[socket.socket] = []
        for _ in range(count):
            plain = stack.enter_context(running.plain())
            if tls:
                client = ssl._create_unverified_context()
                plain = stack.enter_context(client.wrap_socket(plain, server_hostname=NAME))
            if start:
                plain.sendall(start)
            made.append(plain)
        yield made


def used(running: Running) -> Client:
    """A connection that has asked once, and so has its time: one that never did has only that of a head."""
    client = running.connect()
    assert client.ask(post(b"abc")).status == 200
    return client


HALF = post(b"a" * 5000)
STUCK = [
    pytest.param(b"", False, "handshake", id="handshake that never begins"),
    pytest.param(b"\x16\x03\x01\x00\xf0\x01", False, "handshake", id="handshake that never ends"),
    pytest.param(b"", True, "head", id="nothing after the handshake"),
    pytest.param(HALF[:40], True, "head", id="half a head"),
    pytest.param(HALF[:3000], True, "body", id="half a body"),
    pytest.param(
        b"POST /validate HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n5",
        True,
        "body",
        id="half a chunk",
    ),
]


@pytest.mark.parametrize(("start", "tls", "phase"), STUCK)
def test_who_stops_sending_is_let_go_and_others_are_served_meanwhile(start: bytes, tls: bool, phase: str) -> None:
    with serving(limits=QUICK) as running, used(running) as good, many(running, 30, start, tls) as stuck:
        for _ in range(100):
            assert good.ask(post(b"abc")).status == 200
        eventually(lambda: running.count("connections") == 1)
        assert running.count(f'timed_out_total{{phase="{phase}"}}') == 30
        assert good.ask(post(b"abc")).status == 200
        if tls and start:
            answer = stuck[0].recv(65536)
            assert answer.startswith(b"HTTP/1.1 408 ")
            assert json.loads(answer.partition(b"\r\n\r\n")[2])["message"].startswith(f"The {phase} of the request")


def test_a_head_that_trickles_in_gets_no_more_time_than_one_that_stops() -> None:
    with serving(limits=QUICK) as running, running.connect() as slow:
        start = time.monotonic()
        with contextlib.suppress(OSError):
            for byte in HALF[:120]:
                slow.send(bytes([byte]))
                time.sleep(0.05)
        assert time.monotonic() - start < 5
        eventually(lambda: running.count("connections") == 0)
        assert running.count('timed_out_total{phase="head"}') == 1


def test_who_never_reads_is_cut_off_and_costs_little() -> None:
    big = b"x" * 100_000
    with (
        serving(lambda _: Answer(big), QUICK) as running,
        used(running) as good,
        many(running, 20, post(b"abc") * 200) as deaf,
    ):
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        for _ in range(100):
            assert good.ask(post(b"abc")).status == 200
        eventually(lambda: running.count("connections") == 1)
        assert running.count('timed_out_total{phase="write"}') == len(deaf)
        # 400 MB of answers were asked for.
        assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 60_000


@pytest.mark.parametrize(
    "garbage", [b"GET / HTTP/1.1\r\nHost: h\r\n\r\n", b"\x00" * 4000, b"\x16\x03\x01\x00\x05hello"]
)
def test_what_is_no_tls_is_closed_at_once_and_counted(garbage: bytes) -> None:
    with serving() as running, many(running, 10, garbage, tls=False) as made:
        for each in made:
            with contextlib.suppress(ConnectionError):
                while each.recv(4096):
                    pass
        eventually(lambda: running.count("connections") == 0)
        counted = [line for line in running.metrics.text().splitlines() if line.startswith("hardstand_gate_tls_fail")]
        assert sum(int(line.rpartition(" ")[2]) for line in counted) == 10


def test_garbage_inside_tls_breaks_that_connection_alone() -> None:
    with serving() as running, used(running) as good, running.connect() as bad:
        assert bad.ask(post(b"abc")).status == 200
        raw = socket.socket(fileno=bad.socket.detach())
        raw.settimeout(10)
        raw.sendall(b"\x17\x03\x03\x00\x20" + b"\x00" * 32)  # A record that nobody has encrypted.
        while raw.recv(4096):
            pass
        raw.close()
        assert good.ask(post(b"abc")).status == 200
        eventually(lambda: running.count("connections") == 1)


def test_who_resets_amid_a_body_is_forgotten() -> None:
    with serving() as running, used(running) as good:
        for _ in range(20):
            client = running.connect()
            client.send(HALF[:2000])
            client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            client.close()
        eventually(lambda: running.count("connections") == 1)
        assert good.ask(post(b"abc")).status == 200


def test_a_flood_of_requests_on_one_connection_leaves_the_others_their_turn() -> None:
    with serving(lambda body: (time.sleep(0.002), echo(body))[1]) as running, running.connect() as flood:
        flood.send(post(b"a") * 500)
        with used(running) as good:
            taken = []
            for _ in range(20):
                start = time.monotonic()
                assert good.ask(post(b"abc")).status == 200
                taken.append(time.monotonic() - start)
        # One of the flood's goes between two of ours; all 500 of them would take a second.
        assert sorted(taken)[10] < 0.1
        for _ in range(500):
            assert flood.read().status == 200


def test_the_connection_that_was_idle_the_longest_makes_room() -> None:
    limits = Limits(connections=10, leaving_time=0.05, grace=5)
    with serving(limits=limits) as running, contextlib.ExitStack() as stack:
        clients = [stack.enter_context(running.connect()) for _ in range(10)]
        for client in [*clients[1:], clients[0]]:  # The second has now been idle the longest.
            assert client.ask(post(b"abc")).status == 200
        newcomer = stack.enter_context(running.connect())
        assert newcomer.ask(post(b"abc")).status == 200
        assert clients[1].closed()
        for client in [clients[0], *clients[2:], newcomer]:
            assert client.ask(post(b"abc")).status == 200
        assert running.count("connections") == 10
        assert running.count("connections_evicted_total") == 1


def test_who_is_stuck_makes_room_before_who_is_idle() -> None:
    limits = Limits(connections=10, patience=0.2, leaving_time=0.05, grace=5)
    with serving(limits=limits) as running, contextlib.ExitStack() as stack:
        idle = [stack.enter_context(running.connect()) for _ in range(5)]
        for client in idle:
            assert client.ask(post(b"abc")).status == 200
        stack.enter_context(many(running, 5, b"", tls=False))
        eventually(lambda: running.count("connections") == 10)
        time.sleep(limits.patience + 0.1)
        for _ in range(5):
            newcomer = stack.enter_context(running.connect())
            assert newcomer.ask(post(b"abc")).status == 200
        for client in idle:
            assert client.ask(post(b"abc")).status == 200


class Slow:
    """A handler that holds big bodies until it is let."""

    def __init__(self) -> None:
        self.begun = threading.Semaphore(0)
        self.let = threading.Event()

    def __call__(self, body: bytes) -> Answer:
        if len(body) > 1000:
            self.begun.release()
            assert self.let.wait(30)
        return echo(body)


def test_small_reviews_do_not_wait_for_big_ones_and_too_many_big_ones_are_refused() -> None:
    slow = Slow()
    limits = Limits(big=1000, workers=1, waiting=2, leaving_time=0.05, grace=5)
    with serving(slow, limits) as running, contextlib.ExitStack() as stack:
        clients = [stack.enter_context(running.connect()) for _ in range(3)]
        for client in clients:
            client.send(post(b"a" * 5000))
        assert slow.begun.acquire(timeout=10)
        eventually(lambda: running.count("big_reviews") == 3)
        with running.connect() as other:
            assert other.ask(post(b"abc")).body == b'{"echo":3}'
            reply = other.ask(post(b"a" * 5000))
            assert (reply.status, reply.fields["retry-after"]) == (503, "1")
            assert other.ask(post(b"abc")).status == 200
        slow.let.set()
        for client in clients:
            assert client.read().body == b'{"echo":5000}'


def test_a_review_whose_time_is_over_or_whose_client_is_gone_is_not_begun() -> None:
    slow = Slow()
    limits = Limits(big=1000, workers=1, waiting=5, leaving_time=0.05, grace=5)
    with serving(slow, limits) as running, running.connect() as first, running.connect() as late:
        first.send(post(b"a" * 5000))
        assert slow.begun.acquire(timeout=10)
        late.send(post(b"a" * 5000, "/validate?timeout=50ms"))
        gone = running.connect()
        gone.send(post(b"a" * 5000))
        eventually(lambda: running.count("big_reviews") == 3)
        gone.close()
        time.sleep(0.1)
        slow.let.set()
        assert first.read().status == 200
        assert late.read().status == 504
        eventually(lambda: running.count("big_reviews") == 0)
        assert not slow.begun.acquire(blocking=False)


def test_a_client_that_ends_its_side_before_a_big_review_is_begun_reads_why_it_is_not() -> None:
    slow = Slow()
    limits = Limits(big=1000, workers=1, waiting=5, leaving_time=0.05, grace=5)
    with serving(slow, limits) as running, running.connect() as first, running.connect() as half:
        first.send(post(b"a" * 5000))
        assert slow.begun.acquire(timeout=10)
        half.send(post(b"a" * 5000))
        eventually(lambda: running.count("big_reviews") == 2)
        socket.socket.shutdown(half.socket, socket.SHUT_WR)  # An SSLSocket's own would forget its keys.
        time.sleep(0.1)
        slow.let.set()
        assert first.read().status == 200
        reply = half.read()
        assert reply.status == 400
        assert json.loads(reply.body)["message"].startswith("The client ended its side of the connection before the ")
        assert half.closed()
        assert not slow.begun.acquire(blocking=False)


def test_all_big_bodies_together_are_bounded() -> None:
    limits = Limits(big=1000, bodies=100_000, body_time=0.7, leaving_time=0.05, grace=5)
    whole = post(b"a" * 60_000)
    with serving(limits=limits) as running, running.connect() as holder, running.connect() as other:
        holder.send(whole[:50_000])
        eventually(lambda: other.ask(get("/healthz")).status == 200)
        time.sleep(0.1)
        reply = other.ask(whole)
        assert (reply.status, reply.fields["retry-after"]) == (503, "1")
        with running.connect() as small:
            assert small.ask(post(b"a" * 900)).status == 200
        eventually(lambda: running.count('timed_out_total{phase="body"}') == 1)
        with running.connect() as again:
            assert again.ask(whole).status == 200
