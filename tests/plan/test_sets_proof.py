"""`N changes remove X of Y findings` is true of a scan of what was really written."""

import json
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from benchmarks.estate import write as write_estate
from hardstand.model.finding import Finding
from hardstand.model.root_causes import counts
from hardstand.model.verdict import Verdict
from hardstand.plan.apply import write
from hardstand.plan.difference import difference
from hardstand.plan.sets import plan_sets
from hardstand.plan.sets_interface import FixSets
from hardstand.wiring import Held, ScanRequest, scan

ROOT = Path(__file__).parents[2]
LOADED = ("shop", "estate", "microservices-demo")


@pytest.fixture(params=LOADED)
def estate(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    folder = tmp_path / "estate"
    if request.param == "shop":
        shutil.copytree(ROOT / "examples" / "shop", folder)
    elif request.param == "estate":
        write_estate(folder, 45)
    else:
        shutil.copytree(request.getfixturevalue("suite")("realistic-microservices-demo"), folder)
    return folder


def planned(folder: Path, *, unsafe: bool, limit: int) -> tuple[Held, FixSets]:
    held = Held(ScanRequest([str(folder)], jobs=1))
    return held, plan_sets(held.sources, held.scan, lambda some: held.part(some).scan, unsafe=unsafe, limit=limit)


def of_files(findings: tuple[Finding, ...]) -> list[Finding]:
    return [one for one in findings if counts(one) and not one.locations[0].rendered]


@pytest.mark.parametrize(("unsafe", "limit"), [(True, 12), (False, 4)])
def test_the_sum_is_true_of_what_was_written(estate: Path, unsafe: bool, limit: int) -> None:
    held, plan = planned(estate, unsafe=unsafe, limit=limit)
    assert plan.steps
    assert unsafe or all(one.safe for one in plan.steps)
    # What the first scan says is there.
    first = scan(ScanRequest([str(estate)], jobs=1))
    assert plan.total == sum(map(counts, first.findings))
    for number, data in plan.pages.items():
        source = held.sources[number]
        if source.rendered_from is None:
            assert write(str(source.location), source.data, data, [str(estate)]) is None
    again = scan(ScanRequest([str(estate)], jobs=1))
    told = difference(first, again)
    assert (told.came, told.unreadable) == ((), ())
    # Charts are not edited, so their findings stay until somebody takes the patches over.
    ended = [one for one in plan.steps for one in one.removed if not one.locations[0].rendered]
    assert sorted(one.id for one in told.ended) == sorted(one.id for one in ended)
    assert len(of_files(first.findings)) - len(of_files(again.findings)) == len(ended)
    rendered = sum(one.locations[0].rendered for step in plan.steps for one in step.removed)
    assert plan.removed == len(ended) + rendered
    assert sum(one.verdict is Verdict.UNKNOWN for one in again.findings) <= sum(
        one.verdict is Verdict.UNKNOWN for one in first.findings
    )


def test_every_prefix_is_true_of_the_commands_that_are_shown(tmp_path: Path) -> None:
    for name in ("admin", "workers", "data"):
        shutil.copytree(ROOT / "examples" / "shop" / name, tmp_path / "shop" / name)
    plan = json.loads(hardstand(tmp_path, "plan fixes shop --unsafe --limit 5 --format json"))
    assert len(plan["changes"]) == 5
    for change in plan["changes"]:
        words = change["command"]
        assert words[0] == "hardstand"
        hardstand(tmp_path, shlex.join(words[1:]))
        left = json.loads(hardstand(tmp_path, "scan shop --format json"))["findings"]
        failing = [one for one in left if one["verdict"] == "fail" and one["action"] in ("block", "warn")]
        assert len(failing) == plan["summary"]["findings"] - change["sum"], change["root_cause"]
        gone = {one["id"] for one in change["places"]}
        assert not gone & {one["id"] for one in failing}
    assert plan["changes"][-1]["sum"] == plan["summary"]["removed"]


def hardstand(cwd: Path, words: str) -> str:
    command: list[Any] = [sys.executable, "-m", "hardstand", *shlex.split(words)]
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, timeout=110)
    assert done.returncode == 0, done.stderr
    return done.stdout
