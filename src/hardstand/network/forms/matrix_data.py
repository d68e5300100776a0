"""A matrix for programs and for pages: CSV, JSON and Markdown, whole."""

import json
from collections.abc import Iterator, Sequence

from hardstand.model.run import Unreadable
from hardstand.network.forms.csv import rows_as_csv
from hardstand.network.forms.json import tool, unreadables
from hardstand.network.forms.markdown import cell
from hardstand.network.reaching.matrix import Matrix

SCHEMA = "hardstand.dev/net-matrix/v1"


def matrix_as_csv(matrix: Matrix) -> Iterator[str]:
    """The callers in the first column, the called in the first row; an end by itself is empty."""
    header = ["from", *matrix.columns]
    yield from rows_as_csv(header, ([row, *_states(matrix, row)] for row in matrix.rows))


def matrix_as_markdown(matrix: Matrix) -> Iterator[str]:
    """A table."""
    yield f"| from \\\\ to | {' | '.join(map(cell, matrix.columns))} |\n"
    yield f"| --- |{' --- |' * len(matrix.columns)}\n"
    for row in matrix.rows:
        yield f"| {cell(row)} | {' | '.join(_states(matrix, row))} |\n"


def matrix_as_json(
    matrix: Matrix, cluster: str | None, doubts: Sequence[str], unreadable: Sequence[Unreadable]
) -> Iterator[str]:
    """One object; a row of `cells` for each of `from`, in the order of `to`, null for an end by itself."""
    yield f'{{\n "schema": {_text(SCHEMA)},\n "tool": {_text(tool())},\n "cluster": {_text(cluster)},\n'
    yield f' "by": {_text(matrix.by)},\n "from": {_text(matrix.rows)},\n "to": {_text(matrix.columns)},\n "cells": ['
    before = "\n  "
    for row in matrix.rows:
        yield before + _text([matrix.state(row, column) for column in matrix.columns])
        before = ",\n  "
    yield f'\n ],\n "doubts": {_text(list(doubts))},\n "unreadable": {_text(unreadables(unreadable))}\n}}\n'


def _states(matrix: Matrix, row: str) -> list[str]:
    return [str(matrix.state(row, column) or "") for column in matrix.columns]


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
