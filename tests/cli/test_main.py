"""The command line as a person meets it: real processes, exit statuses, errors with hints."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
PRIVILEGED = """\
apiVersion: v1
kind: Pod
metadata:
  name: agent
spec:
  containers:
  - name: agent
    image: registry.example/agent:1
    securityContext:
      privileged: true
"""


def hardstand(*arguments: str, stdin: str = "", cwd: Path | None = None) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "hardstand", *arguments],
        input=stdin,
        capture_output=True,
        text=True,
        cwd=cwd,
        timeout=60,
        check=False,
    )


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    path = tmp_path / "agent.yaml"
    path.write_text(PRIVILEGED, encoding="utf-8")
    return path


def test_version() -> None:
    done = hardstand("--version")
    assert done.returncode == 0
    assert done.stdout.startswith("hardstand 0.")


def test_help_lists_every_verb_that_works() -> None:
    from hardstand.cli.main import VERBS

    done = hardstand("--help")
    assert done.returncode == 0
    for verb, line in VERBS.items():
        assert verb in done.stdout
        assert line in done.stdout
        assert hardstand(verb, "--help").returncode == 0


def test_a_wrong_verb_gets_the_nearest_one() -> None:
    done = hardstand("scna", "x")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "hardstand: error: there is no verb `scna`\n  hint: did you mean `scan`?\n"


def test_without_a_verb_help_is_shown() -> None:
    assert "verbs:" in hardstand().stdout


def test_findings_warn_by_default_and_block_on_request(manifest: Path) -> None:
    assert hardstand("scan", str(manifest)).returncode == 0
    done = hardstand("scan", str(manifest), "--fail-on", "critical", "--format", "json")
    assert done.returncode == 1
    found = json.loads(done.stdout)
    assert found["summary"]["block"] >= 1
    blocking = {one["control"] for one in found["findings"] if one["action"] == "block"}
    assert "privileged-container" in blocking
    assert all(one["severity"] == "critical" for one in found["findings"] if one["action"] == "block")


def test_since_blocks_only_on_what_is_new(manifest: Path, tmp_path: Path) -> None:
    old = tmp_path / "old.json"
    arguments = ["scan", str(manifest), "--fail-on", "low", "--select", "privileged-container"]
    assert hardstand(*arguments, "--output", str(old)).returncode == 1
    assert hardstand(*arguments, "--since", str(old)).returncode == 0
    manifest.write_text(
        PRIVILEGED + "---\n" + PRIVILEGED.replace("name: agent\nspec", "name: second\nspec"), encoding="utf-8"
    )
    done = hardstand(*arguments, "--since", str(old), "--format", "json")
    assert done.returncode == 1
    assert [one["object"]["name"] for one in json.loads(done.stdout)["findings"] if one["action"] == "block"] == [
        "second"
    ]


def test_diff_says_what_is_new_gone_and_unchanged(manifest: Path, tmp_path: Path) -> None:
    old, new = tmp_path / "old.json", tmp_path / "new.json"
    select = ("--select", "privileged-container")
    hardstand("scan", str(manifest), *select, "--output", str(old))
    manifest.write_text("# moved down\n" + PRIVILEGED, encoding="utf-8")
    hardstand("scan", str(manifest), *select, "--output", str(new))
    assert hardstand("diff", str(old), str(new)).stdout == "0 new · 0 gone · 1 unchanged\n"
    manifest.write_text(PRIVILEGED.replace("name: agent\nspec", "name: other\nspec"), encoding="utf-8")
    hardstand("scan", str(manifest), *select, "--output", str(new))
    done = hardstand("diff", str(old), str(new))
    assert done.stdout.splitlines()[-1] == "1 new · 1 gone · 0 unchanged"
    assert any(line.startswith("+ critical[privileged-container] ") for line in done.stdout.splitlines())
    parsed = json.loads(hardstand("diff", str(old), str(new), "--format", "json").stdout)
    assert [len(parsed["new"]), len(parsed["gone"]), parsed["unchanged"]] == [1, 1, 0]


@pytest.mark.parametrize(
    "content", ["not json", "[]", '{"schema": "other/v9", "findings": []}', '{"schema": "hardstand.dev/run/v1"}']
)
def test_diff_refuses_what_is_no_run(tmp_path: Path, content: str) -> None:
    path = tmp_path / "bad.json"
    path.write_text(content, encoding="utf-8")
    done = hardstand("diff", str(path), str(path))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"hardstand: error: {path}: ")


def test_a_missing_path_is_an_error_and_the_rest_is_still_scanned(manifest: Path, tmp_path: Path) -> None:
    done = hardstand("scan", str(manifest), str(tmp_path / "nowhere"), "--format", "json", "--fail-on", "low")
    assert done.returncode == 2
    found = json.loads(done.stdout)
    assert found["summary"]["objects"] == 1
    assert [len(one["unreadable"]) for one in found["inputs"]] == [0, 1]
    assert done.stderr.startswith("hardstand: error: ")


def test_a_broken_document_wins_over_blocking(manifest: Path) -> None:
    manifest.write_text(PRIVILEGED + "---\na: [\n", encoding="utf-8")
    done = hardstand("scan", str(manifest), "--fail-on", "low")
    assert done.returncode == 2
    assert "critical[privileged-container]" in done.stdout
    assert f"{manifest}:" in done.stdout


def test_standard_input(tmp_path: Path) -> None:
    done = hardstand("scan", "-", "--format", "json", stdin=PRIVILEGED)
    assert done.returncode == 0
    found = json.loads(done.stdout)
    assert found["inputs"][0]["source"] == "stdin"
    assert found["findings"][0]["locations"][0]["file"] == "<stdin>"


def test_a_file_without_manifests_given_by_name_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "values.yaml"
    path.write_text("replicas: 1\n", encoding="utf-8")
    assert hardstand("scan", str(path)).returncode == 2
    other = tmp_path / "pod.yaml"
    other.write_text(PRIVILEGED, encoding="utf-8")
    done = hardstand("scan", str(tmp_path), "--format", "json")
    assert done.returncode == 0
    assert json.loads(done.stdout)["inputs"][0]["skipped"] == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--select", "privileged-containr"), "did you mean `privileged-container`?"),
        (("--fail-on", "terrible"), "'terrible' is not one of low, medium, high, critical"),
        (("--pod-security-version", "v2.0"), "'v2.0' is not a version"),
        (("--jobs", "0"), "'0' is not a number of processes"),
        (("--format", "pdf"), "pdf"),
        (("--output", "report.pdf"), "its ending names no format"),
    ],
)
def test_bad_usage_is_explained(manifest: Path, arguments: tuple[str, ...], message: str) -> None:
    done = hardstand("scan", str(manifest), *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_outputs_go_where_they_are_sent(manifest: Path, tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    done = hardstand("scan", str(manifest), "--output", str(report))
    assert "critical[privileged-container]" in done.stdout
    assert json.loads(report.read_text(encoding="utf-8"))["schema"] == "hardstand.dev/run/v1"
    done = hardstand("scan", str(manifest), "--format", "json", "--output", str(report))
    assert done.stdout == ""


def test_an_output_that_cannot_be_written_is_an_error(manifest: Path, tmp_path: Path) -> None:
    done = hardstand("scan", str(manifest), "--output", str(tmp_path / "no" / "such" / "report.json"))
    assert done.returncode == 2
    assert "report.json" in done.stderr
    assert "Traceback" not in done.stderr


def test_explain_shows_a_page_and_lists_all() -> None:
    page = hardstand("explain", "privileged-container")
    assert page.returncode == 0
    assert "pss-baseline:privileged" in page.stdout
    assert "\nWhy\n" in page.stdout
    assert "privileged-container" in hardstand("explain").stdout
    wrong = hardstand("explain", "privileged-contaner")
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert "did you mean `privileged-container`?" in wrong.stderr


def test_a_reader_that_goes_away_is_no_error(manifest: Path) -> None:
    command = f"{sys.executable} -m hardstand explain | head -1"
    done = subprocess.run(["bash", "-o", "pipefail", "-c", command], capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr


def test_control_characters_of_input_do_not_reach_the_terminal(tmp_path: Path) -> None:
    path = tmp_path / "evil.yaml"
    path.write_text(PRIVILEGED.replace("- name: agent", '- name: "a\\x1b[2Jb\\u202e"'), encoding="utf-8")
    done = hardstand("scan", str(path), "--color", "never")
    assert "\x1b" not in done.stdout
    assert "\u202e" not in done.stdout
    assert "\ufffd[2Jb" in done.stdout


def test_colour_only_when_asked_or_on_a_terminal(manifest: Path) -> None:
    assert "\x1b[" not in hardstand("scan", str(manifest)).stdout
    assert "\x1b[1;31mcritical[privileged-container]" in hardstand("scan", str(manifest), "--color", "always").stdout


def test_a_directory_that_may_not_be_read(tmp_path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root reads everything")
    closed = tmp_path / "closed"
    closed.mkdir(mode=0)
    assert hardstand("scan", str(closed)).returncode == 2


def test_an_old_unknown_excuses_no_new_fault(manifest: Path, tmp_path: Path) -> None:
    old = tmp_path / "old.json"
    select = ("--select", "privileged-container")
    manifest.write_text(PRIVILEGED.replace("privileged: true", 'privileged: "true"'), encoding="utf-8")
    assert hardstand("scan", str(manifest), *select, "--output", str(old)).returncode == 0
    manifest.write_text(PRIVILEGED, encoding="utf-8")
    assert hardstand("scan", str(manifest), *select, "--fail-on", "low", "--since", str(old)).returncode == 1
    new = tmp_path / "new.json"
    hardstand("scan", str(manifest), *select, "--output", str(new))
    assert hardstand("diff", str(old), str(new)).stdout.splitlines()[-1] == "1 new · 1 gone · 0 unchanged"


@pytest.mark.parametrize("content", ["[" * 100_000, '{"schema": "hardstand.dev/run/v1", "findings": [{"id": "a"}]}'])
def test_a_damaged_past_run_is_refused(manifest: Path, tmp_path: Path, content: str) -> None:
    old = tmp_path / "old.json"
    old.write_text(content, encoding="utf-8")
    for arguments in (("diff", str(old), str(old)), ("scan", str(manifest), "--since", str(old))):
        done = hardstand(*arguments)
        assert (done.returncode, done.stdout) == (2, "")
        assert "Traceback" not in done.stderr


def test_a_full_disk_is_said(manifest: Path) -> None:
    command = f"{sys.executable} -m hardstand scan {manifest} > /dev/full"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert "cannot write" in done.stderr


COMPOSE = """\
services:
  agent:
    image: registry.example/agent:1.2
    volumes:
    - /var/run/docker.sock:/var/run/docker.sock
"""


def test_a_compose_file_by_name_by_walk_and_from_standard_input(tmp_path: Path) -> None:
    (tmp_path / "docker-compose.yml").write_text(COMPOSE, encoding="utf-8")
    select = ("--select", "runtime-socket-mounted")
    for path in ("docker-compose.yml", "."):
        done = hardstand("scan", path, *select, "--fail-on", "critical", cwd=tmp_path)
        assert done.returncode == 1, done.stderr
        assert "volume /var/run/docker.sock gives the service /var/run/docker.sock" in done.stdout
        assert "docker-compose.yml:5:7  Service agent, volume /var/run/docker.sock" in done.stdout
        assert "help: Remove the volume (or `use_api_socket`)." in done.stdout
    piped = hardstand("scan", "-", *select, "--format", "json", stdin=COMPOSE, cwd=tmp_path)
    (found,) = json.loads(piped.stdout)["findings"]
    assert found["object"] == {
        "apiVersion": "compose-spec.io/v1",
        "kind": "Service",
        "namespace": None,
        "name": "agent",
    }
    assert found["locations"][0]["field"] == "services.agent.volumes[0]"


def test_a_compose_file_that_cannot_be_read_is_no_clean_one(tmp_path: Path) -> None:
    (tmp_path / "compose.yaml").write_text("services:\n  web:\n", encoding="utf-8")
    done = hardstand("scan", ".", cwd=tmp_path)
    assert done.returncode == 2
    assert "services.web must be a mapping, found nothing" in done.stdout
    assert "compose.yaml:2:7" in done.stdout
