"""Which baseline a verb is held to, and what does not escape it."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from hardstand.cli.main import main

POD = """\
apiVersion: v1
kind: Pod
metadata: {{name: {name}, namespace: shop}}
spec:
  hostPID: {host_pid}
  containers:
  - name: app
    image: registry.example/app:1
    securityContext: {{privileged: true}}
"""
EXCEPTED = """\
modes:
- {mode: block, control: privileged-container}
exceptions:
- id: agent
  match: {control: privileged-container, name: agent}
  owner: ops
  reason: it has to
  approved_by: ciso
  expires: 2099-12-31
  while: [host-pid]
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "deploy").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def pod(folder: Path, *, name: str = "agent", host_pid: bool = False) -> None:
    text = POD.format(name=name, host_pid=str(host_pid).lower())
    (folder / "deploy" / f"{name}.yaml").write_text(text, encoding="utf-8")


def told(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    main([*words, "--format", "json"])
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def action(run: dict[str, Any]) -> list[str]:
    return [one["action"] for one in run["findings"] if one["control"] == "privileged-container"]


def test_what_was_waived_is_new_when_its_exception_lapses(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "hardstand.yaml").write_text(EXCEPTED, encoding="utf-8")
    pod(folder)
    assert main(["scan", "deploy", "--output", "old.json"]) == 0
    pod(folder, host_pid=True)
    capsys.readouterr()
    assert action(told(capsys, "scan", "deploy", "--since", "old.json")) == ["block"]
    assert main(["scan", "deploy", "--since", "old.json"]) == 1
    main(["scan", "deploy", "--output", "new.json"])
    capsys.readouterr()
    assert main(["diff", "old.json", "new.json"]) == 0
    out = capsys.readouterr().out
    assert "+ critical[privileged-container] deploy/agent.yaml:9:35  blocks" in out
    assert "- critical[privileged-container] deploy/agent.yaml:9:35  waived by agent" in out


def test_a_baseline_that_is_not_held_is_told(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    pod(folder)
    (folder / "deploy" / "hardstand.yaml").write_text("modes: [{mode: off}]\n", encoding="utf-8")
    assert action(told(capsys, "scan", "deploy")) == ["warn"]
    main(["scan", "deploy"])
    assert "deploy/hardstand.yaml is not held" in capsys.readouterr().err
    (folder / "deploy" / "hardstand.yaml").unlink()
    (folder / "hardstand.yaml").write_text(EXCEPTED, encoding="utf-8")
    monkeypatch.chdir(folder / "deploy")
    main(["scan", "."])
    assert "is not held" not in capsys.readouterr().err  # A folder above may be anybody's,
    (folder / ".git").mkdir()
    main(["scan", "."])
    assert "../hardstand.yaml is not held" in capsys.readouterr().err  # but not within one repository.
    monkeypatch.chdir(folder)
    main(["scan", "deploy"])
    captured = capsys.readouterr()
    assert captured.err == ""
    assert "\nheld to hardstand.yaml\n" in captured.out


def test_paths_are_seen_from_the_folder_of_the_baseline(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    pod(folder)
    text = (
        "boundary: {environments: {production: {paths: [deploy/**]}}}\n"
        "classes: {workloads: [{match: {path: deploy/agent.yaml}, data: restricted}]}\n"
    )
    (folder / "hardstand.yaml").write_text(text, encoding="utf-8")
    for cwd, name in ((folder, ""), (folder.parent, f"{folder.name}/")):
        monkeypatch.chdir(cwd)
        words = ("scan", f"{name}deploy", "--baseline", f"{name}hardstand.yaml", "--explain-tier", "agent")
        (tier,) = told(capsys, *words)["tiers"]
        assert tier["environments"] == ["production"]
        assert {one["name"]: one["value"] for one in tier["factors"]}["data"] == "restricted"


def test_an_ignore_file_excuses_nothing_where_the_baseline_is_protected(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pod(folder, name="web")
    (folder / "hardstand.yaml").write_text(EXCEPTED, encoding="utf-8")
    for words in (["init", "-q", "-b", "main"], ["add", "hardstand.yaml"], ["commit", "-qm", "one"]):
        identity = ["-c", "user.name=a", "-c", "user.email=a@example.com"]
        subprocess.run(["git", *identity, *words], check=True, cwd=folder)
    (folder / "deploy" / ".hardstandignore").write_text("web.yaml\n", encoding="utf-8")
    assert action(told(capsys, "scan", "deploy")) == []
    assert action(told(capsys, "scan", "deploy", "--baseline-from", "main")) == ["block"]


def test_explain_reads_the_same_baselines(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "mine.yaml").write_text(
        "classes: {workloads: [{match: {name: a}, data: restricted, compliance: [pci], owner: ops}]}\n"
        "boundary: {environments: {production: {paths: [a]}}}\ncode: controls\n",
        encoding="utf-8",
    )
    (folder / "controls").mkdir()
    (folder / "controls" / "no_team.py").write_text(
        '"""Workload names no team.\n\nWhy\n    Somebody must be asked.\n\nFix\n    Name it.\n\nReferences\n'
        '    - https://example.com/\n"""\n\n'
        "from hardstand.controls.api import LOW, MINIMUM, WEEK_1, Violations, control\n"
        "from hardstand.inventory.views.workload import Workload\n\n\n"
        "@control(severity=LOW, stage=WEEK_1, maturity=MINIMUM)\n"
        "def check(workload: Workload) -> Violations:\n"
        '    if "team" not in workload.metadata.labels:\n'
        '        yield workload.violates("names no team")\n',
        encoding="utf-8",
    )
    assert main(["explain", "--baseline", "mine.yaml"]) == 0
    out = capsys.readouterr().out
    assert "1 path\n" in out
    assert "    data restricted, under pci, owner ops  (mine.yaml:1)\n" in out
    assert main(["explain", "no-team", "--baseline", "mine.yaml", "--allow-code"]) == 0
    out = capsys.readouterr().out
    assert "Somebody must be asked." in out
    assert "What mine.yaml says" in out
    assert main(["explain", "no-team", "--baseline", "mine.yaml"]) == 2


def test_what_is_off_is_counted(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pod(folder)
    (folder / "hardstand.yaml").write_text("modes: [{mode: off}]\n", encoding="utf-8")
    main(["scan", "deploy", "--select", "privileged-container"])
    assert "0 block · 0 warn · 0 waived · 1 off · 0 unknown" in capsys.readouterr().out


def test_a_control_that_is_wrong_in_itself_is_told_once(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "hardstand.yaml").write_text(
        "controls: [{id: mine, summary: It is., severity: low, match: {kinds: [Pod]}, expression: '1 +'}]\n"
        "modes: [{mode: block, control: mine}]\n",
        encoding="utf-8",
    )
    assert main(["baseline", "test"]) == 2
    err = capsys.readouterr().err
    assert "there is no control" not in err
    assert "column 4 of the expression" in err
