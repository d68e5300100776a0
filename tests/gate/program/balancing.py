"""A balancer before several gates, as a Service is: connections go to those that are ready, and stay where they are."""

import contextlib
import http.client
import selectors
import socket
import threading
from collections.abc import Iterator, Sequence
from itertools import count

from tests.gate.program.running import HERE, trusting

_EVERY = 0.3
"""Seconds between two looks at who is ready; a kubelet and its endpoints take longer."""


class Balancer:
    """Listens on `port` and hands connections on, in turn. What one side ends is ended on the other."""

    def __init__(self) -> None:
        self.backends: Sequence[int] = ()
        self.ready: tuple[int, ...] = ()
        self._turn = count()
        self._listening = socket.create_server((HERE, 0), backlog=256)
        self.port = int(self._listening.getsockname()[1])
        self._ended = threading.Event()
        self._threads = [threading.Thread(target=one, daemon=True) for one in (self._accept, self._look)]

    def __enter__(self) -> "Balancer":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._listening.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(30)
        self._listening.close()

    def _look(self) -> None:
        while not self._ended.wait(_EVERY):
            self.ready = tuple(port for port in self.backends if _is_ready(port))

    def _accept(self) -> None:
        while not self._ended.is_set():
            try:
                client, _ = self._listening.accept()
            except OSError:
                return
            threading.Thread(target=self._joined, args=(client,), daemon=True).start()

    def _joined(self, client: socket.socket) -> None:
        with client:
            for port in self._in_turn():
                with contextlib.suppress(OSError), socket.create_connection((HERE, port), timeout=10) as server:
                    server.settimeout(None)
                    _pumped(client, server)
                    return

    def _in_turn(self) -> Iterator[int]:
        ready = self.ready
        first = next(self._turn)
        return (ready[(first + at) % len(ready)] for at in range(len(ready)))


def _is_ready(port: int) -> bool:
    connection = http.client.HTTPSConnection(HERE, port, context=trusting(), timeout=5)
    with contextlib.closing(connection), contextlib.suppress(OSError, http.client.HTTPException):
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    return False


def _pumped(one: socket.socket, other: socket.socket) -> None:
    """Hand on what comes, until either side ends."""
    with selectors.DefaultSelector() as selector:
        selector.register(one, selectors.EVENT_READ, other)
        selector.register(other, selectors.EVENT_READ, one)
        while True:
            for key, _ in selector.select():
                source, target = key.fileobj, key.data
                assert isinstance(source, socket.socket)
                try:
                    data = source.recv(65_536)
                    target.sendall(data)
                except OSError:
                    return
                if not data:
                    return
