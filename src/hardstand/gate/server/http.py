"""Heads of HTTP/1.x requests (RFC 9112), read strictly: what can be read two ways is refused.

The only lenience is what the RFC demands of servers: an empty line before a request, and targets in absolute form.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final, NamedTuple

from hardstand.gate.server.interface import RefusedError

_NAME: Final = r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"
_REQUEST: Final = re.compile(rf"({_NAME}) ([!-~]+) HTTP/1\.([0-9])")
_FIELD: Final = re.compile(rf"({_NAME}):[ \t]*([^\x00-\x08\x0a-\x1f\x7f]*)")
_ABSOLUTE: Final = re.compile(r"https?://[^/?#]+", re.IGNORECASE)
_LENGTH: Final = re.compile(r"[0-9]{1,15}")
_LENGTH_LINE: Final = re.compile(rb"\r\n[Cc]ontent-[Ll]ength: ([0-9]{1,15})(?=\r\n|\Z)")
_KNOWN: Final = 64
"""Heads that are known again. Each is at most as long as `Limits.head`, and an API server's are all alike."""
_ENDS: Final = frozenset({"content-length", "transfer-encoding"})
_ONCE: Final = frozenset({"host", "content-length", "transfer-encoding", "content-type", "expect"})


class Head(NamedTuple):
    """One request without its body. Names of fields are lower case; `length` is None for a chunked body."""

    method: str
    path: str
    query: str
    fields: Mapping[str, str]
    length: int | None
    keep_alive: bool
    awaits_continue: bool


def parse(head: bytes) -> Head:
    """The head that `head` spells, without the empty line at its end.

    Raises RefusedError: 400 for what is not HTTP/1.x, 417, 501 and 505 for what is, and is not offered here.
    """
    # What one client sends is the same but for the length, so the other lines are read once. Lines are read each by
    # itself: that one is taken out changes nothing in the others.
    parts = _LENGTH_LINE.split(head, 1)
    known = _without_length(parts[0] + parts[2]) if len(parts) > 1 else None
    if known is None:
        return _parsed(head)
    length = parts[1].decode("ascii")
    return Head(
        known.method,
        known.path,
        known.query,
        {**known.fields, "content-length": length},
        int(length),
        known.keep_alive,
        known.awaits_continue,
    )


@lru_cache(_KNOWN)
def _without_length(head: bytes) -> Head | None:
    """A head from which the line with the length was taken; None where it is not good without that, or says twice how
    the body ends: then the whole of it is to be read, and tells what is wrong."""
    try:
        found = _parsed(head)
    except RefusedError:
        return None
    return None if _ENDS & found.fields.keys() else found


def _parsed(head: bytes) -> Head:
    first, *rest = head.decode("latin-1").split("\r\n")
    match = _REQUEST.fullmatch(first)
    if match is None:
        raise _unreadable_start(first)
    method, target, minor = match.groups()
    fields = _fields(rest)
    modern = minor != "0"
    if modern and "host" not in fields:
        raise RefusedError(400, "A request of HTTP/1.1 names its host in the field Host.")
    path, query = _split(target)
    return Head(
        method,
        path,
        query,
        fields,
        _length(fields, modern),
        modern and "close" not in _words(fields.get("connection", "")),
        modern and _awaits_continue(fields),
    )


def _unreadable_start(line: str) -> RefusedError:
    if re.fullmatch(rf"{_NAME} [!-~]+ HTTP/[0-9](\.[0-9])?", line):
        return RefusedError(505, "This server speaks HTTP/1.1.")
    return RefusedError(400, "The first line is not that of an HTTP request: METHOD TARGET HTTP/1.1.")


def _fields(lines: list[str]) -> dict[str, str]:
    fields: dict[str, str] = {}
    for line in lines:
        match = _FIELD.fullmatch(line)
        if match is None:
            raise RefusedError(400, "A line of the head is no field: NAME: VALUE, on one line.")
        name, value = match[1].lower(), match[2].rstrip(" \t")
        if name in fields:
            if name in _ONCE:
                raise RefusedError(400, f"The field {name} stands there twice, and could be read two ways.")
            value = f"{fields[name]}, {value}"
        fields[name] = value
    return fields


def _split(target: str) -> tuple[str, str]:
    """Path and query of a target. The absolute form must be understood by servers (RFC 9112, 3.2.2)."""
    absolute = _ABSOLUTE.match(target)
    path, _, query = target[absolute.end() if absolute else 0 :].partition("?")
    return path or "/", query


def _length(fields: Mapping[str, str], modern: bool) -> int | None:
    """How long the body is (RFC 9112, 6.3); None when it comes in chunks."""
    coding = fields.get("transfer-encoding")
    if coding is not None:
        if not modern or "content-length" in fields:
            raise RefusedError(
                400, "Transfer-Encoding stands with Content-Length or HTTP/1.0, and could be read two ways."
            )
        if coding.lower() != "chunked":
            raise RefusedError(501, "The only transfer coding that is read here is chunked.")
        return None
    length = fields.get("content-length", "0")
    if not _LENGTH.fullmatch(length):
        raise RefusedError(400, "Content-Length is not a number of bytes.")
    return int(length)


def _awaits_continue(fields: Mapping[str, str]) -> bool:
    expected = fields.get("expect")
    if expected is not None and expected.lower() != "100-continue":
        raise RefusedError(417, "The only expectation that is met here is 100-continue.")
    return expected is not None


def _words(value: str) -> list[str]:
    return [word.strip().lower() for word in value.split(",")]
