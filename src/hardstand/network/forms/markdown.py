"""Edges as a table in Markdown, the outside in as few rows as say it."""

from collections.abc import Iterator

from hardstand.network.forms.folding import folded
from hardstand.network.reaching.selecting import Selection
from hardstand.text.plain import plain


def as_markdown(selection: Selection) -> Iterator[str]:
    """A row for each pair."""
    yield "| From | To | Connections |\n| --- | --- | --- |\n"
    for line in folded(selection):
        yield f"| {cell(line.source)} | {cell(line.destination)} | {cell(line.text)} |\n"


def cell(text: str) -> str:
    """A text inside of a table: what would end the cell, or be markup, is written as it is read."""
    found = plain(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    for mark in "\\`*_[]|":
        found = found.replace(mark, f"\\{mark}")
    return found
