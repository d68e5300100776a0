"""`hardstand rehearse` as a person meets it: real processes and real files."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from hardstand.sources.snapshot.writing import write
from tests.gate.reviewing import review
from tests.rehearse.entries import Entry, entry, written
from tests.sources.clusters import spooled

ROOT = Path(__file__).parents[2]
CONTRACT = json.loads((ROOT / "spec" / "rehearsal.v1.schema.json").read_text(encoding="utf-8"))
VALIDATOR = Draft202012Validator(CONTRACT, format_checker=Draft202012Validator.FORMAT_CHECKER)
POD = """\
apiVersion: v1
kind: Pod
metadata: {name: NAME, namespace: shop}
spec:
  containers:
  - name: app
    image: registry.example/app:1.2.3
    securityContext: {privileged: true}
"""
BLOCK = "modes: [{mode: warn}, {mode: block, control: privileged-container}]\n"
WARN = "modes: [{mode: warn}]\n"


def rehearse(*arguments: str, cwd: Path) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "hardstand", "rehearse", *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, timeout=110)


@pytest.fixture
def estate(tmp_path: Path) -> Path:
    (tmp_path / "deploy").mkdir()
    for name in ("a", "b"):
        (tmp_path / "deploy" / f"{name}.yaml").write_text(POD.replace("NAME", name))
    (tmp_path / "hardstand.yaml").write_text(WARN)
    (tmp_path / "new.yaml").write_text(BLOCK)
    return tmp_path


@pytest.fixture
def snapshot(tmp_path: Path) -> Path:
    """A snapshot of a cluster in which the Deployment `web` and its two pods are privileged."""
    write(str(tmp_path / "estate.json.zst"), spooled().lines())
    (tmp_path / "hardstand.yaml").write_text(WARN)
    (tmp_path / "new.yaml").write_text(BLOCK)
    return tmp_path


def test_what_a_person_sees(estate: Path) -> None:
    (estate / ".git").mkdir()
    (estate / "CODEOWNERS").write_text("deploy/a.yaml @team-a\n")
    done = rehearse("new.yaml", "deploy", cwd=estate)
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout == (
        "Blocks from now on, of what is there:\n"
        "  Pod shop/a, owner @team-a\n"
        "    critical[privileged-container] spec.containers[name=app].securityContext.privileged: runs privileged "
        "(was warn)\n"
        "      fix: Take `privileged: true` away\n"
        "  Pod shop/b, no owner declared\n"
        "    critical[privileged-container] spec.containers[name=app].securityContext.privileged: runs privileged "
        "(was warn)\n"
        "      fix: Take `privileged: true` away\n"
        "\n"
        "2 more block · 0 no longer    2 objects\n"
    )


def test_what_no_longer_blocks_is_told_and_blocks_nothing(estate: Path) -> None:
    done = rehearse("hardstand.yaml", "--baseline", "new.yaml", "deploy", cwd=estate)
    assert done.returncode == 0
    assert done.stdout.startswith("Blocks no longer, of what is there:\n")
    assert "(now warn)" in done.stdout
    assert done.stdout.endswith("0 more block · 2 no longer    2 objects\n")


def test_the_same_baseline_changes_nothing(estate: Path) -> None:
    done = rehearse("new.yaml", "--baseline", "new.yaml", "deploy", cwd=estate)
    assert (done.returncode, done.stdout) == (
        0, "Both baselines are the same.\n0 more block · 0 no longer    2 objects\n",
    )  # fmt: skip


def test_classes_and_exceptions_of_the_new_baseline_count(estate: Path) -> None:
    (estate / "new.yaml").write_text(
        BLOCK
        + "exceptions: [{id: e, match: {control: privileged-container, name: a}, owner: o, reason: it is needed,\n"
        "  approved_by: ciso, expires: 2099-01-01}]\n"
        "classes: {workloads: [{match: {name: b}, owner: team-b}]}\n"
    )
    done = rehearse("new.yaml", "deploy", "--format", "json", cwd=estate)
    found = the(done)
    assert [(one["workload"]["name"], one["owner"]) for one in found["blocks"]] == [("b", "team-b")]


def the(done: "subprocess.CompletedProcess[str]") -> dict[str, Any]:
    found: dict[str, Any] = json.loads(done.stdout)
    assert list(VALIDATOR.iter_errors(found)) == []
    return found


def test_the_contract_holds(estate: Path) -> None:
    done = rehearse("new.yaml", "deploy", "--format", "json", cwd=estate)
    found = the(done)
    assert done.returncode == 1
    assert found["baselines"]["new"]["path"] == "new.yaml"
    assert found["requests"] is None
    assert {one["otherwise"] for one in found["blocks"]} == {"warn"}


def test_what_tightens_later_is_listed_and_refuses_nothing_yet(estate: Path) -> None:
    later = "modes: [{mode: warn}, {mode: block, control: privileged-container, from: 2099-01-11}]\n"
    (estate / "new.yaml").write_text(later)
    done = rehearse("new.yaml", "deploy", cwd=estate)
    assert (done.returncode, done.stderr) == (0, "")
    title, mode, count, *objects, blank, total = done.stdout.splitlines()
    assert title == "Tightens on a day to come, by the new baseline:"
    assert mode.startswith("  control privileged-container turns to block on 2099-01-11, in ")
    assert mode.endswith(" days (new.yaml:1)")
    assert count == "    2 findings would be blocked (privileged-container)"
    assert (objects, blank) == (["      Pod shop/a", "      Pod shop/b"], "")
    assert total == "0 more block · 0 no longer    2 objects"
    found = the(rehearse("new.yaml", "deploy", "--format", "json", cwd=estate))
    (one,) = found["tightening"]
    assert (one["day"], one["findings"], one["controls"]) == ("2099-01-11", 2, ["privileged-container"])
    assert [each["name"] for each in one["objects"]] == ["a", "b"]


def test_a_mode_that_would_block_nothing_is_listed_too(estate: Path) -> None:
    (estate / "new.yaml").write_text("modes: [{mode: warn}, {mode: block, control: host-pid, from: 2099-01-11}]\n")
    done = rehearse("new.yaml", "deploy", cwd=estate)
    assert done.returncode == 0
    assert "    nothing that is there would be blocked\n" in done.stdout


def test_what_cannot_be_read_wins(estate: Path) -> None:
    (estate / "deploy" / "torn.yaml").write_text("kind: [\n")
    done = rehearse("new.yaml", "deploy", cwd=estate)
    assert done.returncode == 2
    assert "unreadable: deploy/torn.yaml:" in done.stdout
    assert "2 more block" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["new.yaml", "deploy", "--days", "3"], "--days is about requests of the past"),
        (["new.yaml", "deploy", "--days", "0", "--audit", "a"], "is not a number of days"),
        (["new.yaml", "deploy", "--audit", "a"], "say --cluster, or name a snapshot"),
        (["new.yaml", "deploy", "--admissions", "a"], "say --cluster, or name a snapshot"),
        (["new.yaml"], "nothing to read is named"),
        (["none.yaml", "deploy"], "none.yaml"),
        (["deploy/a.yaml", "deploy"], "a baseline has no key"),
        (["new.yaml", "deploy", "--cluster"], "two inputs"),
        (["new.yaml", "deploy", "--context", "x"], "say --cluster too"),
    ],
)
def test_wrong_usage_is_told_with_the_remedy(arguments: list[str], words: str, estate: Path) -> None:
    done = rehearse(*arguments, cwd=estate)
    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def risky(uid: str = "a", **changed: Any) -> Entry:
    one = review("pod-create")
    one["request"]["object"]["spec"]["containers"][0]["securityContext"] = {"privileged": True}
    return entry(one, uid, **changed)


def test_a_snapshot_and_an_audit_log(snapshot: Path) -> None:
    torn = {"verb": "get", "stageTimestamp": "2026-05-20T12:00:00Z"}
    denied = {"responseStatus": {"code": 403}, "responseObject": {"kind": "Status"}}
    blind = {"level": "Metadata", "responseObject": None, "requestObject": None}
    written(snapshot / "audit.log", risky("r", **torn), risky(), risky("b", **denied), risky("c", **blind))
    done = rehearse("new.yaml", "estate.json.zst", "--audit", "audit.log", cwd=snapshot)
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout == (
        "Blocks from now on, of what is there:\n"
        "  Deployment shop/web, no owner declared\n"
        "    critical[privileged-container] spec.template.spec.containers[name=web].securityContext.privileged: "
        "runs privileged (was warn)\n"
        "      fix: Take `privileged: true` away\n"
        "\n"
        "Of 3 requests in 12.0 days (2026-05-20 12:00Z to 2026-06-01 12:00Z):\n"
        "  Pod shop/plain, no owner declared: 1 request (pods 1), 2026-06-01 12:00Z\n"
        "    asked by admin\n"
        "    critical[privileged-container] spec.containers[name=app].securityContext.privileged: runs privileged (1)\n"
        "      fix: Remove `privileged: true` and add back only the capabilities that the program uses.\n"
        "  1 failed then, with status 403\n"
        "  1 cannot be told: cannot be rehearsed: audit level Metadata (such as pods shop/plain)\n"
        "\n"
        "1 more block · 0 no longer · 1 request refused · 1 cannot be told    4 objects\n"
    )
    again = rehearse("new.yaml", "estate.json.zst", "--audit", "audit.log", "--format", "json", cwd=snapshot)
    found = the(again)["requests"]
    assert (found["days_covered"], found["summary"]["requests"]) == (12.0, 3)


def test_nothing_new_is_refused(snapshot: Path) -> None:
    written(snapshot / "audit.log", risky())
    done = rehearse("hardstand.yaml", "estate.json.zst", "--audit", "audit.log", cwd=snapshot)
    assert done.returncode == 0
    assert "  none that was let in would be refused, of those that can be told\n  1 would be let in\n" in done.stdout


def test_refused_requests_alone_are_enough(snapshot: Path) -> None:
    """What ran and is gone is told by the log alone."""
    excepted = "exceptions: [{id: e, match: {control: privileged-container, name: web}, owner: o, reason: it is needed,"
    (snapshot / "new.yaml").write_text(f"{BLOCK}{excepted} approved_by: ciso, expires: 2099-01-01}}]\n")
    written(snapshot / "audit.log", risky())
    done = rehearse("new.yaml", "estate.json.zst", "--audit", "audit.log", cwd=snapshot)
    assert done.returncode == 1
    assert done.stdout.endswith("0 more block · 0 no longer · 1 request refused · 0 cannot be told    4 objects\n")


def test_logs_of_another_time_or_without_objects_tell_nothing(snapshot: Path) -> None:
    written(snapshot / "audit.log", risky(level="Metadata", responseObject=None, requestObject=None))
    done = rehearse("hardstand.yaml", "estate.json.zst", "--audit", "audit.log", cwd=snapshot)
    assert done.returncode == 2
    assert "of none of 1 requests can it be told how it would end" in done.stderr
    written(snapshot / "audit.log", risky())
    done = rehearse("hardstand.yaml", "estate.json.zst", "--audit", "audit.log", "--days", "3", cwd=snapshot)
    assert done.returncode == 2
    assert "in the 3 days asked for, of which the logs hold nothing" in done.stdout
    assert "the logs hold nothing of the time that was asked for" in done.stderr


def test_a_torn_log_is_could_not_look_and_the_rest_is_told(snapshot: Path) -> None:
    path = Path(written(snapshot / "audit.log", risky(), risky("b")))
    path.write_text(path.read_text()[:-30])
    done = rehearse("new.yaml", "estate.json.zst", "--audit", "audit.log", "--admissions", "none", cwd=snapshot)
    assert done.returncode == 2
    assert "unreadable: audit.log:2:1: the line is no audit event" in done.stdout
    assert "unreadable: none:1:1: no such file or directory: name the folder that the gate records in" in done.stdout
    assert "1 request refused" in done.stdout


def test_what_a_log_says_cannot_steer_a_terminal(snapshot: Path) -> None:
    written(snapshot / "audit.log", risky(user={"username": "eve\x1b[2J", "groups": []}))
    done = rehearse("new.yaml", "estate.json.zst", "--audit", "audit.log", cwd=snapshot)
    assert "asked by eve\N{REPLACEMENT CHARACTER}[2J" in done.stdout
