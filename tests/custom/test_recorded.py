"""Agreement with what Kubernetes' own evaluator of admission policies was recorded to say, version by version.

`python -m custom.record` in `tests/` writes the table anew where a Go toolchain is there.
"""

import json
from bisect import bisect
from pathlib import Path
from typing import Any

import pytest

from .evaluator import EVALUATOR, NotAvailableError, answers, built
from .expressions import GROUPS, VERSIONS, expressions
from .ours import alike, answer
from .record import TABLE, kept, questions

HEAD, *ROWS = [json.loads(line) for line in TABLE.read_text(encoding="utf-8").splitlines()]

DIFFERENT = {
    # The recorded evaluator is that of 1.37 with the libraries of earlier releases. Its cel-go knows names in backticks
    # and the ends of lists, which that of those releases did not.
    "object.`x-dash`": range(28, 37),
    "[1, 2].first().value()": range(29, 34),
    "[1, 2].last().value()": range(29, 34),
    "[].first().hasValue()": range(29, 34),
    "[optional.of(1), optional.none()].unwrapOpt()": range(29, 34),
    "optional.unwrap([optional.of(1), optional.none()])": range(29, 34),
}
"""Where we say something else, with the minor versions and the reason."""


def recorded(row: dict[str, Any], minor: int) -> dict[str, Any]:
    runs = row["answers"]
    found: dict[str, Any] = runs[bisect([first for first, _ in runs], minor) - 1][1]
    return found


@pytest.mark.parametrize("group", GROUPS)
def test_agrees_with_the_record(group: str) -> None:
    different = []
    for row in ROWS:
        if row["group"] != group:
            continue
        for minor in VERSIONS:
            ours, theirs = answer(row["expression"], minor), recorded(row, minor)
            if alike(ours, theirs) == (minor in DIFFERENT.get(row["expression"], ())):
                different.append((row["expression"], minor, ours, theirs))
    assert not different, "\n".join(map(str, different[:10]))


def test_the_table_is_of_the_expressions_that_there_are() -> None:
    assert [(row["group"], row["expression"]) for row in ROWS] == list(expressions()), "record the table anew"


def test_the_table_names_the_evaluator_that_the_module_pins() -> None:
    pinned = (Path(__file__).parent / "oracle" / "go.mod").read_text(encoding="utf-8")
    assert HEAD["evaluator"] == EVALUATOR
    assert EVALUATOR in pinned


def test_the_table_is_what_the_evaluator_says() -> None:
    try:
        built()
    except NotAvailableError as error:
        pytest.skip(str(error))
    told = iter(answers(questions()))
    assert [[kept(next(told)) for _ in VERSIONS] for _ in ROWS] == [
        [recorded(row, minor) for minor in VERSIONS] for row in ROWS
    ]
