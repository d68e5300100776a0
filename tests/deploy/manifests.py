"""What is under deploy/, read: as plain manifests, and as the chart gives it."""

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import yaml

from hardstand.sources import helm

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
MANIFESTS = DEPLOY / "manifests"
CHART = DEPLOY / "charts" / "hardstand"
DIGEST = f"sha256:{'1' * 64}"
IMAGE = ("image.repository=registry.example.com/hardstand", f"image.digest={DIGEST}")

Object = dict[str, Any]


def listed(*folders: Path) -> list[Path]:
    """The files that kustomizations list, in their order."""
    return [
        folder / name
        for folder in folders
        for name in yaml.safe_load((folder / "kustomization.yaml").read_text())["resources"]
    ]


def plain(*folders: Path) -> dict[str, Object]:
    """The objects of kustomizations by kind and name: they change nothing of what they list."""
    return by_name(one for file in listed(*folders) for one in yaml.safe_load_all(file.read_text()))


def chart(*settings: str, namespace: str = "hardstand") -> dict[str, Object]:
    """The objects of the chart by kind and name. AssertionError with helm's words where it gives none."""
    found = helm.render(str(CHART), (), (*IMAGE, *settings), namespace)
    assert not isinstance(found, helm.Failure), found.message
    return by_name(one for template in found for one in yaml.safe_load_all(template.text) if one)


def by_name(objects: Iterable[Object]) -> dict[str, Object]:
    found: dict[str, Object] = {}
    for one in objects:
        name = f"{one['kind']}/{one['metadata']['name']}"
        assert name not in found, f"{name} is there twice"
        found[name] = one
    return found


def pod_of(objects: dict[str, Object], name: str) -> Object:
    spec = objects[f"Deployment/{name}"]["spec"]["template"]["spec"]
    assert isinstance(spec, dict)
    return spec


def hardstand(*arguments: str, cwd: Path, statuses: Sequence[int] = (0,)) -> str:
    """What a verb prints, in a home without a kubeconfig."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(cwd)}
    command = [sys.executable, "-m", "hardstand", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=cwd, env=environment)
    assert done.returncode in statuses, done.stderr
    return done.stdout


def scanned(*arguments: str, cwd: Path) -> Object:
    """A run of all controls."""
    return dict(json.loads(hardstand("scan", *arguments, "--format", "json", cwd=cwd)))
