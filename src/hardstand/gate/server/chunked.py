"""Bodies that come in chunks (RFC 9112, 7.1): sizes, extensions and trailers are bounded and the latter two dropped."""

import re
from collections.abc import Generator
from typing import Final

from hardstand.gate.server.interface import RefusedError

_SIZE: Final = re.compile(rb"([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\x00-\x08\x0a-\x1f\x7f]*)?")
LINE_LIMIT: Final = 256
CHUNK_LIMIT: Final = 10_000
"""Chunks of one body. A body of one-byte chunks would take seconds to put together."""


def read(arrived: bytearray, body: bytearray, limit: int) -> Generator[None, None, None]:
    """Move a chunked body from `arrived` to `body`. Yields where more has to arrive, ends behind the last trailer.

    Raises RefusedError for chunks that are none, and for a body above `limit` as soon as a size says so.
    """
    for _ in range(CHUNK_LIMIT):
        size = _size((yield from _line(arrived)))
        if size == 0:
            yield from _trailers(arrived)
            return
        if len(body) + size > limit:
            raise too_large(limit)
        yield from _move(arrived, body, size)
    raise RefusedError(400, f"The body comes in more than {CHUNK_LIMIT} chunks.")


def too_large(limit: int) -> RefusedError:
    """What is said of a body above `limit` bytes."""
    return RefusedError(413, f"The body is longer than {limit} bytes, which is more than any review holds.")


def _size(line: bytes) -> int:
    match = _SIZE.fullmatch(line)
    if match is None:
        raise RefusedError(400, "The size of a chunk is not a hexadecimal number.")
    return int(match[1], 16)


def _line(arrived: bytearray) -> Generator[None, None, bytes]:
    while (end := arrived.find(b"\r\n", 0, LINE_LIMIT)) < 0:
        if len(arrived) >= LINE_LIMIT:
            raise RefusedError(400, f"A line between chunks is longer than {LINE_LIMIT} bytes.")
        yield
    line = bytes(arrived[:end])
    del arrived[: end + 2]
    return line


def _move(arrived: bytearray, body: bytearray, size: int) -> Generator[None, None, None]:
    while size:
        if not arrived:
            yield
        part = arrived[:size]
        del arrived[:size]
        body += part
        size -= len(part)
    while len(arrived) < 2:
        yield
    if not arrived.startswith(b"\r\n"):
        raise RefusedError(400, "A chunk is longer than its size says.")
    del arrived[:2]


def _trailers(arrived: bytearray) -> Generator[None, None, None]:
    for _ in range(CHUNK_LIMIT):
        if not (yield from _line(arrived)):
            return
    raise RefusedError(400, "Too many fields follow the last chunk.")
