"""A DNS server that passes the tunnels' zone on to their server, answers everything else itself, and writes it down.

`python -m tests.network.tunnels.forwarder ADDRESS ZONE PORT LOG`, in the namespace of the tunnels' server.
"""

import json
import socket
import sys
import time
from pathlib import Path
from typing import TextIO

from tests.network.tunnels.wire import Question, answering, code, question

INSIDE = ("cluster.local", "internal")


class Forwarder:
    """One socket to the clients and one to the server of the zone; answers are matched by the question's number."""

    def __init__(self, address: str, zone: str, port: int, log: TextIO) -> None:
        self._front = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._front.bind((address, 53))
        self._back = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._back.connect(("127.0.0.1", port))
        self._zone = zone
        self._log = log
        self._open: dict[tuple[bytes, bytes], tuple[float, tuple[str, int], Question, int]] = {}

    def run(self) -> None:
        import select

        while True:
            ready, _, _ = select.select([self._front, self._back], [], [])
            if self._front in ready:
                self._asked(*self._front.recvfrom(65_535))
            if self._back in ready:
                self._answered()

    def _asked(self, query: bytes, client: tuple[str, int]) -> None:
        asked = question(query)
        if asked is None:
            return
        if asked.name == self._zone or asked.name.endswith(f".{self._zone}"):
            self._open[query[:2], query[12 : asked.end].lower()] = (time.time(), client, asked, len(query))
            self._back.send(query)
            return
        answer = answering(query, asked, exists=not asked.name.endswith(INSIDE))
        self._front.sendto(answer, client)
        self._write(time.time(), client, asked, len(query), answer)

    def _answered(self) -> None:
        try:
            answer = self._back.recv(65_535)
        except ConnectionRefusedError:  # The server is not up yet; its client asks again.
            return
        asked = question(answer)
        found = self._open.pop((answer[:2], answer[12 : asked.end].lower()), None) if asked else None
        if found is None:
            return
        at, client, asked, size = found
        self._front.sendto(answer, client)
        self._write(at, client, asked, size, answer)

    def _write(self, at: float, client: tuple[str, int], asked: Question, size: int, answer: bytes) -> None:
        line = [round(at, 3), client[0], asked.record_type, code(answer), size, len(answer), asked.name]
        print(json.dumps(line), file=self._log, flush=True)


if __name__ == "__main__":
    with Path(sys.argv[4]).open("w") as log:
        Forwarder(sys.argv[1], sys.argv[2], int(sys.argv[3]), log).run()
