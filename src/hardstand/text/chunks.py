"""A page cut into the texts of its documents, where kubectl cuts it.

kubectl cuts at every line that starts with `---`, before any YAML is parsed (k8s.io/apimachinery,
`pkg/util/yaml/decoder.go`), so that an error or an anchor never leaves its document. Only a comment may follow on such
a line. No document is damaged by it: such a line inside one would have to belong to a scalar, and YAML lets none
continue with `---` in the first column.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from hardstand.text.lines import BYTE_ORDER_MARK, count_line_ends

_SEPARATOR: Final = re.compile(rb"^---([^\n]*)(?:\n|\Z)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Chunk:
    """The text of one document: where it starts and ends in the page, and on which 1-based line it starts."""

    start: int
    end: int
    line: int
    misplaced: bool
    """Whether it starts with a separator line that holds more than a comment, which kubectl refuses."""


def chunks(data: bytes) -> Iterator[Chunk]:
    """The documents' texts in order, empty ones included.

    As in kubectl, a separator line ends the text before it and belongs to neither; without a text before it, it is the
    first line of the text after it.
    """
    line = 1
    start = 0
    misplaced = False
    for separator in _separators(data):
        cut = separator.start()
        refused = not _is_separator(separator[1])
        if cut > start:
            yield _chunk(data, start, cut, line, misplaced)
            line += count_line_ends(data, start, cut)
            start = cut
            if not refused:
                start = separator.end()
                line += count_line_ends(data, cut, start)
            misplaced = refused
        else:
            misplaced = misplaced or refused
    if start < len(data):
        yield _chunk(data, start, len(data), line, misplaced)


def _separators(data: bytes) -> "Iterator[re.Match[bytes]]":
    # Looking for the line first is four times as fast as the expression, and most pages hold one document.
    if data.startswith(b"---") or b"\n---" in data:
        return _SEPARATOR.finditer(data)
    return iter(())


def _is_separator(rest: bytes) -> bool:
    text = rest.decode("utf-8", "replace").strip()
    return not text or text.startswith("#")


def _chunk(data: bytes, start: int, end: int, line: int, misplaced: bool) -> Chunk:
    if data.startswith(BYTE_ORDER_MARK, start):
        start += len(BYTE_ORDER_MARK)
    return Chunk(start, end, line, misplaced)
