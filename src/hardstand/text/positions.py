"""Where the values of a document stand: a second pass over its text, made only for documents with findings."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from hardstand.model.path import Path
from hardstand.text.document import Document
from hardstand.text.lines import BYTE_ORDER_MARK, line_text
from hardstand.text.quick import Declined, lines_of
from hardstand.text.quick_places import QuickPlaces, Stretch

__all__ = ["Span", "finder", "line_text", "locate"]


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the page, 1-based, columns in code points, the end exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int
    depth: int
    """How many steps of the asked path exist in the document."""


def locate(data: bytes, document: Document, paths: Iterable[Path]) -> dict[Path, Span]:
    """The span of the value at each of `paths`, or of its deepest ancestor that exists; as `finder` says."""
    find = finder(data, document)
    return {path: find(path) for path in paths}


def finder(data: bytes, document: Document) -> Callable[[Path], Span]:
    """What gives the span of the value at a path, or of its deepest ancestor that exists.

    `data` is the page that `document` was read from. Behind an alias or a merge it is the anchor's own text. As in
    every YAML library a block collection starts at its first key or dash, and an absent value stands behind its colon;
    a collection ends with its last value.
    """
    text = data[document.start : document.end]
    find: Callable[[Path], tuple[Stretch, int]]
    try:
        find = QuickPlaces(lines_of(text)).find
    except Declined:
        # Loads libyaml, which most scans never need.
        from hardstand.text.places import Places

        find = Places(text.decode()).find
    before = _characters_before(data, document.start)
    return lambda path: _span(document.line, before, *find(path))


def _characters_before(data: bytes, start: int) -> int:
    """How many characters stand before the document on its first line: JSON texts can follow one another on a line."""
    line = data.rfind(b"\n", 0, start) + 1
    line = max(line, data.rfind(b"\r", line, start) + 1)
    before = data[line:start] if line else data[:start].removeprefix(BYTE_ORDER_MARK)
    return len(before.decode("utf-8", "replace"))


def _span(first: int, before: int, stretch: Stretch, depth: int) -> Span:
    line, column, last, end = stretch
    return Span(
        first + line,
        column + 1 + (0 if line else before),
        first + last,
        end + 1 + (0 if last else before),
        depth,
    )
