"""A real server on loopback, and clients that speak to it byte by byte."""

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache

from hardstand.gate.server import certificates
from hardstand.gate.server.contexts import context
from hardstand.gate.server.interface import Handler, Limits
from hardstand.gate.server.metrics import Metrics
from hardstand.gate.server.routes import Routes
from hardstand.gate.server.server import Server

NAME = "gate.hardstand.svc"


@cache
def generation() -> certificates.Generation:
    return certificates.make([NAME], datetime.now(UTC))


@dataclass(frozen=True)
class Answer:
    body: bytes
    verdict: str = "allowed"
    status: int = 200
    fault: str = ""


def echo(body: bytes) -> Answer:
    return Answer(b'{"echo":%d}' % len(body))


@dataclass
class Running:
    port: int
    server: Server
    metrics: Metrics
    thread: threading.Thread
    said: list[str] = field(default_factory=list)

    def connect(self, timeout: float = 10, authority: bytes | None = None, **pair: str) -> "Client":
        return Client(self.plain(timeout), client_context(authority or generation().authority, **pair))

    def plain(self, timeout: float = 10) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=timeout)

    def count(self, line: str) -> float:
        """The number behind a sample of the metrics, 0 where it is not there."""
        for each in self.metrics.text().splitlines():
            if each.startswith(f"hardstand_gate_{line} "):
                return float(each.rpartition(" ")[2])
        return 0


def client_context(authority: bytes, certificate: str = "", key: str = "") -> ssl.SSLContext:
    made = ssl.create_default_context(cadata=authority.decode())
    if certificate:
        made.load_cert_chain(certificate, key)
    return made


@dataclass
class Reply:
    status: int
    fields: Mapping[str, str]
    body: bytes


class Client:
    """A client that sends what it is given, and reads answers one by one."""

    def __init__(self, plain: socket.socket, tls: ssl.SSLContext) -> None:
        self.socket = tls.wrap_socket(plain, server_hostname=NAME)
        self._file = self.socket.makefile("rb")

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def read(self) -> Reply:
        """The next answer. Raises EOFError when the server has closed."""
        first = self._file.readline()
        if not first:
            raise EOFError
        fields = {}
        while (line := self._file.readline()) not in (b"\r\n", b""):
            name, _, value = line.decode().partition(":")
            fields[name.lower()] = value.strip()
        body = self._file.read(int(fields.get("content-length", "0")))
        return Reply(int(first.split()[1]), fields, body)

    def ask(self, data: bytes) -> Reply:
        self.send(data)
        return self.read()

    def closed(self) -> bool:
        """Whether the server has closed; waits for it."""
        try:
            return self._file.read(1) == b""
        except (ssl.SSLError, OSError):
            return True

    def close(self) -> None:
        self._file.close()
        self.socket.close()

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def eventually(true: Callable[[], bool], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not come to be"
        time.sleep(0.01)


def post(body: bytes, path: str = "/validate?timeout=10s", fields: str = "", version: str = "1.1") -> bytes:
    head = (
        f"POST {path} HTTP/{version}\r\nHost: {NAME}:443\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n{fields}\r\n"
    )
    return head.encode() + body


def get(path: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: {NAME}\r\n\r\n".encode()


@contextlib.contextmanager
def serving(
    handler: Handler = echo,
    limits: Limits | None = None,
    contexts: Callable[[], ssl.SSLContext] | None = None,
    ready: Callable[[], str] = lambda: "",
    verified_only: bool = False,
    big: Handler | None = None,
) -> Iterator[Running]:
    """A server in a thread of its own, with short ways to go; it must have ended when this ends."""
    limits = limits or Limits(leaving_time=0.05, grace=5)
    made = context(generation().certificate, generation().key)
    metrics = Metrics()
    said: list[str] = []
    handlers = {"/validate": handler, "/image-policy": handler}
    routes = Routes(handlers, metrics, limits, ready, verified_only, {"/validate": big} if big else {})
    server = Server(routes, contexts or (lambda: made), said.append)
    listening = socket.create_server(("127.0.0.1", 0))
    started = threading.Event()
    thread = threading.Thread(target=server.run, args=(listening, started.set), daemon=True)
    thread.start()
    assert started.wait(10)
    try:
        yield Running(listening.getsockname()[1], server, metrics, thread, said)
    finally:
        server.stop()
        thread.join(15)
        assert not thread.is_alive()
