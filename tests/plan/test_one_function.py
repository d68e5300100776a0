"""`fix` and `plan fixes` act by the actions that `scan` gives: under one baseline they cannot disagree."""

import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from hardstand.baseline.load import load_file
from hardstand.engine.settings import Settings
from hardstand.engine.words import vocabulary
from hardstand.model.finding import Finding
from hardstand.model.run import Run
from hardstand.model.verdict import Action, Verdict
from hardstand.plan.fixes import plan_fixes
from hardstand.plan.sets import plan_sets
from hardstand.sources.trees import WorkingTree
from hardstand.wiring import Held, ScanRequest, scan

BASELINE = """\
schema: hardstand.dev/baseline/v1
name: shop
modes:
- mode: warn
- {mode: block, control: privileged-container}
- {mode: off, control: root-allowed}
- {mode: block, maturity: minimum, tier: [high, critical]}
exceptions:
- id: EX-1
  match: {control: privilege-escalation-allowed, name: waived}
  owner: team-shop
  reason: the program re-executes itself
  approved_by: sam
  expires: 2999-01-01
- id: EX-2
  match: {control: host-pid, name: waived}
  owner: team-shop
  reason: only while nothing runs privileged
  approved_by: sam
  expires: 2999-01-01
  while: [privileged-container]
"""
PODS = "".join(
    f"""\
---
apiVersion: v1
kind: Pod
metadata: {{name: {name}, namespace: shop}}
spec:
  hostPID: true
  containers:
  - name: app
    image: registry.example/app:1.2.3
    securityContext: {{privileged: {privileged}}}
"""
    for name, privileged in (("waived", "false"), ("open", "true"))
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "deploy").mkdir()
    (tmp_path / "deploy" / "pods.yaml").write_text(PODS)
    (tmp_path / "hardstand.yaml").write_text(BASELINE)
    return tmp_path


def request(folder: Path) -> ScanRequest:
    today = date(2026, 1, 1)
    baseline = load_file(str(folder / "hardstand.yaml"), WorkingTree(), vocabulary(), today=today)
    return ScanRequest([str(folder / "deploy")], settings=Settings(baseline=baseline), jobs=1)


def actions(run: Run) -> dict[str, tuple[Action, str | None, Verdict]]:
    return {one.id: (one.action, one.waiver, one.verdict) for one in run.findings}


def named(findings: list[Finding], name: str) -> dict[str, Action]:
    return {one.control: one.action for one in findings if one.object.name == name}


def test_what_is_judged_to_be_mended_has_the_actions_of_a_scan(folder: Path) -> None:
    wish = request(folder)
    scanned = scan(wish)
    held = Held(wish)
    fixes = plan_fixes(held.sources, held.scan, unsafe=True)
    sets = plan_sets(held.sources, held.scan, lambda some: held.part(some).scan, unsafe=True, limit=50)
    assert actions(fixes.before) == actions(scanned) == actions(sets.before)
    assert {Action.BLOCK, Action.WARN, Action.WAIVED, Action.OFF} == {one.action for one in scanned.findings}
    # The same bytes, scanned as they would be written.
    for pages in (fixes.pages, sets.pages):
        (folder / "deploy" / "pods.yaml").write_bytes(pages[0])
        again = scan(wish)
        assert actions(again) == actions(held.scan(pages))
        (folder / "deploy" / "pods.yaml").write_text(PODS)


def test_what_is_excepted_or_off_is_neither_mended_nor_counted(folder: Path) -> None:
    wish = request(folder)
    held = Held(wish)
    scanned = list(scan(wish).findings)
    waived, opened = named(scanned, "waived"), named(scanned, "open")
    assert waived["privilege-escalation-allowed"] is waived["host-pid"] is Action.WAIVED
    assert waived["root-allowed"] is opened["root-allowed"] is Action.OFF
    assert opened["privileged-container"] is Action.BLOCK
    sets = plan_sets(held.sources, held.scan, lambda some: held.part(some).scan, unsafe=True, limit=50)
    counted = [one for one in scanned if one.verdict is Verdict.FAIL and one.action in (Action.BLOCK, Action.WARN)]
    assert sets.total == len(counted)
    mended = {(found.object.name, found.control) for one in sets.steps for found in one.removed}
    assert ("waived", "host-pid") not in mended
    assert ("open", "host-pid") in mended
    assert not any(control == "root-allowed" for _, control in mended)
    left = {(one.object.name, one.control): one.action for one in sets.after.findings}
    assert left["waived", "host-pid"] is Action.WAIVED


def test_the_command_line_says_the_same(folder: Path) -> None:
    def told(*words: str) -> str:
        command = [sys.executable, "-m", "hardstand", *words]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=110)
        assert done.returncode in (0, 1), done.stderr
        return done.stdout

    findings = json.loads(told("scan", "deploy", "--format", "json"))["findings"]
    plan = json.loads(told("plan", "fixes", "deploy", "--unsafe", "--format", "json", "--limit", "50"))
    counted = {one["id"]: one for one in findings if one["verdict"] == "fail" and one["action"] in ("block", "warn")}
    assert plan["summary"]["findings"] == len(counted)
    places = [place for one in [*plan["changes"], *plan["by_hand"]] for place in one["places"]]
    assert {one["id"] for one in places} <= set(counted)
    assert sum(one["removes"]["block"] for one in plan["changes"]) <= sum(
        one["action"] == "block" for one in counted.values()
    )
    text = told("fix", "deploy", "--unsafe")
    waived, opened = text.partition("name: open")[::2]
    assert "-  hostPID: true" in opened or "-  hostPID: true" in text
    assert text.count("-  hostPID: true") == 1  # The other is excepted.
    assert "runAsNonRoot" not in text  # It is off.
    assert waived
