"""A page of bytes to its documents. Bad input is never an exception here: it is a Fault, and the rest is still read."""

import re
from collections.abc import Iterator
from typing import Final

from hardstand.text import limits
from hardstand.text.chunks import Chunk, chunks
from hardstand.text.document import Document, Fault
from hardstand.text.json_values import json_texts
from hardstand.text.lines import Lines
from hardstand.text.problem import Problem, Refused
from hardstand.text.quick import Declined, lines_of, quick

_BLANK: Final = b" \t\r\n"
_SURELY_JSON: Final = re.compile(r"\s*\{\s*[\"}]")
_INNER_MARK: Final = re.compile("(?:^|[\n\r\x85\u2028\u2029])\ufeff")
"""A byte-order mark at the start of a line: kubectl takes it for text, libyaml skips it."""


def read(data: bytes) -> Iterator[Document | Fault]:
    """The documents of a YAML stream or of JSON texts, in order; blank and comment-only ones are not yielded.

    A document that cannot be read is a Fault, and the others are still read. Nothing is raised for bad input.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        yield Fault(None, 1, 1, "the file is UTF-16; save it as UTF-8")
        return
    index = 0
    for chunk in chunks(data):
        for found in _read_chunk(data, chunk, index):
            yield found
            index += 1


def _read_chunk(data: bytes, chunk: Chunk, index: int) -> Iterator[Document | Fault]:
    if chunk.end - chunk.start > limits.MAX_BYTES:
        yield Fault(index, chunk.line, 1, f"the document is larger than {limits.MAX_BYTES >> 20} MiB; split it")
        return
    raw = data[chunk.start : chunk.end]
    if chunk.misplaced:
        yield from _exactly(raw, chunk, index)
        return
    try:
        value = quick(lines_of(raw))
    except Declined:
        yield from _exactly(raw, chunk, index)
        return
    if value is not None:
        yield Document(value, index, chunk.start, chunk.end, chunk.line)


def _exactly(raw: bytes, chunk: Chunk, index: int) -> Iterator[Document | Fault]:
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode()
        yield _fault(Problem(len(before), _not_text(raw, error)), before, chunk, index)
        return
    if (problem := _unfit(text, chunk)) is not None:
        yield _fault(problem, text, chunk, index)
    elif raw.lstrip(_BLANK)[:1] in (b"{", b"["):
        yield from _json_or_yaml(raw, text, chunk, index)
    else:
        yield from _yaml(raw, text, chunk, index)


def _not_text(raw: bytes, error: UnicodeDecodeError) -> str:
    if b"\0" in raw:
        return "this is binary data, not YAML or JSON"
    return f"the byte 0x{raw[error.start]:02x} is not valid UTF-8; save the file as UTF-8"


def _unfit(text: str, chunk: Chunk) -> Problem | None:
    """What keeps a text from being looked at by any reader."""
    if "\0" in text:
        return Problem(text.index("\0"), "a NUL character stands here; this is binary data, not YAML or JSON")
    if "\ufeff" in text and (mark := _INNER_MARK.search(text)):
        return Problem(mark.end() - 1, "a byte-order mark stands inside the file; remove it")
    if chunk.misplaced:
        return Problem(3, "only a comment may follow --- on its line; start the document on the next")
    return None


def _yaml(raw: bytes, text: str, chunk: Chunk, index: int) -> Iterator[Document | Fault]:
    # libyaml is loaded for the first document that needs it: scans of everyday manifests never do.
    from hardstand.text.yaml_values import construct

    # kubectl ends the last line, too, and in a block scalar that shows.
    ended = raw if raw.endswith(b"\n") else raw + b"\n"
    try:
        value = construct(ended)
    except Problem as problem:
        yield _fault(problem, text, chunk, index)
        return
    if value is not None:
        yield Document(value, index, chunk.start, chunk.end, chunk.line)


def _json_or_yaml(raw: bytes, text: str, chunk: Chunk, index: int) -> Iterator[Document | Fault]:
    """JSON texts in a row; a first text that is no JSON may still be YAML in flow style, as in kubectl from 1.33 on."""
    first = index
    lines = Lines(text, chunk.line)
    bytes_at, characters_at = chunk.start, 0
    try:
        for value, start, end in json_texts(text):
            bytes_start = bytes_at + len(text[characters_at:start].encode())
            bytes_at = bytes_start + len(text[start:end].encode())
            characters_at = end
            if value is not None:
                yield Document(value, index, bytes_start, bytes_at, lines.place(start)[0])
                index += 1
    except Problem as problem:
        if index == first and not isinstance(problem, Refused):
            found = list(_yaml(raw, text, chunk, index))
            if not (_SURELY_JSON.match(text) and found and isinstance(found[0], Fault)):
                yield from found
                return
        yield _fault(problem, text, chunk, index)


def _fault(problem: Problem, text: str, chunk: Chunk, index: int) -> Fault:
    line, column = Lines(text, chunk.line).place(problem.offset)
    return Fault(index, line, column, problem.reason)
