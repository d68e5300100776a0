"""The page says the numbers that count."""

import re
from dataclasses import fields
from pathlib import Path

from hardstand.analysis.blast.weights import WEIGHTS

PAGE = Path(__file__).parents[3] / "docs/blast.md"


def test_every_weight_is_documented() -> None:
    rows = re.findall(r"^\| `([a-z.]+)` \| (\d+) \|", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    plain = {one.name: getattr(WEIGHTS, one.name) for one in fields(WEIGHTS) if one.name != "data"}
    data = {f"data.{one.word}": worth for one, worth in WEIGHTS.data.items()}
    assert {name: int(number) for name, number in rows} == {**plain, **data}
