"""`hardstand net observe` in a small shop, for tests: its cases, what is declared, open and seen, and its output."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests.network.observed_shop import Shop, flow

SPEC = Path(__file__).parents[2] / "spec" / "net-observe.v1.schema.json"
VALIDATOR = Draft202012Validator(json.loads(SPEC.read_text(encoding="utf-8")))
CASES = {
    (True, True, True): "used",
    (True, True, False): "idle",
    (True, False, True): "closed-yet-used",
    (True, False, False): "blocked",
    (False, True, True): "undeclared",
    (False, True, False): "needless",
    (False, False, True): "breach",
    (False, False, False): "closed",
}
ROWS = {("web", "db", 5432), ("web", "api", 8080), ("api", "db", 5432), ("job", "db", 5432)}
OPEN = {("web", "db", 5432), ("web", "api", 8080), ("web", "db", 9998), ("web", "db", 9999)}
SEEN = [flow("web", "db", 5432), flow("api", "db", 5432), flow("web", "db", 9999, 3), flow("job", "web", 1234)]


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shop:
    monkeypatch.chdir(tmp_path)
    return Shop(tmp_path, capsys)


def pairs(found: Any) -> dict[tuple[str, str, str, int], dict[str, Any]]:
    return {(one["from"], one["to"], one["protocol"], one["port"]): one for one in found["pairs"]}


def short(one: str) -> str:
    return one.partition("/")[2].partition("[")[0]
