"""Ask a gate over TLS, on connections that are kept, in a process of its own.

    python benchmarks/gate_client.py PORT CA REVIEWS --connections 20 (--count N | --rate N --seconds S)

With `--fresh` the reviews are those of gate_stream.py, and each is given names of its own as it is sent.
With `--count` each connection asks again as soon as it is answered: that finds how many are answered at most. With
`--rate` reviews are due at a constant rate, whatever is answered, and a latency is counted from when its review was
due: one that has to wait for a free connection has waited. (Otherwise a server that stalls would be asked less while it
stalls, and look better than it is.) Prints one JSON object. It ends with status 1 at an answer that is not 200.
"""

import argparse
import json
import select
import socket
import ssl
import sys
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path

import gate_stream

NAME = "gate.hardstand.svc"


class Line:
    """One connection, which waits for at most one answer."""

    def __init__(self, port: int, context: ssl.SSLContext) -> None:
        plain = socket.create_connection(("127.0.0.1", port))
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket = context.wrap_socket(plain, server_hostname=NAME)
        self.number = self.socket.fileno()
        self.socket.setblocking(False)
        self.due = 0.0
        self._read = b""

    def send(self, request: bytes, due: float) -> None:
        """Ask; small requests fit into the socket's buffer."""
        self.due = due
        if self.socket.send(request) != len(request):
            raise SystemExit("a request did not fit into the socket's buffer")

    def answered(self) -> bool:
        """Whether the answer is complete."""
        try:
            while True:
                piece = self.socket.recv(65536)
                if not piece:
                    raise SystemExit("the gate has closed a connection")
                self._read += piece
        except ssl.SSLWantReadError:
            pass
        head, found, body = self._read.partition(b"\r\n\r\n")
        if not found:
            return False
        length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
        if len(body) < length:
            return False
        if not head.startswith(b"HTTP/1.1 200 "):
            raise SystemExit(f"the gate said {head.partition(bytes([13]))[0].decode()}: {body[:200]!r}")
        self._read = b""
        return True


def requests(reviews: Path) -> list[bytes]:
    """The reviews of a file, one a line, as requests of an API server (1.36, whose requests are not traced)."""
    return [
        b"POST /validate?timeout=10s HTTP/1.1\r\nHost: gate.hardstand.svc:443\r\n"
        b"User-Agent: kube-apiserver-admission\r\n"
        b"Content-Length: %d\r\nAccept: application/json, */*\r\nContent-Type: application/json\r\n"
        b"Accept-Encoding: gzip\r\n\r\n%s" % (len(line), line)
        for line in reviews.read_bytes().splitlines()
    ]


class Sent:
    """The requests, one after the other, from the first again after the last; `fresh` gives each its own names."""

    def __init__(self, those: list[bytes], fresh: Callable[[bytes, int], bytes] | None) -> None:
        self._those, self._fresh = those, fresh
        self._begun = time.time_ns() // 1_000_000 % 10**7 * 5 if fresh else 0  # No process repeats another's names.

    def __getitem__(self, number: int) -> bytes:
        one = self._those[number % len(self._those)]
        return self._fresh(one, self._begun + number) if self._fresh else one


def closed(lines: list[Line], sent: Sent, count: int) -> dict[str, float]:
    """Ask `count` times as fast as answers come."""
    polled = _polled(lines)
    by_number = {line.number: line for line in lines}
    start = time.perf_counter()
    asked = answered = 0
    for line in lines:
        line.send(sent[asked], 0)
        asked += 1
    while answered < count:
        for number, _ in polled.poll():
            line = by_number[number]
            if line.answered():
                answered += 1
                if asked < count:
                    line.send(sent[asked], 0)
                    asked += 1
    return {"answered": answered, "seconds": time.perf_counter() - start}


def opened(lines: list[Line], sent: Sent, rate: float, seconds: float) -> dict[str, float]:
    """Ask at a constant rate."""
    polled = _polled(lines)
    by_number = {line.number: line for line in lines}
    free = deque(lines)
    total = int(rate * seconds)
    latencies: list[float] = []
    start = time.perf_counter()
    asked = 0
    while len(latencies) < total:
        now = time.perf_counter()
        while asked < total and free and start + asked / rate <= now:
            free.popleft().send(sent[asked], start + asked / rate)
            asked += 1
        wait = start + asked / rate - time.perf_counter() if asked < total and free else 1.0
        for number, _ in polled.poll(max(0.0, wait)):
            line = by_number[number]
            if line.answered():
                latencies.append(time.perf_counter() - line.due)
                free.append(line)
    latencies.sort()
    at = {name: latencies[min(total - 1, int(total * part))] for name, part in PARTS.items()}
    return {"answered": total, "seconds": time.perf_counter() - start, **at}


PARTS = {"p50": 0.5, "p99": 0.99, "p99.9": 0.999, "worst": 1.0}


def _polled(lines: list[Line]) -> "select.epoll":
    polled = select.epoll()
    for line in lines:
        polled.register(line.number, select.EPOLLIN)
    return polled


def main() -> int:
    """Measure as the arguments say."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("port", type=int)
    parser.add_argument("ca", type=Path)
    parser.add_argument("reviews", type=Path)
    parser.add_argument("--connections", type=int, default=20)
    parser.add_argument("--fresh", action="store_true")
    parser.add_argument("--count", type=int, default=0)
    parser.add_argument("--rate", type=float, default=0)
    parser.add_argument("--seconds", type=float, default=10)
    given = parser.parse_args()
    context = ssl.create_default_context(cafile=str(given.ca))
    lines = [Line(given.port, context) for _ in range(given.connections)]
    sent = Sent(requests(given.reviews), gate_stream.fresh if given.fresh else None)
    if given.count:
        print(json.dumps(closed(lines, sent, given.count)))
    else:
        print(json.dumps(opened(lines, sent, given.rate, given.seconds)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
