"""The whole program `hardstand scan` as a judge of many cases: few runs, in each of which every case is a file."""

import json
import subprocess
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from tests.gate.differing import Asked
from tests.gate.webhooks import blocking

UNKNOWN = "says unknown"


class Scans:
    """What `hardstand scan` says of objects as a server has them."""

    def __init__(self, asked: Sequence[Asked], folder: Path) -> None:
        """Scan them all. In one run each control has the parameters of one case, so cases with others are in others."""
        self._said: dict[str, bool | str] = {}
        for number, several in enumerate(_runs(asked)):
            self._said |= _scanned(several, folder / f"run-{number}")

    def __call__(self, asked: Asked) -> bool | str:
        """Whether it finds that the control does not hold."""
        return self._said[asked.name]


def _runs(asked: Sequence[Asked]) -> list[list[Asked]]:
    """The cases, in each part no control with two sets of parameters."""
    sets: dict[str, list[str]] = defaultdict(list)
    runs: dict[int, list[Asked]] = defaultdict(list)
    for one in asked:
        known, parameters = sets[one.control.id], json.dumps(one.case.get("parameters", {}), sort_keys=True)
        if parameters not in known:
            known.append(parameters)
        runs[known.index(parameters)].append(one)
    return [*runs.values()]


def _scanned(asked: Sequence[Asked], folder: Path) -> dict[str, bool | str]:
    objects = folder / "objects"
    objects.mkdir(parents=True)
    for number, one in enumerate(asked):
        (objects / f"{number}.json").write_text(json.dumps(one.defaulted))
    baseline = blocking({one.control.id: one.case for one in asked})
    (folder / "hardstand.yaml").write_text(yaml.safe_dump(baseline))
    run = _run(folder, sorted({one.control.id for one in asked}))
    assert run["summary"]["objects"] == len(asked), run["inputs"]
    said: dict[tuple[str, str], dict[str, Any]] = defaultdict(dict)
    for found in run["findings"]:
        file = Path(found["locations"][0]["file"]).name
        said[found["control"], file][found["verdict"]] = found["why"]
    return {one.name: _verdict(said[one.control.id, f"{number}.json"]) for number, one in enumerate(asked)}


def _verdict(found: Mapping[str, Any]) -> bool | str:
    if "unknown" in found and "fail" not in found:
        return f"{UNKNOWN}, {found['unknown']}"
    return "fail" in found


def _run(folder: Path, controls: Sequence[str]) -> Any:
    command = [sys.executable, "-m", "hardstand", "scan", "objects", "--format", "json", "--select", ",".join(controls)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stderr
    return json.loads(done.stdout)
