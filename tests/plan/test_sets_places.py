"""A plan names places in the files as they are: nothing of it has been written when somebody reads it."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from hardstand.model.finding import Finding
from hardstand.plan.sets import plan_sets
from hardstand.plan.sets_interface import FixSets
from hardstand.wiring import Held, ScanRequest, scan

COMPOSE = """\
services:
  web:
    image: registry.example/web:1.2.3
    privileged: true
    ports: ["8080:8080"]
  db:
    image: registry.example/db
    pid: host
    environment:
      DB_PASSWORD: correct-horse-battery-9
"""
PODS = """\
apiVersion: v1
kind: Pod
metadata: {name: first, namespace: shop}
spec:
  containers:
  - name: app
    image: registry.example/app:1.2.3
    securityContext: &sc
      privileged: true
  - name: side
    image: registry.example/side:1.2.3
    securityContext: *sc
---
apiVersion: v1
kind: Pod
metadata: {name: second, namespace: shop}
spec:
  hostPID: true
  containers:
  - name: app
    image: registry.example/app
"""
KUSTOMIZATION = "resources: [pods.yaml]\n"


@pytest.fixture(params=["compose", "pods", "rendered"])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    made = tmp_path / "vm"
    made.mkdir()
    if request.param == "compose":
        (made / "compose.yaml").write_text(COMPOSE)
        return made
    (made / "pods.yaml").write_text(PODS)
    if request.param == "rendered":
        (made / "kustomization.yaml").write_text(KUSTOMIZATION)
    return made


def told(plan: FixSets) -> list[Finding]:
    found = [one for step in plan.steps for one in (*step.mended, *step.removed, *(s.finding for s in step.skipped))]
    return [*found, *(one for cause in (*plan.more, *plan.by_hand) for one in cause.findings)]


@pytest.mark.parametrize("limit", [1, 50])
def test_every_place_is_that_of_the_first_scan(folder: Path, limit: int) -> None:
    wish = ScanRequest([str(folder)], jobs=1)
    first = {one.id: one.locations for one in scan(wish).findings}
    held = Held(wish)
    plan = plan_sets(held.sources, held.scan, lambda some: held.part(some).scan, unsafe=True, limit=limit)
    assert plan.steps
    assert plan.by_hand
    found = told(plan)
    assert {one.id for one in found} <= set(first)
    assert [one.locations for one in found] == [first[one.id] for one in found]
    # The picture did change under them, so that the places of its own would be others.
    moved = [one for one in plan.after.findings if one.locations != first.get(one.id)]
    assert moved or limit == 1


def test_no_line_is_beyond_the_file(folder: Path) -> None:
    command = [sys.executable, "-m", "hardstand", "plan", "fixes", "vm", "--unsafe", "--format", "json"]
    done = subprocess.run(command, cwd=folder.parent, capture_output=True, text=True, check=False, timeout=110)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    for one in [*found["changes"], *found["by_hand"]]:
        for place in one["places"]:
            if place["rendered"]:
                continue
            lines = (folder.parent / place["file"]).read_text().splitlines()
            assert place["line"] <= len(lines)
            assert place["column"] <= len(lines[place["line"] - 1]) + 1


def test_reasons_name_the_lines_of_the_file(tmp_path: Path) -> None:
    """An anchor below what was changed before it is where it is now, and not where it would be."""
    first, _, second = PODS.partition("---\n")
    (tmp_path / "pods.yaml").write_text(second + "---\n" + first)
    anchor = 1 + (second + "---\n" + first).splitlines().index("    securityContext: &sc")
    held = Held(ScanRequest([str(tmp_path)], jobs=1))
    plan = plan_sets(held.sources, held.scan, lambda some: held.part(some).scan, unsafe=True, limit=50)
    assert len(plan.pages[0].splitlines()) > len(PODS.splitlines()), "changes came before it"
    reasons = [reason for one in plan.by_hand for reason in one.reasons if "&sc" in reason]
    reasons += [one.reason for step in plan.steps for one in step.skipped if "&sc" in one.reason]
    assert reasons
    for reason in reasons:
        assert f"the anchor &sc on line {anchor} " in reason
        (aliases,) = re.findall(r"aliases on line (\d+)", reason) or [str(anchor + 4)]
        assert int(aliases) == anchor + 4
