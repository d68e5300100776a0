"""Requests out of a stream of bytes, however it was cut."""

from collections.abc import Generator
from typing import Final

from hardstand.gate.server import chunked, http
from hardstand.gate.server.interface import Limits, RefusedError

_END: Final = b"\r\n\r\n"


class Stream:
    """The bytes of one connection that nobody has read yet.

    `feed` what arrives; ask for `head` until it gives one, and then for the `body` that belongs to it.
    """

    __slots__ = ("_arrived", "_chunks", "_limits", "_parts", "_searched")

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._arrived = bytearray()
        self._searched = 0
        self._parts = bytearray()
        self._chunks: Generator[None, None, None] | None = None

    def feed(self, data: bytes) -> None:
        """Add what has arrived."""
        self._arrived += data

    @property
    def held(self) -> int:
        """Bytes that are held here."""
        return len(self._arrived) + len(self._parts)

    def head(self) -> http.Head | None:
        """The next head, or None until more has arrived. Raises RefusedError for what is none, or is too long."""
        arrived = self._arrived
        if arrived.startswith(b"\r\n"):  # RFC 9112, 2.2: an empty line before a request is passed over.
            del arrived[:2]
            self._searched = 0
        end = arrived.find(_END, self._searched)
        if (len(arrived) if end < 0 else end) > self._limits.head:
            raise RefusedError(431, f"The head of the request is longer than {self._limits.head} bytes.")
        if end < 0:
            self._searched = max(0, len(arrived) - len(_END) + 1)
            return None
        head = http.parse(bytes(arrived[:end]))
        del arrived[: end + len(_END)]
        self._searched = 0
        return head

    def body(self, head: http.Head) -> bytes | None:
        """The body that follows `head`, or None until all of it has arrived. Raises RefusedError for bad chunks."""
        if head.length is None:
            return self._chunked()
        if len(self._arrived) < head.length:
            return None
        if len(self._arrived) == head.length:  # As a rule: a client waits for its answer. What is large is copied once.
            body = bytes(self._arrived)
            self._arrived.clear()
            return body
        body = bytes(self._arrived[: head.length])
        del self._arrived[: head.length]
        return body

    def _chunked(self) -> bytes | None:
        if self._chunks is None:
            self._chunks = chunked.read(self._arrived, self._parts, self._limits.body)
        for _ in self._chunks:
            return None
        body = bytes(self._parts)
        self._parts = bytearray()
        self._chunks = None
        return body
