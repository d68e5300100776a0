"""The README shows real output, and every command in it runs."""

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cluster.handle import Cluster

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
SCREEN = re.search(r"(?m)^    \$ hardstand (.*)\n((?:(?:    .*)?\n)+)", README)


def run(arguments: str, cwd: Path) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "hardstand", *shlex.split(arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=cwd)


@pytest.mark.skipif(not (shutil.which("kubectl") or shutil.which("kustomize")), reason="no kustomize here")
def test_the_screen_is_what_the_command_prints() -> None:
    assert SCREEN
    shown = [line.removeprefix("    ").rstrip() for line in SCREEN[2].rstrip().splitlines()]
    printed = [line.rstrip() for line in run(SCREEN[1], ROOT).stdout.rstrip().splitlines()]
    # The seconds differ from run to run.
    assert shown[:-1] == printed[:-1]
    assert shown[-1].rpartition(",")[0] == printed[-1].rpartition(",")[0]


ANSWERS = re.findall(r"(?m)^    \$ hardstand ((?:rbac|net|blast) .*)\n((?:(?:    (?!\$).*)?\n)+)", README)


@pytest.mark.parametrize(("arguments", "screen"), ANSWERS, ids=[" ".join(one.split()[:2]) for one, _ in ANSWERS])
def test_answers_are_what_the_command_prints(arguments: str, screen: str) -> None:
    words, _, most = arguments.partition(" | head -n ")
    if "rbac cut" in words:
        pytest.importorskip("highspy", reason="no solver here")
    printed = [line.rstrip() for line in run(words, ROOT).stdout.splitlines()][: int(most) if most else None]
    shown = [line.removeprefix("    ") for line in screen.rstrip("\n").splitlines()]
    assert shown == "\n".join(printed).rstrip("\n").splitlines()


def test_there_are_answers() -> None:
    verbs = [" ".join(one.split()[:2]) for one, _ in ANSWERS]
    assert verbs == ["rbac can", "rbac paths", "rbac cut", "net probe", "net reach", "blast shop-admin/admin"]


def test_the_number_of_exported_controls_is_what_is_exported() -> None:
    told = re.search(r"writes (\d+) of the controls as policies .*?, and (\d+) more once", README, re.DOTALL)
    assert told
    last = run("gate export --list", ROOT).stdout.splitlines()[-1]
    counted = re.match(r"(\d+) of \d+ controls can be exported, (\d+) of them once", last)
    assert counted, last
    assert (int(told[1]) + int(told[2]), told[2]) == (int(counted[1]), counted[2])


LISTED = re.findall(r"(?m)^    hardstand ((?:scan|explain|diff|plan) .*?)(?: +#.*)?$", README)
COMMANDS = [one for one in LISTED if "--cluster" not in one]
"""Those that need no running cluster."""


@pytest.mark.parametrize("arguments", COMMANDS)
def test_every_command_runs(arguments: str, tmp_path: Path) -> None:
    (tmp_path / "deploy").mkdir()
    (tmp_path / "deploy" / "pod.yaml").write_text(
        "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: c, image: x}]}\n",
        encoding="utf-8",
    )
    (tmp_path / "chart" / "templates").mkdir(parents=True)
    (tmp_path / "chart" / "Chart.yaml").write_text("apiVersion: v2\nname: c\nversion: 1.0.0\n", encoding="utf-8")
    (tmp_path / "chart" / "templates" / "map.yaml").write_text(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m}\n", encoding="utf-8"
    )
    (tmp_path / "compose.yaml").write_text("services: {web: {image: x}}\n", encoding="utf-8")
    (tmp_path / "prod.yaml").write_text("{}\n", encoding="utf-8")
    if "hardstand.yaml" in arguments:
        (tmp_path / "hardstand.yaml").write_text("unknown: warn\n", encoding="utf-8")
    if "old.json" in arguments and "--output" not in arguments:
        run("scan deploy/ --output old.json", tmp_path)
    done = run(arguments, tmp_path)
    assert done.returncode in (0, 1), done.stderr
    assert done.stderr == ""


@pytest.mark.parametrize("arguments", [one for one in LISTED if "--cluster" in one])
def test_every_command_about_a_cluster_runs(arguments: str, tmp_path: Path, cluster: Cluster) -> None:
    done = run(f"{arguments} --kubeconfig {cluster.kubeconfig}", tmp_path)
    assert done.returncode in (0, 1), done.stderr
    assert done.stdout != ""


def test_links_lead_somewhere() -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", README)
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []
