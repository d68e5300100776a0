"""Which baseline a verb is held to, and what does not escape it."""

import json
import shutil
import subprocess
import sys
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


def git(folder: Path, *words: str) -> None:
    identity = ["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "init.defaultBranch=main"]
    subprocess.run(["git", *identity, *words], check=True, cwd=folder, capture_output=True)


def protected(folder: Path) -> None:
    """A repository whose branch `main` blocks, also for the folder `deploy`, and excuses in the folder `examples`."""
    (folder / "examples").mkdir()
    (folder / "deploy" / "hardstand.yaml").write_text(EXCEPTED, encoding="utf-8")
    (folder / "examples" / "hardstand.yaml").write_text("modes: [{mode: off}]\n", encoding="utf-8")
    pod(folder, name="web")
    git(folder, "init", "-q")
    git(folder, "add", ".")
    git(folder, "commit", "-qm", "one")


def test_the_inside_of_a_repository_that_is_committed_is_none(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    protected(folder)
    other = folder.parent / f"{folder.name}-other"
    other.mkdir()
    (other / "hardstand.yaml").write_text("modes: [{mode: off}]\n", encoding="utf-8")
    git(other, "init", "-q")
    git(other, "add", ".")
    git(other, "commit", "-qm", "excuse everything")
    shutil.copytree(other / ".git", folder / "deploy", dirs_exist_ok=True)
    monkeypatch.chdir(folder / "deploy")
    top = subprocess.run(["git", "rev-parse", "--absolute-git-dir"], capture_output=True, text=True).stdout.strip()
    assert top == str(folder / "deploy"), "git itself is taken in"
    assert action(told(capsys, "scan", "web.yaml", "--baseline-from", "main")) == ["block"]


def test_a_folder_that_became_a_link_chooses_no_other_file(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    protected(folder)
    shutil.move(folder / "deploy", folder / "kept")
    (folder / "deploy").symlink_to("examples")
    shutil.copy(folder / "kept" / "web.yaml", folder / "examples")
    command = f"cd deploy && {sys.executable} -m hardstand scan web.yaml --baseline-from main"
    done = subprocess.run(["bash", "-c", command], cwd=folder, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (2, "")
    assert "is reached through a symbolic link" in done.stderr


def test_git_s_own_variables_choose_no_other_repository(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    protected(folder)
    monkeypatch.chdir(folder / "deploy")
    monkeypatch.setenv("GIT_DIR", "/nowhere")
    assert action(told(capsys, "scan", "web.yaml", "--baseline-from", "main")) == ["block"]


def test_a_submodule_is_no_repository_to_be_judged_by(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "deploy" / ".git").write_text("gitdir: ../.git/modules/deploy\n", encoding="utf-8")
    monkeypatch.chdir(folder / "deploy")
    assert main(["scan", ".", "--baseline-from", "main"]) == 2
    assert "is a submodule" in capsys.readouterr().err


@pytest.mark.parametrize(
    "namespace",
    ["", "{apiVersion: v1, kind: Namespace, metadata: {name: shop, labels: {stage: [prod]}}}"],
    ids=["missing", "unreadable"],
)
def test_what_cannot_be_told_gets_the_tighter_mode(
    folder: Path, capsys: pytest.CaptureFixture[str], namespace: str
) -> None:
    pod(folder)
    (folder / "deploy" / "namespace.yaml").write_text(namespace or "# none\n", encoding="utf-8")
    (folder / "hardstand.yaml").write_text(
        "boundary: {environments: {production: {namespaces: [{labels: {stage: prod}}]}}}\n"
        "modes: [{mode: block, control: privileged-container, environment: production}]\n",
        encoding="utf-8",
    )
    words = ("scan", "deploy", "--select", "privileged-container")
    assert action(told(capsys, *words)) == ["block"]
    (folder / "deploy" / "namespace.yaml").write_text(
        "{apiVersion: v1, kind: Namespace, metadata: {name: shop, labels: {stage: test}}}", encoding="utf-8"
    )
    assert action(told(capsys, *words)) == ["warn"]


def test_a_path_is_matched_as_where_it_leads(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pod(folder)
    (folder / "st").mkdir()
    (folder / "hardstand.yaml").write_text(
        "boundary: {environments: {production: {paths: [deploy/**]}, staging: {paths: [st/**]}}}\n"
        "modes: [{mode: block, control: privileged-container, environment: production}]\n",
        encoding="utf-8",
    )
    assert action(told(capsys, "scan", "st/../deploy/agent.yaml")) == ["block"]


def test_explain_tells_the_line_that_wins(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "hardstand.yaml").write_text(
        "boundary: {environments: {production: {paths: [deploy/**]}}}\n"
        "modes:\n- {mode: block, area: workload, tier: high}\n- {mode: off, area: workload, environment: production}\n",
        encoding="utf-8",
    )
    words = ["explain", "privileged-container"]
    assert main([*words, "--tier", "high", "--environment", "production"]) == 0
    assert "    tier high, production: block, by hardstand.yaml:3\n" in capsys.readouterr().out
    assert main([*words, "--tier", "low", "--environment", "production"]) == 0
    assert "    tier low, production: off, by hardstand.yaml:4\n" in capsys.readouterr().out
    assert main([*words, "--environment", "prod"]) == 2
    assert "did you mean `production`?" in capsys.readouterr().err


def test_an_ignore_file_excuses_nothing_where_the_baseline_is_protected(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pod(folder, name="web")
    (folder / "hardstand.yaml").write_text(EXCEPTED, encoding="utf-8")
    git(folder, "init", "-q")
    git(folder, "add", "hardstand.yaml")
    git(folder, "commit", "-qm", "one")
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


@pytest.mark.parametrize("suffix", ["~0", "^0", "^{commit}", "@{0}"])
def test_a_revision_is_no_way_around_a_name_of_two(
    folder: Path, capsys: pytest.CaptureFixture[str], suffix: str
) -> None:
    protected(folder)
    git(folder, "commit", "-q", "--allow-empty", "-m", "two")
    git(folder, "tag", "main", "HEAD~1")
    assert main(["scan", "deploy", "--baseline-from", f"main{suffix}"]) == 2
    assert "`main` is ambiguous" in capsys.readouterr().err


def test_a_tag_cannot_be_taken_for_a_short_commit_or_a_remote(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    protected(folder)
    assert main(["scan", "deploy", "--baseline-from", "f52b879"]) == 2
    assert "is short for a commit" in capsys.readouterr().err
    git(folder, "update-ref", "refs/remotes/up/HEAD", "HEAD")
    git(folder, "commit", "-q", "--allow-empty", "-m", "two")
    git(folder, "tag", "up")
    assert main(["scan", "deploy", "--baseline-from", "up"]) == 2
    assert "is ambiguous" in capsys.readouterr().err


def test_a_commit_is_what_its_name_says(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    protected(folder)
    (folder / "deploy" / "hardstand.yaml").write_text("modes: [{mode: off}]\n", encoding="utf-8")
    git(folder, "checkout", "-qb", "soft")
    git(folder, "commit", "-qam", "soft")
    git(folder, "replace", "main", "soft")
    monkeypatch.chdir(folder / "deploy")
    assert action(told(capsys, "scan", "web.yaml", "--baseline-from", "main")) == ["block"]


def test_classes_hold_where_an_environment_cannot_be_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pod(folder)
    (folder / "hardstand.yaml").write_text(
        "boundary: {environments: {production: {namespaces: [{labels: {stage: prod}}]}}}\n"
        "classes: {workloads: [{match: {environment: production}, data: restricted, exposure: internet}]}\n",
        encoding="utf-8",
    )
    (tier,) = {one["tier"] for one in told(capsys, "scan", "deploy")["findings"]}
    assert tier == "critical"


def test_every_namespace_has_the_label_of_its_name(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pod(folder)
    (folder / "hardstand.yaml").write_text(
        "boundary: {environments: {production: {namespaces: [{labels: {kubernetes.io/metadata.name: shop}}]}}}\n"
        "modes: [{mode: block, control: privileged-container, environment: production}]\n",
        encoding="utf-8",
    )
    (folder / "deploy" / "namespace.yaml").write_text(
        "{apiVersion: v1, kind: Namespace, metadata: {name: shop}}", encoding="utf-8"
    )
    assert action(told(capsys, "scan", "deploy")) == ["block"]


def test_an_alias_that_may_be_a_password_is_not_shown(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\nstringData:\n  password: *hunter2\n"
    (folder / "deploy" / "secret.yaml").write_text(text, encoding="utf-8")
    assert main(["scan", "deploy"]) == 2
    captured = capsys.readouterr()
    assert "hunter2" not in captured.out + captured.err
    assert "deploy/secret.yaml:5:13" in captured.out
