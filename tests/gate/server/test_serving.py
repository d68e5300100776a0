"""What a well-behaved client gets: answers, refusals with a sentence, metrics."""

import contextlib
import json
import re
import socket
import ssl
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hardstand.gate.server import certificates
from hardstand.gate.server.contexts import context
from hardstand.gate.server.interface import Limits, RefusedError
from hardstand.gate.server.routes import time_limit
from tests.gate.server.serving import (
    NAME,
    Answer,
    Reply,
    client_context,
    echo,
    eventually,
    generation,
    get,
    post,
    serving,
)


def message(reply: Reply) -> str:
    """The sentence of an error, which must be a Status of Kubernetes."""
    status = json.loads(reply.body)
    assert (status["kind"], status["apiVersion"], status["status"]) == ("Status", "v1", "Failure")
    assert status["code"] == reply.status
    text = status["message"]
    assert isinstance(text, str)
    return text


def test_reviews_are_answered_on_one_connection_after_another() -> None:
    with serving() as running, running.connect() as client:
        for size in (0, 1, 5000, 300_000):
            reply = client.ask(post(b"a" * size))
            assert (reply.status, reply.body) == (200, b'{"echo":%d}' % size)
            assert reply.fields["content-type"] == "application/json"
        assert client.ask(post(b"abc", "/image-policy")).body == b'{"echo":3}'
        assert running.count("connections") == 1


def test_requests_that_are_sent_at_once_are_answered_in_order() -> None:
    with serving() as running, running.connect() as client:
        sizes = [*range(50), 40_000, 3, 100_000, 7]
        client.send(b"".join(post(b"a" * size) for size in sizes) + get("/healthz"))
        assert [client.read().body for _ in sizes] == [b'{"echo":%d}' % size for size in sizes]
        assert client.read().body == b'{"healthy":true}'


def test_chunks_expectations_and_old_clients() -> None:
    with serving() as running:
        start = f"POST /validate HTTP/1.1\r\nHost: {NAME}\r\nContent-Type: application/json; charset=utf-8\r\n".encode()
        with running.connect() as client:
            chunked = start + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n"
            assert client.ask(chunked).body == b'{"echo":5}'
            assert client.ask(start + b"Content-Length: 2\r\nExpect: 100-continue\r\n\r\n").status == 100
            assert client.ask(b"ab").body == b'{"echo":2}'
        with running.connect() as client:
            reply = client.ask(post(b"abc", version="1.0"))
            assert (reply.body, reply.fields["connection"]) == (b'{"echo":3}', "close")
            assert client.closed()
        with running.connect() as client:
            assert client.ask(post(b"abc", fields="Connection: close\r\n")).fields["connection"] == "close"
            assert client.closed()


def test_a_client_that_says_it_sends_no_more_is_still_answered() -> None:
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    tls = client_context(generation().authority).wrap_bio(incoming, outgoing, server_hostname=NAME)
    with serving() as running, running.plain() as plain:
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

        def flush() -> None:
            """Send what TLS has made in pieces that cut its records anywhere."""
            while piece := outgoing.read(7):
                plain.sendall(piece)

        def patiently(call: Callable[[], bytes | None]) -> bytes | None:
            while True:
                try:
                    return call()
                except ssl.SSLWantReadError:
                    flush()
                    incoming.write(plain.recv(65536))

        patiently(tls.do_handshake)
        tls.write(post(b"abc") + post(b"abcd"))
        with contextlib.suppress(ssl.SSLWantReadError):  # The server's closing alert comes after its answers.
            tls.unwrap()
        flush()
        plain.shutdown(socket.SHUT_WR)
        read = b""
        with contextlib.suppress(ssl.SSLZeroReturnError):  # The server's closing alert.
            while piece := patiently(lambda: tls.read(65536)):
                read += piece
        assert re.findall(rb"echo..(\d)", read) == [b"3", b"4"]
        eventually(lambda: running.count("connections") == 0)


@pytest.mark.parametrize(
    ("request_", "status", "words"),
    [
        (get("/nothing"), 404, "/healthz, /image-policy, /metrics, /readyz, /validate"),
        (get("/validate"), 405, "/validate answers POST only"),
        (post(b"{}", "/healthz"), 405, "/healthz answers GET, HEAD only"),
        (post(b"{}").replace(b"application/json", b"text/yaml"), 415, "application/json"),
        (b"POST /validate HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n\r\n", 411, "Content-Length"),
        (post(b"").replace(b"Content-Length: 0", b"Content-Length: 7340033"), 413, "7340032 bytes"),
        (get("/healthz").replace(b"\r\n\r\n", b"\r\nContent-Length: 3\r\n\r\nabc"), 400, "no body"),
        (b"hello\r\n\r\n", 400, "METHOD TARGET HTTP/1.1"),
    ],
)
def test_what_is_not_served_is_refused_with_a_sentence(request_: bytes, status: int, words: str) -> None:
    with serving() as running, running.connect() as client:
        reply = client.ask(request_)
        assert reply.status == status
        assert words in message(reply)
        assert reply.fields["connection"] == "close"
        assert client.closed()
        assert running.count(f'refused_total{{status="{status}"}}') == 1
        if status == 405:
            assert reply.fields["allow"] in message(reply)


def test_a_body_above_the_limit_is_refused_before_it_is_sent_and_while_it_is() -> None:
    with serving() as running:
        with running.connect() as client:
            whole = post(b"a" * (20 * 1024 * 1024))
            client.send(whole[: 2 * 1024 * 1024])
            assert client.read().status == 413
        with running.connect() as client:
            head = f"POST /validate HTTP/1.1\r\nHost: {NAME}\r\nContent-Type: application/json\r\n".encode()
            client.send(head + b"Transfer-Encoding: chunked\r\n\r\n")
            chunk = b"100000\r\n" + b"a" * 0x100000 + b"\r\n"
            for _ in range(7):
                client.send(chunk)
            assert client.ask(b"1\r\n").status == 413
        with running.connect() as client:
            assert client.ask(post(b"a" * (7 * 1024 * 1024))).body == b'{"echo":7340032}'


def test_health_and_readiness() -> None:
    why = ["the cluster has not been read yet"]
    with serving(ready=lambda: why[0]) as running, running.connect() as client:
        assert client.ask(get("/healthz")).status == 200
        reply = client.ask(get("/readyz"))
        assert (reply.status, json.loads(reply.body)["why"]) == (503, why[0])
        why[0] = ""
        assert client.ask(get("/readyz")).body == b'{"ready":true}'
        client.send(get("/readyz").replace(b"GET", b"HEAD") + get("/healthz"))
        head = client._file.readline()
        assert head == b"HTTP/1.1 200 OK\r\n"
        while client._file.readline() != b"\r\n":
            pass
        assert client.read().body == b'{"healthy":true}'  # HEAD had no body, or this would be out of step.


def test_a_handler_that_refuses_and_one_that_fails() -> None:
    def handler(body: bytes) -> Answer:
        if body == b"refused":
            raise RefusedError(400, "This is no AdmissionReview.")
        raise KeyError("hunter2 is in the body")

    with serving(handler) as running, running.connect() as client:
        reply = client.ask(post(b"refused"))
        assert (reply.status, message(reply)) == (400, "This is no AdmissionReview.")
        for size in (3, 100_000):
            reply = client.ask(post(b"a" * size))
            assert reply.status == 500
            assert "log" in message(reply)
        assert running.said
        assert all("KeyError" in line and __file__ in line and "hunter2" not in line for line in running.said)
        assert running.count('refused_total{status="500"}') == 2


def test_an_answer_may_be_an_error_and_may_tell_the_log() -> None:
    with (
        serving(lambda _: Answer(b'{"error":"no"}', "error", 400, "no review")) as running,
        running.connect() as client,
    ):
        reply = client.ask(post(b"abc"))
        assert (reply.status, reply.body) == (400, b'{"error":"no"}')
        assert client.ask(get("/healthz")).status == 200
        assert running.said == ["/validate: no review"]
        assert running.count('reviews_total{path="/validate",verdict="error"}') == 1
        assert running.count('refused_total{status="400"}') == 1


def test_big_bodies_go_to_their_own_handler_on_a_thread_of_their_own() -> None:
    threads: dict[str, set[int]] = {"small": set(), "big": set(), "between": set()}

    def noted(kind: str) -> Callable[[bytes], Answer]:
        return lambda body: (threads[kind].add(threading.get_ident()), echo(body))[1]

    with serving(noted("small"), big=noted("big")) as running, running.connect() as client:
        for size in (1, 32 * 1024, 32 * 1024 + 1, 2):
            assert client.ask(post(b"a" * size)).body == b'{"echo":%d}' % size
        running.server.call(lambda: threads["between"].add(threading.get_ident()))
        eventually(lambda: bool(threads["between"]))
    assert [len(each) for each in threads.values()] == [1, 1, 1]
    assert threads["small"] == threads["between"] != threads["big"]
    limits = Limits(workers=0, leaving_time=0.05, grace=5)
    with serving(noted("small"), limits, big=noted("nothing")) as running, running.connect() as client:
        assert client.ask(post(b"a" * 100_000)).status == 200


def test_the_metrics_are_prometheus_text() -> None:
    with serving() as running, running.connect() as client:
        for size in (1, 2, 40_000):
            client.ask(post(b"a" * size))
        client.ask(post(b"", "/image-policy"))
        running.metrics.gauge("picture_age_seconds", "Age of the picture.", lambda: 1.5)
        running.metrics.gauge("emergency", "Whether everything only warns.", lambda: None)
        reply = client.ask(get("/metrics"))
        assert reply.fields["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
        text = reply.body.decode()
        assert 'hardstand_gate_reviews_total{path="/validate",verdict="allowed"} 3\n' in text
        assert 'hardstand_gate_review_seconds_bucket{path="/validate",le="+Inf"} 3\n' in text
        assert "hardstand_gate_picture_age_seconds 1.5\n" in text
        assert "\nhardstand_gate_emergency " not in text
        kinds: dict[str, str] = {}
        for line in text.splitlines():
            if line.startswith("# TYPE "):
                _, _, name, kind = line.split()
                assert name not in kinds
                kinds[name] = kind
            elif not line.startswith("# HELP "):
                sample = re.fullmatch(r'([a-z_]+)(\{[a-z_]+="[^"\\\n]*"(,[a-z_]+="[^"\\\n]*")*\})? [0-9.e+-]+', line)
                assert sample, line
                assert sample[1] in kinds or re.sub("_(bucket|sum|count)$", "", sample[1]) in kinds
        buckets = [int(n) for n in re.findall(r'_bucket\{path="/validate",le="[^"]+"\} (\d+)', text)]
        assert buckets == sorted(buckets)


def test_with_a_client_ca_only_its_clients_may_ask_and_probes_still_may(tmp_path: Path) -> None:
    ours, stranger = (certificates.make(["apiserver"], datetime.now(UTC)) for _ in range(2))
    mine = context(generation().certificate, generation().key, ours.authority)
    for name, made in (("ours", ours), ("stranger", stranger)):
        (tmp_path / f"{name}.crt").write_bytes(made.certificate)
        (tmp_path / f"{name}.key").write_bytes(made.key)

    def pair(name: str) -> dict[str, str]:
        return {"certificate": str(tmp_path / f"{name}.crt"), "key": str(tmp_path / f"{name}.key")}

    with serving(contexts=lambda: mine, verified_only=True) as running:
        with running.connect() as client:
            assert client.ask(get("/readyz")).status == 200
            reply = client.ask(post(b"abc"))
            assert (reply.status, "client CA" in message(reply)) == (401, True)
        with pytest.raises((ssl.SSLError, OSError, EOFError)), running.connect(**pair("stranger")) as client:
            client.ask(get("/readyz"))


@pytest.mark.parametrize(
    ("query", "seconds"),
    [
        ("timeout=10s", 10),
        ("a=b&timeout=500ms", 0.5),
        ("timeout=1m0s", 30),
        ("timeout=1.5s", 1.5),
        ("timeout=2s500ms", 2.5),
        ("timeout=ten", 30),
        ("timeout=10sx", 30),
        ("timeout=", 30),
        ("", 30),
    ],
)
def test_the_time_that_the_api_server_waits(query: str, seconds: float) -> None:
    assert time_limit(query, Limits().longest_review) == seconds


@pytest.mark.parametrize(
    ("version", "ciphers", "fits"),
    [
        (ssl.TLSVersion.TLSv1_3, "", True),
        (ssl.TLSVersion.TLSv1_2, "ECDHE-ECDSA-AES128-GCM-SHA256", True),
        (ssl.TLSVersion.TLSv1_2, "ECDHE-ECDSA-AES256-SHA384:@SECLEVEL=0", False),
        (ssl.TLSVersion.TLSv1_1, "DEFAULT:@SECLEVEL=0", False),
    ],
)
@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
def test_tls_below_what_is_safe_today_is_refused(version: ssl.TLSVersion, ciphers: str, fits: bool) -> None:
    client = ssl.create_default_context(cadata=generation().authority.decode())
    client.minimum_version = client.maximum_version = version
    if ciphers:
        client.set_ciphers(ciphers)
    with serving(echo) as running, running.plain() as plain:
        if fits:
            with client.wrap_socket(plain, server_hostname=NAME) as secured:
                assert secured.version() == version.name.replace("_", ".")
        else:
            with pytest.raises(ssl.SSLError):
                client.wrap_socket(plain, server_hostname=NAME)
