"""Baselines and pods for tests, from their texts."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from hardstand.baseline.baseline import Baseline
from hardstand.baseline.load import load
from hardstand.baseline.vocabulary import Vocabulary
from hardstand.engine.settings import Settings
from hardstand.engine.words import vocabulary
from hardstand.model.finding import Finding
from hardstand.model.run import Run
from hardstand.model.trees import Tree, TreeError
from hardstand.wiring import ScanRequest, scan

TODAY = date(2026, 6, 1)
NOON = datetime.fromisoformat("2026-06-01T12:00:00+00:00")


class Files:
    """A tree of texts, for tests that need no files."""

    def __init__(self, files: Mapping[str, str]) -> None:
        self._files = files

    def read(self, path: str) -> bytes:
        if path not in self._files:
            raise TreeError(f"there is no {path}")
        return self._files[path].encode()

    def names(self, folder: str) -> list[str]:
        return sorted(name.removeprefix(f"{folder}/") for name in self._files if name.startswith(f"{folder}/"))

    def called(self, path: str) -> str:
        return path

    def at(self, commit: str, repository: str | None, beside: str) -> Tree:
        raise TreeError("these files are in no repository")


def baseline(text: str, words: Vocabulary | None = None, **files: str) -> Baseline:
    """The baseline in `text`; `files` are others by their names without `.yaml`."""
    tree = Files({f"{name}.yaml": content for name, content in files.items()})
    return load(text.encode(), words or every_control(), today=TODAY, tree=tree)


every_control = cache(vocabulary)


def baseline_of(declared: Mapping[str, Any], words: Vocabulary | None = None, **files: Mapping[str, Any]) -> Baseline:
    """The same from what would be in the files."""
    return baseline(written(declared), words, **{name: written(one) for name, one in files.items()})


def written(declared: Mapping[str, Any]) -> str:
    """JSON is YAML, and is written ten times as fast; in lines, so that places can be told apart."""
    return json.dumps(declared, indent=1, ensure_ascii=False)


def exception(control: str = "privileged-container", **more: Any) -> dict[str, Any]:
    """A whole exception, for everything called web unless `match` says otherwise."""
    match = {"control": control, **more.pop("match", {"name": "web"})}
    made = {
        "id": "e1",
        "match": match,
        "owner": "shop",
        "reason": "it reads the devices of the node",
        "approved_by": "alice",
        "expires": "2026-08-31",
    }
    return {**made, **more}


def pod(name: str = "web", namespace: str = "shop", **more: Any) -> dict[str, Any]:
    """A pod with one privileged container, unless `spec` says otherwise."""
    privileged = {"name": "app", "image": "registry.example/app:1", "securityContext": {"privileged": True}}
    spec = more.pop("spec", {"containers": [privileged]})
    metadata = {"name": name, "namespace": namespace, **more.pop("metadata", {})}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}


def run_on(
    folder: Path,
    declared: Baseline,
    *objects: Mapping[str, Any],
    now: datetime = NOON,
    controls: list[str] | None = None,
    jobs: int = 1,
    **settings: Any,
) -> Run:
    """Scan the objects, in a file each, by a baseline."""
    folder.mkdir(exist_ok=True)
    for number, one in enumerate(objects):
        (folder / f"{number:03}.yaml").write_text(yaml.safe_dump(one, sort_keys=False), encoding="utf-8")
    request = ScanRequest(
        [str(folder)], settings=Settings(baseline=declared, **settings), controls=controls, jobs=jobs
    )  # fmt: skip
    return scan(request, now=lambda: now)


def actions(run: Run, control: str = "privileged-container") -> dict[str, str]:
    """By the object, the action for its findings of one control; they must be one."""
    return {f"{one.object.namespace}/{one.object.name}": str(one.action) for one in findings(run, control)}


def findings(run: Run, control: str = "privileged-container") -> list[Finding]:
    return [one for one in run.findings if one.control == control]
