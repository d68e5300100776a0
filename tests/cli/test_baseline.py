"""`hardstand baseline test`, as a person runs it."""

import subprocess
import sys
from pathlib import Path

import pytest

from hardstand.cli.main import main
from tests.custom.test_code import CASES, CONTROL
from tests.custom.test_wrong import SOUND

TEAM = SOUND.replace('"true"', "has(object.metadata.labels)").replace(
    "accepts: [{apiVersion: v1, kind: Pod, metadata: {name: a}}]",
    "accepts: [{apiVersion: v1, kind: Pod, metadata: {name: a, labels: {a: b}}}]",
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_all_hold(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "hardstand.yaml").write_text(TEAM, encoding="utf-8")
    assert main(["baseline", "test"]) == 0
    assert capsys.readouterr().out == "0 failures in 2 tests of 1 control\n"


def test_a_failure_has_its_place(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "team.yaml").write_text(SOUND, encoding="utf-8")
    assert main(["baseline", "test", "--baseline", "team.yaml"]) == 1
    assert capsys.readouterr().out == (
        "team.yaml:9:15: made-up: should be rejected, and the verdict is pass\n1 failure in 2 tests of 1 control\n"
    )


def test_an_object_that_the_control_does_not_look_at_is_a_failure(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "hardstand.yaml").write_text(TEAM.replace("kinds: [Pod]", "kinds: [Service]"), encoding="utf-8")
    assert main(["baseline", "test"]) == 1
    assert "8:15: made-up: the control does not look at a Pod; see its `match`" in capsys.readouterr().out


def test_an_object_without_a_name_is_a_failure(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = TEAM.replace(
        "rejects: [{apiVersion: v1, kind: Pod, metadata: {name: a}}]", "rejects: [{apiVersion: v1, kind: Pod}]"
    )
    (folder / "hardstand.yaml").write_text(text, encoding="utf-8")
    assert main(["baseline", "test"]) == 1
    assert "hardstand.yaml:9:15: made-up: the Pod has no metadata.name" in capsys.readouterr().out


def test_what_asks_about_a_request_is_named_as_not_tested(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = SOUND.replace('"true"', "request.dryRun")
    (folder / "hardstand.yaml").write_text(text, encoding="utf-8")
    assert main(["baseline", "test"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("made-up: not tested, since all its expressions ask about a request to an API server\n")


def test_a_wrong_declaration_is_no_look(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "hardstand.yaml").write_text(SOUND.replace('"true"', "object."), encoding="utf-8")
    assert main(["baseline", "test"]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == (
        "hardstand: error: hardstand.yaml:6:15: column 8 of the expression: "
        "expected the name of a field or function, found the end of the expression\n"
    )


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (None, "there is no baseline here"),
        ("a: [", "hardstand.yaml:1:6: "),
        ("[]", "hardstand.yaml:1:1: a baseline is a mapping"),
        ("a: 1\n---\na: 2\n", "hardstand.yaml:3:1: a baseline is one document"),
        ("", "hardstand.yaml:1:1: the baseline is empty"),
    ],
)
def test_a_file_that_is_no_baseline(
    folder: Path, capsys: pytest.CaptureFixture[str], text: str | None, says: str
) -> None:
    if text is not None:
        (folder / "hardstand.yaml").write_text(text, encoding="utf-8")
    assert main(["baseline", "test"]) == 2
    assert f"hardstand: error: {says}" in capsys.readouterr().err


def test_code_runs_with_leave_only(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "hardstand.yaml").write_text("code: ./controls/\n", encoding="utf-8")
    (folder / "controls").mkdir()
    marker = folder / "ran"
    (folder / "controls" / "no_latest.py").write_text(
        f"{CONTROL}\nopen({str(marker)!r}, 'w').close()\n", encoding="utf-8"
    )
    (folder / "controls" / "no-latest.yaml").write_text(CASES, encoding="utf-8")
    assert main(["baseline", "test"]) == 2
    assert not marker.exists()
    assert "holds 1 Python control\n  hint: allow it to run with --allow-code" in capsys.readouterr().err
    assert main(["baseline", "test", "--allow-code"]) == 0
    assert marker.exists()
    assert capsys.readouterr().out == "0 failures in 2 tests of 1 control\n"


def test_a_failing_case_and_broken_code_have_their_places(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "hardstand.yaml").write_text("code: controls\n", encoding="utf-8")
    (folder / "controls").mkdir()
    (folder / "controls" / "no_latest.py").write_text(CONTROL, encoding="utf-8")
    (folder / "controls" / "no-latest.yaml").write_text(CASES.replace("a:1", "a:latest"), encoding="utf-8")
    assert main(["baseline", "test", "--allow-code"]) == 1
    assert "controls/no-latest.yaml:6:3: no-latest: pinned: expected pass, and the control says fail: runs latest" in (
        capsys.readouterr().out
    )
    (folder / "controls" / "no_latest.py").write_text(CONTROL + "\nraise ValueError('no')\n", encoding="utf-8")
    assert main(["baseline", "test", "--allow-code"]) == 2
    assert "hardstand: error: controls/no_latest.py:20: ValueError: no\n" in capsys.readouterr().err


def test_cel_is_loaded_for_those_who_use_it_only(folder: Path) -> None:
    (folder / "pod.yaml").write_text("apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n", encoding="utf-8")
    program = (
        "import sys; from hardstand.cli.main import main; main(['scan', 'pod.yaml']); "
        "cheap = {'hardstand.text.cel', 'hardstand.text.cel.literals'}; "
        "loaded = [one for one in sys.modules if ('text.cel' in one or 'engine.code' in one) and one not in cheap]; "
        "sys.exit(f'{loaded}' if loaded else 0)"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
