"""What is excepted stays: no fix of something else takes it away."""

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from hardstand.baseline.load import load_file
from hardstand.engine.settings import Settings
from hardstand.engine.words import vocabulary
from hardstand.model.finding import Finding
from hardstand.model.run import Run
from hardstand.model.verdict import Action
from hardstand.plan.fixes import plan_fixes
from hardstand.plan.interface import Plan
from hardstand.plan.sets import plan_sets
from hardstand.sources.trees import WorkingTree
from hardstand.wiring import Held, ScanRequest

EXCEPTION = """\
- id: ID
  match: {control: CONTROL, name: agent}
  owner: team-node
  reason: it loads kernel modules
  approved_by: sam
  expires: 2999-01-01
"""
AGENT = """\
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent, namespace: node}
spec:
  template:
    spec:
      containers:
      - name: agent
        image: registry.example/agent:1.2.3
        securityContext:
          privileged: true   # kernel modules
          capabilities: {add: [SYS_ADMIN, NET_ADMIN]}
"""
COMPOSE = """\
services:
  agent:
    image: registry.example/agent:1.2.3
    privileged: true
"""


def held(folder: Path, text: str, *excepted: str, name: str = "agent.yaml") -> Held:
    (folder / "deploy").mkdir()
    (folder / "deploy" / name).write_text(text)
    listed = "".join(EXCEPTION.replace("ID", f"EX-{at}").replace("CONTROL", one) for at, one in enumerate(excepted, 1))
    file = folder / "hardstand.yaml"
    file.write_text("schema: hardstand.dev/baseline/v1\nname: node\nexceptions:\n" + listed)
    baseline = load_file(str(file), WorkingTree(), vocabulary(), today=date(2026, 1, 1))
    return Held(ScanRequest([str(folder / "deploy")], settings=Settings(baseline=baseline), jobs=1))


def reasons(plan: Plan) -> dict[str, str]:
    return {one.finding.control: one.reason for one in plan.skipped}


KEPT = "it would undo what the exception `EX-1` keeps"


def test_what_excludes_it_is_not_taken_away(tmp_path: Path) -> None:
    one = held(tmp_path, AGENT, "privileged-container")
    plan = plan_fixes(one.sources, one.scan, unsafe=True)
    assert reasons(plan)["privilege-escalation-allowed"] == KEPT
    text = plan.pages[0].decode()
    assert "          privileged: true   # kernel modules\n" in text
    assert "allowPrivilegeEscalation" not in text
    assert "readOnlyRootFilesystem: true" in text, "the rest is mended all the same"
    # Without leave to make it, it is not promised for more leave either.
    meek = plan_fixes(one.sources, one.scan, unsafe=False)
    assert reasons(meek)["privilege-escalation-allowed"] == KEPT
    assert "privilege-escalation-allowed" not in {found.control for found in meek.unsafe}
    assert "capability-added" in {found.control for found in meek.unsafe}


def test_without_an_exception_it_is_taken_away(tmp_path: Path) -> None:
    one = held(tmp_path, AGENT, "memory-limit-missing")
    plan = plan_fixes(one.sources, one.scan, unsafe=True)
    assert "privileged" not in plan.pages[0].decode().replace("allowPrivilegeEscalation", "")
    assert KEPT not in reasons(plan).values()


def test_an_exception_for_another_object_keeps_nothing_here(tmp_path: Path) -> None:
    other = AGENT.replace("name: agent, namespace", "name: other, namespace")
    one = held(tmp_path, AGENT + "---\n" + other, "privileged-container")
    text = plan_fixes(one.sources, one.scan, unsafe=True).pages[0].decode()
    kept, mended = text.split("---\n")
    assert "privileged: true" in kept
    assert "privileged: true" not in mended


def test_items_of_an_excepted_list_stay(tmp_path: Path) -> None:
    one = held(tmp_path, AGENT, "capability-added")
    plan = plan_fixes(one.sources, one.scan, unsafe=True)
    assert "[SYS_ADMIN, NET_ADMIN]" in plan.pages[0].decode()


def test_services_of_compose_files(tmp_path: Path) -> None:
    one = held(tmp_path, COMPOSE, "privileged-container", name="compose.yaml")
    plan = plan_fixes(one.sources, one.scan, unsafe=True)
    assert "privileged: true" in plan.pages[0].decode()
    assert reasons(plan)["privilege-escalation-allowed"] == KEPT


@pytest.mark.parametrize("unsafe", [True, False])
def test_sets_say_the_same(tmp_path: Path, unsafe: bool) -> None:
    one = held(tmp_path, AGENT, "privileged-container")
    sets = plan_sets(one.sources, one.scan, lambda some: one.part(some).scan, unsafe=unsafe, limit=50)
    assert "privileged: true" in sets.pages[0].decode()
    (left,) = [cause for cause in sets.by_hand if cause.findings[0].control == "privilege-escalation-allowed"]
    assert left.reasons == (KEPT,)
    assert not left.unsafe, "more leave would not help"


@pytest.mark.parametrize("found", ["gone", "uncovered"])
def test_the_proof_shows_what_the_edits_do_not(tmp_path: Path, found: str) -> None:
    """Nothing says where the excepted finding is; it ends, or its exception does, once the change is judged."""
    one = held(tmp_path, AGENT, "privileged-container")

    def changed(finding: Finding) -> Finding:
        return replace(finding, spot=None)

    def judge(pages: Mapping[int, bytes]) -> Run:
        run = one.scan(pages)
        findings = list(map(changed, run.findings))
        if pages and found == "uncovered" and "allowPrivilegeEscalation" in pages[0].decode():
            waived = next(one for one in judge({}).findings if one.action is Action.WAIVED)
            findings.append(replace(waived, action=Action.WARN, waiver=None))
        return replace(run, findings=tuple(findings))

    plan = plan_fixes(one.sources, judge, unsafe=True)
    assert "privileged: true" in plan.pages[0].decode()
    said = reasons(plan)["privilege-escalation-allowed"]
    assert said == KEPT if found == "gone" else said.startswith("it would bring another finding: privileged-container")


def test_as_a_person_meets_it(tmp_path: Path) -> None:
    held(tmp_path, AGENT, "privileged-container")

    def told(*words: str) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-m", "hardstand", *words]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=110)
        assert done.returncode == 0, done.stderr
        return done

    planned = json.loads(told("plan", "fixes", "deploy", "--unsafe", "--format", "json").stdout)
    (left,) = [one for one in planned["by_hand"] if one["control"] == "privilege-escalation-allowed"]
    assert left["reasons"] == [KEPT]
    done = told("fix", "deploy", "--unsafe", "--apply")
    assert f"not fixed: {KEPT}" in done.stderr
    assert "privileged: true" in (tmp_path / "deploy" / "agent.yaml").read_text()
    nothing = told("fix", "deploy", "--unsafe", "--select", "privileged-container")
    assert nothing.stdout == ""
    assert nothing.stderr == "hardstand: nothing to change: there are no findings here but 1 waived by EX-1\n"
