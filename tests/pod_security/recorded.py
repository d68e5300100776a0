"""What was recorded: see record.py for the table's form."""

import json
from bisect import bisect
from typing import Any

from hardstand.analysis.pod_security import Level

from .pods import changed
from .record import NEWEST, TABLE

HEAD, *ROWS = [json.loads(line) for line in TABLE.read_text(encoding="utf-8").splitlines()]


def boundaries() -> list[int]:
    """Every minor version in which some answer differs from the one before, with the one before."""
    moved = {first for row in ROWS for level in Level for first, _ in row[level]}
    return sorted({0, NEWEST} | moved | {first - 1 for first in moved if first})


def pod_of(row: dict[str, Any]) -> dict[str, Any]:
    return changed(HEAD["good"], row["changes"])


def answer(row: dict[str, Any], level: Level, minor: int) -> list[str]:
    runs = row[level]
    return runs[bisect([first for first, _ in runs], minor) - 1][1]
