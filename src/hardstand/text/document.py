"""What reading a page yields: documents, and the faults of those that could not be read."""

from dataclasses import dataclass

from hardstand.model.path import Value


@dataclass(frozen=True, slots=True)
class Document:
    """One decoded document of a page."""

    value: Value
    index: int
    """0-based among the documents and faults of its page."""
    start: int
    """Byte offset of the document's text in the page."""
    end: int
    """Byte offset just past the document's text."""
    line: int
    """1-based line on which the document's text starts."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Why one document, or the whole page (`index` is None), could not be read."""

    index: int | None
    line: int
    column: int
    reason: str
    """One sentence for a person, with the remedy where there is one."""
