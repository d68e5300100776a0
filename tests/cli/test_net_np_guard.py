"""Every case of np-guard's netpol-analyzer agrees, edge by edge, in that tool's own form, through the command line."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hardstand.cli.main import main

FEATURES = ("core", "core+ingress", "anp")
Suite = Callable[[str], Path]


def cases(root: Path) -> list[dict[str, Any]]:
    lines = (root / "cases.jsonl").read_text(encoding="utf-8").splitlines()
    found = [json.loads(line) for line in lines]
    return [case for case in found if case["mode"] == "connlist" and case["feature"] in FEATURES]


def told(root: Path, case: dict[str, Any], form: str, capsys: pytest.CaptureFixture[str]) -> str:
    status = main(["net", "reach", str(root / "data" / case["dir"]), "--format", form])
    out = capsys.readouterr().out
    assert status == 0, case["id"]
    return out


def edges(text: str) -> list[tuple[str, str, str]]:
    return sorted((one["src"], one["dst"], one["conn"]) for one in json.loads(text))


def test_every_case_agrees_edge_by_edge(suite: Suite, capsys: pytest.CaptureFixture[str]) -> None:
    root = suite("netpol_analyzer")
    compared: dict[str, int] = dict.fromkeys(FEATURES, 0)
    for case in cases(root):
        expected = {form: (root / "data" / path).read_text("utf-8") for form, path in case["expected"].items()}
        lines = sorted(line for line in expected["txt"].splitlines() if line.strip())
        assert sorted(told(root, case, "np-guard-text", capsys).splitlines()) == lines, case["id"]
        found = edges(told(root, case, "np-guard", capsys))
        assert [f"{one} => {other} : {by}" for one, other, by in found] == lines, case["id"]
        if "json" in expected:
            assert found == edges(expected["json"]), case["id"]
        if "csv" in expected:
            rows = list(csv.reader(io.StringIO(expected["csv"])))[1:]
            assert found == sorted((row[0], row[1], row[2]) for row in rows), case["id"]
        compared[case["feature"]] += len(found)
    assert len(cases(root)) == 31
    assert compared == {"core": 3296, "core+ingress": 14, "anp": 233}
