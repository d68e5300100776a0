"""Edges as data: `spec/net-reach.v1.schema.json` has the form. They are written as they are found."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from hardstand import __version__
from hardstand.analysis.reach.edges import Edge
from hardstand.model.run import Unreadable
from hardstand.network.reaching.conditions import conditions
from hardstand.network.reaching.selecting import Selection

SCHEMA = "hardstand.dev/net-reach/v1"
Because = Callable[[Edge], Sequence[Mapping[str, Any]]]
"""By what an edge is decided, as data."""


def as_json(
    selection: Selection,
    cluster: str | None,
    unreadable: Sequence[Unreadable],
    because: Because | None = None,
) -> Iterator[str]:
    """One object of JSON, piece by piece: an edge a line, then what could not be read."""
    yield f'{{\n "schema": {_text(SCHEMA)},\n "tool": {_text(tool())},\n "cluster": {_text(cluster)},\n "edges": ['
    before = "\n  "
    names: dict[str, str] = {}
    for edge in selection:
        yield before + _edge(edge, selection, names, because)
        before = ",\n  "
    doubts = [list(selection.estate.doubts), unreadables(unreadable)]
    yield f'\n ],\n "doubts": {_text(doubts[0])},\n "unreadable": {_text(doubts[1])}\n}}\n'


def tool() -> dict[str, str]:
    """What made it."""
    return {"name": "hardstand", "version": __version__}


def unreadables(several: Sequence[Unreadable]) -> list[dict[str, Any]]:
    """What was there and could not be read."""
    return [{"path": one.path, "line": one.line, "column": one.column, "reason": one.reason} for one in several]


def _edge(edge: Edge, selection: Selection, names: dict[str, str], because: Because | None) -> str:
    ends = []
    for name in (edge.source.name, edge.destination.name, str(edge.connections)):
        written = names.get(name)
        if written is None:
            written = names[name] = _text(name)
        ends.append(written)
    more = ""
    if edge.possible != edge.connections:
        why = list(conditions(selection.estate, edge))
        more = f', "possible": {_text(str(edge.possible))}, "conditions": {_text(why)}'
    if because is not None:
        more += f', "because": {_text(because(edge))}'
    return f'{{"from": {ends[0]}, "to": {ends[1]}, "connections": {ends[2]}{more}}}'


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
