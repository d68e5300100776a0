"""What one record tells, before it is joined with what others tell of the same."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from hardstand.model.flow import End, Flow, NameQuery, Place


class Seen(NamedTuple):
    """A flow as one of those who saw it tells it; `merging` makes flows of them."""

    flow: Flow
    side: str
    """Who saw it: an interface, a node, `src`. What two of them tell is of the same traffic; of one, it adds up."""
    connection: bool
    """Its addresses and ports are those of one connection, of which there are more records."""
    sure: bool = True
    """Who began it is told, and not inferred from ports."""
    begins: bool = False
    """It is the beginning of a connection."""
    totals: bool = False
    """Its bytes are of the connection until then, and not since the last record."""


class Asked(NamedTuple):
    """A question to a DNS server, or the answer, where these are two records."""

    query: NameQuery
    key: tuple[object, ...]
    """What the two have in common."""
    answer: bool


Told = Seen | Asked | Flow | NameQuery


class LostError(Exception):
    """A record that tells that others were lost; the message says how many, as far as it is known."""


NOBODY = End()


class Line(NamedTuple):
    """One line or record, without what carried it."""

    number: int
    text: str
    """Empty where it was JSON."""
    value: Any = None
    """What it is as JSON: an object; None where it is text."""
    time: datetime | None = None
    """When it was written, as what carried it says."""
    writer: End = NOBODY
    """Who wrote it, as what carried it says."""


@dataclass(frozen=True, slots=True)
class Origin:
    """A file that is read."""

    file: str
    writer: End = NOBODY
    """The program that wrote it, where a person or the file's name tells."""
    changed: datetime | None = None
    """When the file was last written to."""

    def place(self, line: Line) -> Place:
        """Where a line is."""
        return Place(self.file, line.number)

    def by(self, line: Line) -> End:
        """Who wrote a line."""
        return self.writer if self.writer != NOBODY else line.writer


Reader = Callable[[Line], Iterable[Told]]
"""Gives what a line tells. FlawError for what is no record of the form, LostError for what tells of lost ones."""


class Form(NamedTuple):
    """One way in which flows are written down."""

    name: str
    knows: Callable[[Line], bool]
    """Whether a line is surely of this form. Never raises."""
    reader: Callable[[Origin], Reader]
    """A new reader for one file: it may remember lines that say how others are written."""
    other: Callable[[Line], bool] = lambda _: False
    """Whether a line is of the same program and no record."""
