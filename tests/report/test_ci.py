"""What docs/ci.md and the pre-commit hook tell people to run is run."""

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from hardstand.cli.main import main

from .runs import HERE

ROOT = Path(__file__).parents[2]
GUIDE = ROOT.joinpath("docs", "ci.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", GUIDE, flags=re.MULTILINE | re.DOTALL)


def steps():
    """The guide's pipelines, decoded."""
    return [yaml.safe_load(text) for language, text in BLOCKS if language == "yaml"]


def commands():
    """Every `hardstand` command in the guide's pipelines and shell lines."""
    github, gitlab, _ = steps()
    lines = [step["run"] for step in github["jobs"]["scan"]["steps"] if "run" in step]
    lines += gitlab["hardstand"]["script"]
    lines += [line for language, text in BLOCKS if language == "sh" for line in text.splitlines()]
    return [line for line in lines if line.startswith("hardstand ")]


@pytest.fixture
def repository(tmp_path, monkeypatch):
    """A repository with manifests under deploy/, beside YAML that is none."""
    shutil.copytree(HERE / "estate", tmp_path / "deploy")
    (tmp_path / "deploy" / "values.yaml").write_text("replicas: 2\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    identity = ["-c", "user.name=a", "-c", "user.email=a@example.com"]
    (tmp_path / "hardstand.yaml").write_text("unknown: warn\n", encoding="utf-8")
    for words in (
        ["init", "-q"],
        ["add", "."],
        ["commit", "-qm", "one"],
        ["update-ref", "refs/remotes/origin/main", "HEAD"],
    ):
        subprocess.run(["git", *identity, *words], check=True)
    (tmp_path / "hardstand.yaml").unlink()
    return tmp_path


def test_the_guide_has_the_commands_that_are_tested():
    assert len(commands()) == 6


def test_every_command_of_the_guide_runs(repository, capsysbinary):
    for line in commands():
        words = shlex.split(line)[1:]
        # Faults stop a pipeline; what an earlier scan had found, and a comparison, do not.
        wanted = 1 if "--fail-on" in words and "--since" not in words else 0
        assert main(words) == wanted, line
        for place, word in enumerate(words):
            if word == "--output":
                assert (repository / words[place + 1]).stat().st_size > 0
    capsysbinary.readouterr()


def test_the_pipelines_take_the_files_that_their_commands_write():
    github, gitlab, _ = steps()
    told = commands()
    (upload,) = [step for step in github["jobs"]["scan"]["steps"] if "upload-sarif" in step.get("uses", "")]
    assert f"--output {upload['with']['sarif_file']}" in told[0]
    artifacts = gitlab["hardstand"]["artifacts"]
    assert all(f"--output {path}" in told[1] for path in [*artifacts["paths"], artifacts["reports"]["junit"]])
    assert artifacts["when"] == "always"


def test_the_hook_stops_a_fault_and_lets_a_clean_repository_pass(repository, capsysbinary):
    (hook,) = yaml.safe_load(ROOT.joinpath(".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    *_, config = steps()
    assert config["repos"][0]["hooks"][0]["id"] == hook["id"]
    assert hook["pass_filenames"] is False
    words = shlex.split(hook["entry"])[1:] + hook["args"]
    assert main(words) == 1
    shutil.rmtree(repository / "deploy")
    (repository / "workflow.yaml").write_text("jobs: {}\n", encoding="utf-8")
    assert main(words) == 0
    capsysbinary.readouterr()
