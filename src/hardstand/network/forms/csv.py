"""Edges as a table for spreadsheets: RFC 4180, one edge a line."""

import csv
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Protocol

from hardstand.analysis.reach.edges import Edge
from hardstand.text.plain import plain

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What makes a spreadsheet take a text for a formula. Source: https://owasp.org/www-community/attacks/CSV_Injection"""


class _Rows(Protocol):
    def writerow(self, row: Iterable[str], /) -> object: ...


class _Lines(list[str]):
    """What is written, a line at a time."""

    def write(self, text: str) -> None:
        self.append(text)


def as_csv(edges: Iterable[Edge]) -> Iterator[str]:
    """The columns from, to, connections and possible; the last is empty where everything is certain."""
    yield from rows_as_csv(
        ("from", "to", "connections", "possible"),
        (
            (
                edge.source.name,
                edge.destination.name,
                str(edge.connections),
                "" if edge.possible == edge.connections else str(edge.possible),
            )
            for edge in edges
        ),
    )


def rows_as_csv(header: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    """Any table, line by line. Its header is as little trusted as its rows: names of what was read stand in it, too."""
    lines = _Lines()
    writer: _Rows = csv.writer(lines, lineterminator="\r\n")
    for row in chain((header,), rows):
        writer.writerow(map(_safe, row))
        yield from lines
        lines.clear()


def _safe(cell: str) -> str:
    return f"'{plain(cell)}" if cell.startswith(_FORMULA) else plain(cell)
