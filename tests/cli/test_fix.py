"""`hardstand fix` as a person meets it: real processes, real files, and git to apply what it shows."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent.parent
AGENT = """\
# The agent of the platform team.
apiVersion: v1
kind: Pod
metadata:
  name: agent   # as in the runbook
  namespace: "platform"
spec:
  containers:
    - name: agent
      image: 'registry.example/agent:1.2.3'
      securityContext:
        privileged: true   # since 2019
        # nobody knows why
        runAsUser: 1000
"""
COUNTED = """\
schema: hardstand.dev/baseline/v1
name: node
modes:
- mode: warn
- {mode: off, control: root-allowed}
exceptions:
- id: EX-7
  match: {control: privileged-container, name: agent}
  owner: team-node
  reason: it loads kernel modules
  approved_by: sam
  expires: 2999-01-01
"""
SECRET = """\
apiVersion: v1
kind: Secret
metadata: {name: db}
data:
  password: aHVudGVyMi1pcy1sb25n
stringData:
  token: correct-horse-battery
"""


@dataclass
class Done:
    """A process that ended; line ends are as they were written."""

    returncode: int
    stdout: str
    stderr: str


def run(command: list[str], cwd: Path, stdin: str) -> Done:
    done = subprocess.run(command, input=stdin.encode(), capture_output=True, cwd=cwd, timeout=120, check=False)
    return Done(done.returncode, done.stdout.decode(), done.stderr.decode())


def fix(*arguments: str, cwd: Path, stdin: str = "") -> Done:
    return run([sys.executable, "-m", "hardstand", "fix", *arguments], cwd, stdin)


def git(*arguments: str, cwd: Path, stdin: str = "") -> None:
    done = run(["git", *arguments], cwd, stdin)
    assert done.returncode == 0, done.stderr


@pytest.fixture
def estate(tmp_path: Path) -> Path:
    (tmp_path / "deploy").mkdir()
    (tmp_path / "deploy" / "agent one.yaml").write_text(AGENT)
    (tmp_path / "deploy" / "ünicode.yml").write_bytes(AGENT.replace("agent", "other").replace("\n", "\r\n").encode())
    git("init", "-q", cwd=tmp_path)
    return tmp_path


def test_safe_fixes_only(estate: Path) -> None:
    done = fix("deploy", cwd=estate)
    assert done.returncode == 0
    assert "seccompProfile" in done.stdout
    assert "-        privileged" not in done.stdout
    assert "more can be fixed with --unsafe" in done.stderr
    assert (estate / "deploy" / "agent one.yaml").read_text() == AGENT


def test_the_diff_is_what_apply_writes(estate: Path) -> None:
    shown = fix("deploy", "--unsafe", cwd=estate)
    copy = estate / "copy"
    shutil.copytree(estate / "deploy", copy / "deploy")
    git("init", "-q", cwd=copy)
    git("apply", "-", cwd=copy, stdin=shown.stdout)
    applied = fix("deploy", "--unsafe", "--apply", cwd=estate)
    assert (shown.returncode, applied.returncode) == (0, 0)
    assert applied.stdout == shown.stdout
    assert "changed:" in applied.stderr
    for name in ("agent one.yaml", "ünicode.yml"):
        assert (estate / "deploy" / name).read_bytes() == (copy / "deploy" / name).read_bytes()
    assert b"\r\n" in (copy / "deploy" / "ünicode.yml").read_bytes()
    text = (estate / "deploy" / "agent one.yaml").read_text()
    assert "privileged: true" not in text
    for kept in (
        "# The agent of the platform team.",
        "name: agent   # as in the runbook",
        "'registry.example/agent:1.2.3'",
    ):
        assert kept in text
    again = fix("deploy", "--unsafe", cwd=estate)
    assert (again.returncode, again.stdout) == (0, "")
    assert "nothing to change" in again.stderr


def test_select_one_control(estate: Path) -> None:
    done = fix("deploy/agent one.yaml", "--unsafe", "--select", "privileged-container", cwd=estate)
    changed = [line for line in done.stdout.splitlines() if line[:1] in "+-" and line[:3] not in ("+++", "---")]
    assert changed == ["-        privileged: true   # since 2019"]
    assert "1 file to change: 1 of 1 finding ends, and none comes" in done.stderr


def test_mode_and_links_stay(estate: Path) -> None:
    file = estate / "deploy" / "agent one.yaml"
    file.chmod(0o640)
    link = estate / "link.yaml"
    link.symlink_to(file)
    done = fix("link.yaml", "--unsafe", "--apply", cwd=estate)
    assert done.returncode == 0, done.stderr
    assert link.is_symlink()
    assert file.stat().st_mode & 0o777 == 0o640
    assert "privileged" not in file.read_text()
    assert sorted(one.name for one in file.parent.iterdir()) == ["agent one.yaml", "ünicode.yml"]


def test_a_file_that_changed_is_left_alone(tmp_path: Path) -> None:
    from hardstand.plan.apply import CHANGED, write

    file = tmp_path / "a.yaml"
    file.write_bytes(b"theirs")
    assert write(str(file), b"read", b"ours", [str(tmp_path)]) == CHANGED
    assert file.read_bytes() == b"theirs"
    assert list(tmp_path.iterdir()) == [file]


def test_a_file_that_changes_meanwhile_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Somebody saves the file between the reading and the writing."""
    from hardstand.cli import fix as verb
    from hardstand.cli.main import main

    (tmp_path / "a.yaml").write_text(AGENT)
    (tmp_path / "b.yaml").write_text(AGENT.replace("agent", "other"))
    planned = verb.plan_fixes

    def meanwhile(*arguments: Any, **words: Any) -> Any:
        plan = planned(*arguments, **words)
        (tmp_path / "a.yaml").write_text(AGENT + "# mine\n")
        return plan

    monkeypatch.setattr(verb, "plan_fixes", meanwhile)
    monkeypatch.chdir(tmp_path)
    assert main(["fix", ".", "--unsafe", "--apply", "--jobs", "1"]) == 2
    assert "a.yaml: it has changed since it was read, and was left alone; run it again" in capsys.readouterr().err
    assert (tmp_path / "a.yaml").read_text() == AGENT + "# mine\n"
    assert "privileged" not in (tmp_path / "b.yaml").read_text()


def test_a_link_out_of_what_was_named_is_refused(tmp_path: Path) -> None:
    from hardstand.plan.apply import write

    inside, outside = tmp_path / "inside", tmp_path / "outside.yaml"
    inside.mkdir()
    outside.write_bytes(b"old")
    (inside / "link.yaml").symlink_to(outside)
    reason = write(str(inside / "link.yaml"), b"old", b"new", [str(inside)])
    assert "outside of what was named" in str(reason)
    assert outside.read_bytes() == b"old"


def test_what_cannot_be_written_is_an_error(estate: Path) -> None:
    (estate / "deploy" / "agent one.yaml").chmod(0o444)
    os.link(estate / "deploy" / "ünicode.yml", estate / "twin")
    done = fix("deploy", "--unsafe", "--apply", cwd=estate)
    assert done.returncode == 2
    assert "deploy/agent one.yaml: it is read-only" in done.stderr
    assert "deploy/ünicode.yml: it has 2 names (hard links)" in done.stderr
    assert (estate / "deploy" / "agent one.yaml").read_text() == AGENT


def test_unreadable_input_is_no_success(estate: Path) -> None:
    (estate / "deploy" / "bad.yaml").write_text("a: [\n")
    done = fix("deploy", "--select", "privileged-container", "--unsafe", cwd=estate)
    assert done.returncode == 2
    assert "deploy/bad.yaml:2:1:" in done.stderr
    assert "-        privileged: true" in done.stdout
    assert fix("nowhere", cwd=estate).returncode == 2
    assert fix(cwd=estate).returncode == 2
    assert "did you mean" in fix("deploy", "--select", "privileged-containr", cwd=estate).stderr


def test_a_broken_document_beside_it_is_not_shown(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(AGENT.rstrip() + "\n---\npassword: hunter2-in-a-broken: document\n")
    done = fix("a.yaml", "--unsafe", cwd=tmp_path)
    assert done.returncode == 2
    assert "-        privileged: true" in done.stdout
    assert "hunter2" not in done.stdout + done.stderr


def test_standard_input(tmp_path: Path) -> None:
    done = fix("-", "--unsafe", "--select", "privileged-container", cwd=tmp_path, stdin=AGENT)
    assert done.returncode == 0
    assert done.stdout.startswith("--- a/<stdin>\n+++ b/<stdin>\n")
    assert "-        privileged: true" in done.stdout
    refused = fix("-", "--apply", cwd=tmp_path, stdin=AGENT)
    assert refused.returncode == 2
    assert "--apply cannot write to standard input" in refused.stderr
    assert "hint: " in refused.stderr


def test_secrets_are_left_out_of_the_diff(tmp_path: Path) -> None:
    """Context that would show a Secret is left out, and the diff still applies."""
    git("init", "-q", cwd=tmp_path)
    (tmp_path / "a.yaml").write_text(f"{SECRET}---\n{AGENT}---\n{SECRET}")
    done = fix("a.yaml", "--unsafe", "--select", "workload", cwd=tmp_path)
    assert "hunter2" not in done.stdout
    assert "aHVudGVyMi" not in done.stdout
    git("apply", "-", cwd=tmp_path, stdin=done.stdout)
    assert "privileged" not in (tmp_path / "a.yaml").read_text()


def test_secrets_that_cannot_be_left_out_are_masked(tmp_path: Path) -> None:
    """A Secret and a Pod on one line."""
    secret = '{"apiVersion":"v1","kind":"Secret","metadata":{"name":"x"},"stringData":{"token":"correct-horse"}}'
    pod = """{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p"},"spec":{"containers":[
        {"name":"c","image":"a:1","securityContext":{"privileged":true}}]}}"""
    text = f'{{"apiVersion":"v1","kind":"List","items":[{secret},{"".join(pod.split())}]}}'
    (tmp_path / "b.json").write_text(text)
    chosen = ("b.json", "--unsafe", "--select", "privileged-container")
    done = fix(*chosen, cwd=tmp_path)
    assert done.returncode == 0
    assert "\n-••••" in done.stdout
    assert "correct-horse" not in done.stdout
    assert "`git apply` cannot take it" in done.stderr
    assert fix(*chosen, "--apply", cwd=tmp_path).returncode == 0
    assert (tmp_path / "b.json").read_text() == text.replace('"privileged":true', '"privileged":false')


def test_control_characters_do_not_reach_the_terminal(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(AGENT.replace("# nobody knows why", "# \u202enobody\u202c knows"))
    done = fix("a.yaml", "--unsafe", "--select", "privileged-container", cwd=tmp_path)
    assert "\u202e" not in done.stdout
    assert "`git apply` cannot take it" in done.stderr


def test_shared_anchors_are_told(tmp_path: Path) -> None:
    text = (
        AGENT.replace("securityContext:", "securityContext: &sc").rstrip() + "\n    - {name: b, securityContext: *sc}\n"
    )
    (tmp_path / "a.yaml").write_text(text)
    done = fix("a.yaml", "--unsafe", "--select", "privileged-container", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "")
    assert "a.yaml:11:24: the anchor &sc on line 11 is shared by 2 places (aliases on line 15)" in done.stderr
    assert "a.yaml:15:34: it stands behind an alias here" in done.stderr


def test_rendered_kustomizations_get_patches(tmp_path: Path) -> None:
    if shutil.which("kubectl") is None and shutil.which("kustomize") is None:
        pytest.skip("neither kubectl nor kustomize is here")
    base = tmp_path / "base"
    base.mkdir()
    (base / "agent.yaml").write_text(AGENT)
    (base / "kustomization.yaml").write_text("resources: [agent.yaml]\n")
    done = fix("base", "--unsafe", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("# Patches for what base renders.")
    overlay = tmp_path / "overlay"
    overlay.mkdir()
    (overlay / "kustomization.yaml").write_text(done.stdout.replace("- base\n", "- ../base\n"))
    again = fix("overlay", "--unsafe", cwd=tmp_path)
    assert (again.returncode, again.stdout) == (0, ""), again.stderr
    assert (base / "agent.yaml").read_text() == AGENT
    # A patch says which container it is for, and does not touch another.
    (base / "agent.yaml").write_text(AGENT.replace("- name: agent", "- name: sidecar"))
    assert fix("overlay", cwd=tmp_path).returncode == 2


OVERLAY = """\
resources: [../base]
namespace: production
namePrefix: live-
"""


def test_patches_fit_where_the_kustomization_sets_namespace_and_name(tmp_path: Path) -> None:
    """In a directory of its own, as the text says; it does not advise what would silently do nothing."""
    if shutil.which("kubectl") is None:
        pytest.skip("no kubectl here")
    for name, text in (("base", "resources: [agent.yaml]\n"), ("overlay", OVERLAY)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "kustomization.yaml").write_text(text)
    (tmp_path / "base" / "agent.yaml").write_text(AGENT)
    done = fix("overlay", "--unsafe", "--select", "privileged-container", cwd=tmp_path)
    assert "namespace: production" in done.stdout
    assert "take the patches over" not in done.stdout
    (tmp_path / "mended").mkdir()
    (tmp_path / "mended" / "kustomization.yaml").write_text(done.stdout.replace("- overlay\n", "- ../overlay\n"))
    built = run(["kubectl", "kustomize", "mended"], tmp_path, "")
    assert built.returncode == 0, built.stderr
    assert "name: live-agent\n  namespace: production\n" in built.stdout
    assert "runAsUser: 1000" in built.stdout
    assert "privileged" not in built.stdout
    # Why the text warns: copied into the kustomization they change nothing, and nobody says so.
    patches = done.stdout.partition("patches:\n")[2]
    (tmp_path / "overlay" / "kustomization.yaml").write_text(f"{OVERLAY}patches:\n{patches}")
    copied = run(["kubectl", "kustomize", "overlay"], tmp_path, "")
    assert copied.returncode == 0, copied.stderr
    assert "privileged: true" in copied.stdout


def test_files_and_rendered_objects_are_told_apart(tmp_path: Path) -> None:
    if shutil.which("kubectl") is None and shutil.which("kustomize") is None:
        pytest.skip("neither kubectl nor kustomize is here")
    git("init", "-q", cwd=tmp_path)
    (tmp_path / "deploy" / "base").mkdir(parents=True)
    (tmp_path / "deploy" / "base" / "kustomization.yaml").write_text("resources: [agent.yaml]\n")
    (tmp_path / "deploy" / "base" / "agent.yaml").write_text(AGENT)
    (tmp_path / "deploy" / "pod.yaml").write_text(AGENT.replace("name: agent", "name: plain"))
    chosen = ("deploy", "--unsafe", "--select", "privileged-container")
    done = fix(*chosen, cwd=tmp_path)
    diff, patches = done.stdout.split("\n\n")
    assert diff.startswith("--- a/deploy/pod.yaml\n")
    assert patches.startswith("# Up to here it is a diff for `git apply`.")
    assert "kind: Kustomization" in patches
    assert done.stderr == (
        "hardstand: 1 file to change and patches printed for 1 rendered object: 2 of 2 findings end, and none comes\n"
    )
    git("apply", "-", cwd=tmp_path, stdin=done.stdout)
    assert "privileged: true" not in (tmp_path / "deploy" / "pod.yaml").read_text()
    again = fix(*chosen, "--apply", cwd=tmp_path)
    assert again.stdout.startswith("# Patches for what deploy/base renders.")
    assert again.stderr.startswith("hardstand: patches printed for 1 rendered object: 1 of 1")


def test_what_is_off_or_waived_is_not_counted(tmp_path: Path) -> None:
    """The numbers are those of a scan, where what is unknown warns; what exceptions waive is told apart."""
    (tmp_path / "hardstand.yaml").write_text(COUNTED)
    (tmp_path / "a.yaml").write_text(AGENT.replace("- name: agent", "- stdin: true\n      name: agent"))
    scan = run([sys.executable, "-m", "hardstand", "scan", "a.yaml"], tmp_path, "")
    words = scan.stdout.splitlines()[-1].split(" · ")
    assert words[2] == "1 waived"
    counted = int(words[0].split()[0]) + int(words[1].split()[0]) - 2
    done = fix("a.yaml", "--unsafe", cwd=tmp_path)
    assert f" of {counted} findings end, and none comes\n" in done.stderr
    assert "hardstand: not counted: 2 unknown, 1 waived by EX-7\n" in done.stderr
    off = fix("a.yaml", "--unsafe", "--select", "root-allowed", cwd=tmp_path)
    assert off.stderr == "hardstand: nothing to change: there are no findings here\n"
    meek = fix("a.yaml", "--select", "secret-in-environment,privilege-escalation-allowed", cwd=tmp_path)
    assert meek.stderr.splitlines() == [
        "hardstand: not fixed: it would undo what the exception `EX-7` keeps",
        "hardstand:   privilege-escalation-allowed (Pod platform/agent)",
        "hardstand: nothing to change: no fix can be made for the 1 finding here",
    ]


def test_a_chart_gets_patches_and_keeps_its_templates(tmp_path: Path) -> None:
    chart = shutil.copytree(ROOT / "examples" / "shop" / "charts" / "search", tmp_path / "search")
    before = {path: path.read_bytes() for path in chart.rglob("*") if path.is_file()}
    done = fix("search", "--unsafe", "--apply", cwd=tmp_path)
    if done.returncode == 2 and "install helm" in done.stderr:
        pytest.skip("no helm here")
    assert "kind: Kustomization" in done.stdout
    assert "path: /spec/template/spec/initContainers/0/securityContext/privileged" in done.stdout
    assert before == {path: path.read_bytes() for path in chart.rglob("*") if path.is_file()}


def test_what_is_chosen_is_mended_and_every_control_is_asked(tmp_path: Path) -> None:
    pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: shop}\nspec:\n  containers:\n  - name: a\n"
    both = "    securityContext:\n      capabilities: {add: [NET_BIND_SERVICE], drop: [ALL]}\n      privileged: true\n"
    (tmp_path / "a.yaml").write_text(f"{pod}    image: registry.example/a:1\n{both}", encoding="utf-8")
    before = (tmp_path / "a.yaml").read_text(encoding="utf-8")
    done = fix("a.yaml", "--select", "privileged-container", "--unsafe", "--apply", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "a.yaml").read_text(encoding="utf-8") == before.replace("      privileged: true\n", "")
    limits = "    resources: {limits: {cpu: 1}}\n"
    (tmp_path / "b.yaml").write_text(f"{pod}    image: registry.example/a:1\n{limits}", encoding="utf-8")
    (tmp_path / "hardstand.yaml").write_text("parameters: {cpu-limit-set: {required: true}}\n", encoding="utf-8")
    done = fix("b.yaml", "--select", "cpu-limit-set", "--unsafe", cwd=tmp_path)
    assert done.stdout == ""
    assert "it would bring another finding: cpu-limit-missing" in done.stderr
