"""`hardstand rbac unused` as a person meets it: real processes and real files."""

import json
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests.sources.audited import event, google, lines

CONTRACT = json.loads((Path(__file__).parents[2] / "spec/rbac-unused.v1.schema.json").read_text(encoding="utf-8"))
VALIDATOR = Draft202012Validator(CONTRACT)
DOCS = (Path(__file__).parents[2] / "docs" / "least-privilege.md").read_text(encoding="utf-8")
"""The page, whose example is of the estate of these tests."""
TIMES = re.compile(r"\d{4}-\d\d-\d\dT[\d:]+Z")
END = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)
"""When the logs of these tests end; what is long over tells nothing of today."""

RBAC = """\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: wide}
rules: [{apiGroups: [""], resources: [configmaps], verbs: [get]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: other}
rules: [{apiGroups: [""], resources: [secrets], verbs: [get]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: wide, namespace: shop}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: wide}
subjects:
- {kind: ServiceAccount, name: web}
- {kind: ServiceAccount, name: old}
- {kind: User, name: left}
- {kind: Group, name: dev}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: other, namespace: shop}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: other}
subjects: [{kind: ServiceAccount, name: web}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: own}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: other}
subjects:
- {kind: Group, name: "system:authenticated"}
- {kind: User, name: "system:kube-scheduler"}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: yearly, namespace: shop}
spec:
  schedule: "0 3 29 2 *"
  jobTemplate: {spec: {template: {spec: {serviceAccountName: old, containers: [{name: a, image: a}]}}}}
"""
JANE = {"username": "jane", "groups": ["dev", "system:authenticated"]}
LEFT = {"username": "left", "groups": ["system:authenticated"]}
CONTROLLER = {"username": "system:kube-controller-manager", "groups": ["system:authenticated"]}


def at(days: float) -> dict[str, str]:
    """The time of an event, in days before the logs' end."""
    return {"stageTimestamp": (END - timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%S.000000Z")}


def written(days: float) -> str:
    return (END - timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")


def daily(days: int) -> list[Any]:
    """What the components of a cluster ask all the time."""
    return [event(f"c-{one}", user=CONTROLLER, **at(one)) for one in range(days, -1, -1)]


def unused(*arguments: str, cwd: Path) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "hardstand", "rbac", "unused", *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, timeout=110)


def told(*arguments: str, cwd: Path) -> dict[str, Any]:
    done = unused("--audit", "audit.log", "--format", "json", *arguments, "rbac.yaml", cwd=cwd)
    found: dict[str, Any] = json.loads(done.stdout)
    VALIDATOR.validate(found)
    return found


def states(found: dict[str, Any]) -> dict[str, str]:
    return {one["subject"]: one["state"] for one in found["subjects"]}


@pytest.fixture
def estate(tmp_path: Path) -> Path:
    """Roles, and a log of 100 days: `web` and a member of `dev` did something lately, `left` did 95 days ago."""
    (tmp_path / "rbac.yaml").write_text(RBAC)
    lines(
        tmp_path / "audit.log",
        *daily(100),
        event("1", **at(3)),
        event("2", user=JANE, **at(89)),
        event("3", user=LEFT, **at(95)),
    )
    return tmp_path


def test_what_a_person_sees(estate: Path) -> None:
    done = unused("--audit", "audit.log", "rbac.yaml", cwd=estate)
    assert done.stderr == ""
    assert done.stdout == (
        f"From {written(100)} to {written(0)} (100.0 days, 104 events). "
        "What the audit policy does not log is not in it.\n"
        "Nothing done for 90 days: 2 of 4\n"
        "  ServiceAccount shop/old: never in the logs\n"
        "    RoleBinding shop/wide gives ClusterRole wide\n"
        "    runs as it: CronJob shop/yearly\n"
        "    the logs may not show: CronJob shop/yearly (0 3 29 2 *, taken to be UTC): its time did not come up\n"
        f"  User left: last {written(95)}, 95 days before their end\n"
        "    RoleBinding shop/wide gives ClusterRole wide\n"
        "In use: 2\n"
        "  ServiceAccount shop/web: 1 of 2 grants never used in this time\n"
        "    RoleBinding shop/other gives ClusterRole other\n"
    )
    assert done.returncode == 1
    shown = [line.removeprefix("    ") for line in DOCS.splitlines() if line.startswith("    ")]
    begin = next(at for at, line in enumerate(shown) if line.startswith("From ") and "104 events" in line)
    lines_shown = "".join(f"{line}\n" for line in shown[begin : begin + len(done.stdout.splitlines())])
    assert TIMES.sub("T", lines_shown) == TIMES.sub("T", done.stdout)


def test_the_time_is_the_baselines_or_as_it_is_asked_for(estate: Path) -> None:
    assert states(told("--for", "80", cwd=estate))["group:dev"] == "unused"
    (estate / "hardstand.yaml").write_text("cadences:\n- unused_access: 80d\n- {tier: [high], unused_access: 2w}\n")
    found = told(cwd=estate)
    assert (found["allowed_days"], states(found)["group:dev"]) == (14, "unused")
    found = told("--for", "97", cwd=estate)
    assert states(found) == {
        "group:dev": "active",
        "serviceaccount:shop/old": "unused",
        "serviceaccount:shop/web": "active",
        "user:left": "active",
    }
    web = found["subjects"][2]
    assert [(one["binding"], one["last_used"]) for one in web["grants"]] == [
        ("RoleBinding shop/other", None),
        ("RoleBinding shop/wide", written(3)),
    ]


def test_everything_in_use_is_fine(estate: Path) -> None:
    text = RBAC.replace("- {kind: ServiceAccount, name: old}\n", "").replace("- {kind: User, name: left}\n", "")
    (estate / "rbac.yaml").write_text(text)
    done = unused("--audit", "audit.log", "rbac.yaml", cwd=estate)
    assert (done.returncode, done.stderr, "Nothing done for 90 days: 0 of 2\n" in done.stdout) == (0, "", True)


@pytest.mark.parametrize(
    ("events", "why"),
    [
        ([*daily(40), event("1", **at(3))], "the logs are of 40.0 days only"),
        (
            [event("0", user=LEFT, **at(100)), event("1", user=LEFT, **at(95)), *daily(60), event("2", **at(3))],
            "the logs have no event on 34 days in a row, as if a part of them were missing",
        ),
    ],
)
def test_what_the_logs_do_not_cover_is_unknown_and_never_unused(estate: Path, events: list[Any], why: str) -> None:
    lines(estate / "audit.log", *events)
    found = told(cwd=estate)
    whys = {one["subject"]: one["why"] for one in found["subjects"]}
    assert whys == {
        "group:dev": why, "serviceaccount:shop/old": why, "serviceaccount:shop/web": None, "user:left": why,
    }  # fmt: skip
    assert set(states(found).values()) == {"unknown", "active"}
    done = unused("--audit", "audit.log", "rbac.yaml", cwd=estate)
    assert (done.returncode, "Cannot be told: 3\n" in done.stdout) == (2, True)


def test_what_cannot_be_read_leaves_it_open(estate: Path) -> None:
    with (estate / "audit.log").open("a") as log:
        log.write('{"kind": "Event", "auditID": "7", "sta')
    found = told(cwd=estate)
    assert states(found)["user:left"] == "unknown"
    assert [one["path"] for one in found["unreadable"]] == ["audit.log"]
    assert unused("--audit", "audit.log", "rbac.yaml", cwd=estate).returncode == 2


def test_groups_of_which_the_logs_do_not_tell_are_unknown(estate: Path) -> None:
    by = {"principalEmail": "jane"}
    entry = google("io.k8s.core.v1.configmaps.get", "core/v1/namespaces/shop/configmaps/a", authenticationInfo=by)
    lines(estate / "audit.log", *daily(100), {**entry, "timestamp": written(1)})
    found = told(cwd=estate)
    assert (states(found)["group:dev"], states(found)["user:left"]) == ("unknown", "unused")


def test_what_was_given_lately_is_not_held_against_anybody(estate: Path) -> None:
    made = RBAC.replace(
        "{name: wide, namespace: shop}", f'{{name: wide, namespace: shop, creationTimestamp: "{written(5)}"}}'
    )
    (estate / "rbac.yaml").write_text(made)
    found = told(cwd=estate)
    assert (states(found)["user:left"], states(found)["group:dev"]) == ("new", "active")
    (why,) = {one["why"] for one in found["subjects"] if one["state"] == "new"}
    assert why == f"nothing was given to it before {written(5)}"
    (estate / "rbac.yaml").write_text(made.replace(written(5), written(95)))
    assert states(told(cwd=estate))["user:left"] == "unused"


def test_logs_that_ended_long_ago_tell_nothing_of_today(estate: Path) -> None:
    lines(estate / "audit.log", *(event(str(one), **at(one)) for one in range(300, 200, -1)))
    done = unused("--audit", "audit.log", "rbac.yaml", cwd=estate)
    assert (done.returncode, "nothing is told of today" in done.stderr) == (2, True)
    assert "In use: 1\n" in done.stdout


def test_bindings_that_cannot_be_read_may_name_more(estate: Path) -> None:
    text = RBAC.replace("- {kind: ServiceAccount, name: old}\n", "").replace("- {kind: User, name: left}\n", "")
    broken = (
        "---\napiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata: {name: x}\nsubjects: 1\n"
    )
    (estate / "rbac.yaml").write_text(text + broken)
    done = unused("--audit", "audit.log", "rbac.yaml", cwd=estate)
    assert (done.returncode, "There may be more:\n  in ClusterRoleBinding x" in done.stdout) == (2, True)


def test_a_grant_of_a_role_that_is_not_there_is_not_said_to_be_unused(estate: Path) -> None:
    (estate / "rbac.yaml").write_text(RBAC.replace("metadata: {name: other}\n", "metadata: {name: renamed}\n"))
    done = unused("--audit", "audit.log", "rbac.yaml", cwd=estate)
    assert (done.returncode, "grants never used" in done.stdout, "RoleBinding shop/other" in done.stdout) == (
        1, False, False,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (("rbac.yaml",), "say --audit LOG"),
        (("--audit", "audit.log"), "nothing to read is named"),
        (("--audit", "no.log", "rbac.yaml"), "no.log"),
        (("--audit", "audit.log", "--for", "0", "rbac.yaml"), "is no number of days"),
    ],
)
def test_wrong_usage(estate: Path, words: tuple[str, ...], error: str) -> None:
    done = unused(*words, cwd=estate)
    assert (done.returncode, done.stdout, error in done.stderr) == (2, "", True), done.stderr


def scan(*arguments: str, cwd: Path) -> tuple[int, dict[str, Any]]:
    words = ("scan", "--select", "unused-identity", "--format", "json", *arguments, "rbac.yaml")
    command = [sys.executable, "-m", "hardstand", *words]
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, timeout=110)
    return done.returncode, json.loads(done.stdout)


def test_a_scan_that_is_given_logs_finds_the_same(estate: Path) -> None:
    status, run = scan("--audit", "audit.log", "--fail-on", "medium", cwd=estate)
    found = {(one["object"]["name"], one["locations"][0]["field"], one["message"]) for one in run["findings"]}
    assert found == {
        ("wide", "subjects[name=old].name", "gives rights to ServiceAccount shop/old, who did nothing for 90 days"),
        ("wide", "subjects[name=left].name", "gives rights to User left, who did nothing for 90 days"),
    }
    assert {one["verdict"] for one in run["findings"]} == {"fail"}
    assert status == 1
    (estate / "hardstand.yaml").write_text("cadences: [{unused_access: 97d}]\n")
    _, run = scan("--audit", "audit.log", cwd=estate)
    assert [one["locations"][0]["field"] for one in run["findings"]] == ["subjects[name=old].name"]


def test_a_scan_is_told_no_more_than_the_logs_tell(estate: Path) -> None:
    status, run = scan(cwd=estate)
    assert (status, run["findings"], run["summary"]["not_applicable"]) == (0, [], 3)
    lines(estate / "audit.log", *daily(40), event("1", **at(3)))
    _, run = scan("--audit", "audit.log", cwd=estate)
    assert {(one["object"]["name"], one["verdict"]) for one in run["findings"]} == {("wide", "unknown")}
    assert "the logs are of 40.0 days only" in run["findings"][0]["message"]
    (estate / "audit.log").write_text("")
    status, run = scan("--audit", "audit.log", cwd=estate)
    assert (status, {one["verdict"] for one in run["findings"]}) == (2, {"unknown"})
    lines(estate / "audit.log", *(event(str(one), **at(one)) for one in range(300, 200, -1)))
    _, run = scan("--audit", "audit.log", cwd=estate)
    assert {one["message"].rpartition(": ")[2] for one in run["findings"]} == {"the logs end too long ago"}
