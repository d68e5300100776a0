"""`hardstand snapshot`, and snapshots among what verbs read."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from hardstand.model.kind import Kind
from hardstand.model.verdict import Why
from hardstand.sources.history.keeping import keep
from hardstand.sources.interface import Gap
from hardstand.sources.snapshot.writing import write
from tests.sources.clusters import deployment, estate, spooled


def hardstand(*words: str, cwd: Path) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "hardstand", *words]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=cwd)


def ran(*words: str, cwd: Path, status: int = 0) -> Any:
    done = hardstand(*words, "--format", "json", cwd=cwd)
    assert done.returncode == status, done.stderr
    return json.loads(done.stdout)


def test_what_cannot_be_written_is_named(folder: Path) -> None:
    done = hardstand("snapshot", "estate.json.zst", "-o", str(folder / "none" / "x.zst"), cwd=folder)
    assert (done.returncode, done.stdout) == (2, "")
    assert f"--output {folder}/none/x.zst: No such file or directory\n" in done.stderr
    assert "hint: name a file in a directory that is there" in done.stderr
    assert not (folder / "none").exists()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(str(tmp_path / "estate.json.zst"), spooled().lines())
    return tmp_path


def test_it_is_scanned_as_one_whole_cluster(folder: Path) -> None:
    run = ran("scan", "estate.json.zst", cwd=folder)
    assert run["cluster"] == "prod"
    assert [(one["source"], one["path"]) for one in run["inputs"]] == [("snapshot", "estate.json.zst")]
    found = {one["control"]: one for one in run["findings"] if one["object"]["name"] == "web"}
    place = found["privileged-container"]["locations"][0]["file"]
    assert place == "cluster:/apis/apps/v1/namespaces/shop/deployments/web"
    # It is all there is but for the kinds that the server did not list: those are unknown, and not absent.
    assert [one["verdict"] for one in run["findings"] if one["control"] == "default-deny-missing"] == ["fail", "fail"]


def test_a_kind_that_was_not_read_is_unknown(tmp_path: Path) -> None:
    served = (Kind("", "Pod"), Kind("networking.k8s.io", "NetworkPolicy"))
    write(str(tmp_path / "e.zst"), spooled(served=served).lines())
    run = ran("scan", "e.zst", "--select", "workload-not-isolated", cwd=tmp_path)
    assert {(one["verdict"], one["why"]) for one in run["findings"]} == {("unknown", "not-in-input")}
    assert "NetworkPolicy were not read when the snapshot was taken" in run["findings"][0]["message"]


def test_a_gap_is_unknown(tmp_path: Path) -> None:
    gap = Gap(Kind("networking.k8s.io", "NetworkPolicy"), None, Why.MAY_NOT_LIST, "NetworkPolicy may not be listed")
    write(str(tmp_path / "e.zst"), spooled([*estate(), gap]).lines())
    run = ran("scan", "e.zst", "--select", "workload-not-isolated", cwd=tmp_path)
    assert {(one["verdict"], one["why"]) for one in run["findings"]} == {("unknown", "may-not-list")}


@pytest.mark.parametrize(
    ("baseline", "words", "status"),
    [("", [], 0), ("", ["--fail-on", "low"], 0), ("unknown: block\n", [], 1)],
)
def test_what_may_not_be_listed_is_in_the_report_and_blocks_where_unknown_does(
    tmp_path: Path, baseline: str, words: list[str], status: int
) -> None:
    gap = Gap(Kind("networking.k8s.io", "NetworkPolicy"), None, Why.MAY_NOT_LIST, "NetworkPolicy may not be listed")
    write(str(tmp_path / "e.zst"), spooled([*estate(), gap]).lines())
    if baseline:
        (tmp_path / "hardstand.yaml").write_text(baseline, encoding="utf-8")
    done = hardstand("scan", "e.zst", "--select", "workload-not-isolated", *words, cwd=tmp_path)
    assert done.returncode == status, done.stderr
    warning, hint, *_ = done.stdout.splitlines()[-5 if baseline else -4 :]
    assert warning.startswith("warning: may not be listed: NetworkPolicy.networking.k8s.io; for want of it 1 control")
    assert "`hardstand doctor --verb snapshot` prints the role" in hint
    assert "hint: `hardstand doctor --verb snapshot` prints the role that allows it" in done.stderr
    assert "what depends on these kinds is unknown, for they may not be listed: NetworkPolicy.net" in done.stderr


def test_one_that_is_broken_is_an_error_and_nothing_is_judged(folder: Path) -> None:
    data = (folder / "estate.json.zst").read_bytes()
    (folder / "cut.json.zst").write_bytes(data[: len(data) // 2])
    done = hardstand("scan", "cut.json.zst", "--format", "json", cwd=folder)
    assert done.returncode == 2
    run = json.loads(done.stdout)
    assert run["summary"]["objects"] == 0
    (fault,) = run["inputs"][0]["unreadable"]
    assert fault["reason"].endswith("take the snapshot again, or copy it again from where it was taken")


def test_with_other_input_it_is_not_joined(folder: Path) -> None:
    (folder / "pod.yaml").write_text("apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n", encoding="utf-8")
    write(str(folder / "other.json.zst"), spooled().lines())
    run = ran("scan", "estate.json.zst", "pod.yaml", cwd=folder, status=2)
    assert run["summary"]["objects"] == 1
    assert "scan it alone" in run["inputs"][0]["unreadable"][0]["reason"]
    run = ran("scan", "estate.json.zst", "other.json.zst", cwd=folder, status=2)
    assert run["summary"]["objects"] == 0
    assert [len(one["unreadable"]) for one in run["inputs"]] == [1, 1]


def test_a_history_by_time(tmp_path: Path) -> None:
    keep(str(tmp_path / "h"), spooled(taken_at="2026-11-01T10:00:00Z"))
    keep(str(tmp_path / "h"), spooled([*estate(), deployment("new")], taken_at="2026-11-03T10:00:00Z"))

    def objects(*words: str) -> int:
        return int(ran("scan", *words, cwd=tmp_path)["summary"]["objects"])

    assert objects("h@2026-11-02") == objects("h", "--at", "2026-11-01T12:00+01:00") == objects("h@2026-11-01T10:00Z")
    assert objects("h") == objects("h@2026-12-01") == objects("h@2026-11-02") + 1
    assert objects("./h/@2026-11-02") == objects("h@2026-11-02")
    done = hardstand("scan", "h@2026-10-01", cwd=tmp_path)
    assert done.returncode == 2
    assert "it begins at 2026-11-01T10:00:00Z" in done.stdout + done.stderr
    done = hardstand("scan", "h@yesterday", cwd=tmp_path)
    assert done.returncode == 2
    assert "'yesterday' is no time" in done.stdout + done.stderr
    done = hardstand("scan", ".", "--at", "2026-11-02", cwd=tmp_path)
    assert (done.returncode, "--at is about a history" in done.stderr) == (2, True)


def test_bringing_a_file_into_a_history(folder: Path) -> None:
    done = hardstand("snapshot", "estate.json.zst", "--keep", "h", cwd=folder)
    assert done.returncode == 0, done.stderr
    assert done.stderr == "hardstand: h: 6 objects of 3 kinds of prod at 2026-11-01T10:00:00Z, 6 new or changed\n"
    assert hardstand("snapshot", "--list", "h", cwd=folder).stdout == "2026-11-01T10:00:00Z        6 objects  prod\n"
    assert (
        hardstand("snapshot", "--verify", "h", cwd=folder).stderr == "hardstand: h: 1 snapshot, each as it was taken\n"
    )
    again = hardstand("snapshot", "estate.json.zst", "--keep", "h", cwd=folder)
    assert (again.returncode, "holds a snapshot of 2026-11-01T10:00:00Z already" in again.stderr) == (2, True)
    # And out of it again, byte for byte.
    write(str(folder / "newer.zst"), spooled(taken_at="2099-01-01T00:00:00Z").lines())
    done = hardstand("snapshot", "newer.zst", "--keep", "h", "--keep-for", "1d", cwd=folder)
    assert "let go of 1 older snapshot\n" in done.stderr or "let go" not in done.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "name one thing to keep"),
        (["estate.json.zst"], "it is not said where to keep it"),
        (["estate.json.zst", "--cluster", "-o", "a"], "name one thing to keep"),
        (["estate.json.zst", "-o", "a", "--context", "x"], "--context is about a running cluster"),
        (["estate.json.zst", "-o", "a", "-n", "x"], "--namespace is about a running cluster"),
        (["estate.json.zst", "-o", "a", "--keep-for", "3d"], "--keep-for is about a history"),
        (["estate.json.zst", "--keep", "a", "--keep-for", "3"], "'3' is no age such as 12h, 90d or 4w"),
        (["none.zst", "-o", "a"], "none.zst:1:1: no such file or directory"),
        (["--list", "none"], "none holds no history"),
        (["--verify", "."], ". holds no history"),
    ],
)
def test_what_is_asked_wrongly_is_said(folder: Path, words: list[str], said: str) -> None:
    done = hardstand("snapshot", *words, cwd=folder)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_fix_of_what_runs_is_a_command(folder: Path) -> None:
    done = hardstand(
        "fix",
        "estate.json.zst",
        "--unsafe",
        "--select",
        "privileged-container,privilege-escalation-allowed",
        cwd=folder,
    )
    assert done.returncode == 0, done.stderr
    commands = [line for line in done.stdout.splitlines() if not line.startswith("#")]
    assert commands[0].startswith("kubectl --namespace=shop patch deployment.v1.apps/web --type=json '--patch=[{")
    # Pods are what their Deployment makes of them: nobody patches those.
    assert all("pod" not in line.partition("--patch")[0] for line in commands)


def test_it_is_narrowed_to_namespaces_as_a_cluster_is(folder: Path) -> None:
    write(str(folder / "part.zst"), spooled([one for one in estate() if of_data(one)]).lines())
    part, whole = (ran("scan", name, "-n", "data", cwd=folder) for name in ("part.zst", "estate.json.zst"))
    assert {one["object"]["namespace"] for one in whole["findings"]} == {"data", None}
    assert [one["id"] for one in whole["findings"]] == [one["id"] for one in part["findings"]] != []
    # What the others hold is not known, and is not taken for none.
    assert whole["summary"]["objects"] == part["summary"]["objects"] == 2
    both = ran("scan", "estate.json.zst", "-n", "data", "-n", "shop", cwd=folder)
    every = ran("scan", "estate.json.zst", cwd=folder)
    assert both["summary"]["objects"] == every["summary"]["objects"]


def of_data(one: Any) -> bool:
    return "data" in (one["metadata"]["name"], one["metadata"].get("namespace"))


@pytest.mark.parametrize("verb", [["scan"], ["plan", "fixes"], ["fix", "--unsafe"], ["gate", "plan"]])
def test_every_verb_narrows_it(folder: Path, verb: list[str]) -> None:
    told = hardstand(*verb, "estate.json.zst", "-n", "data", cwd=folder)
    assert told.returncode == 0, told.stderr
    ours, theirs = ("data", "shop") if verb[0] == "gate" else ("db", "web")
    shown = told.stdout.replace("registry.example/web", "").replace("webhook", "")
    assert (ours in shown, theirs in shown) == (True, False)


def test_a_draft_is_of_these_namespaces(folder: Path) -> None:
    done = hardstand("init", "estate.json.zst", "-n", "data", "--stdout", cwd=folder)
    assert done.returncode == 0, done.stderr
    assert ("data" in done.stdout, "shop" in done.stdout) == (True, False)


def test_a_namespace_that_it_does_not_hold_is_an_error(folder: Path) -> None:
    run = ran("scan", "estate.json.zst", "-n", "shpo", cwd=folder, status=2)
    (fault,) = run["inputs"][0]["unreadable"]
    assert fault["reason"] == "there is no namespace `shpo` in it; there are data, shop"
    write(str(folder / "part.zst"), spooled(namespaces=("data", "shop")).lines())
    run = ran("scan", "part.zst", "-n", "web", "-n", "data", cwd=folder, status=2)
    (fault,) = run["inputs"][0]["unreadable"]
    assert fault["reason"] == "namespace `web` was not read when it was taken, only data, shop"


def test_a_history_is_narrowed_too(tmp_path: Path) -> None:
    keep(str(tmp_path / "h"), spooled())
    run = ran("scan", "h", "-n", "data", cwd=tmp_path)
    assert {one["object"]["namespace"] for one in run["findings"]} == {"data", None}


def test_files_have_one_namespace_for_what_names_none(tmp_path: Path) -> None:
    (tmp_path / "pod.yaml").write_text("apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n", encoding="utf-8")
    done = hardstand("scan", "pod.yaml", "-n", "a", "-n", "b", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "-n is given 2 times, and of files it names the one" in done.stderr
    assert "only a cluster or a snapshot is narrowed by it" in done.stderr
