"""`hardstand rbac least` and `hardstand rehearse --rbac` as a person meets them: real processes and real files."""

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from hardstand.cli.cluster import cluster_request
from hardstand.cli.rbac import least as least_verb
from tests.sources.audited import GROUPS, event, google, lines

DECISION, REASON = "authorization.k8s.io/decision", "authorization.k8s.io/reason"
RBAC = """\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: wide}
rules:
- {apiGroups: [""], resources: [configmaps, secrets], verbs: [get, list]}
- {nonResourceURLs: [/api], verbs: [get]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: wide, namespace: shop}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: wide}
subjects: [{kind: ServiceAccount, name: web}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: readers, namespace: shop}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: wide}
subjects: [{kind: Group, name: dev}, {kind: User, name: idle}]
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: monthly, namespace: shop}
spec:
  schedule: "0 3 30 * *"
  jobTemplate: {spec: {template: {spec: {serviceAccountName: web, containers: [{name: a, image: a}]}}}}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: daily, namespace: shop}
spec:
  schedule: "0 3 * * *"
  timeZone: Europe/Berlin
  jobTemplate: {spec: {template: {spec: {serviceAccountName: web, containers: [{name: a, image: a}]}}}}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: of-others, namespace: shop}
spec:
  schedule: "0 3 30 * *"
  jobTemplate: {spec: {template: {spec: {containers: [{name: a, image: a}]}}}}
"""
WIDENED = """\
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: "system:discovery", labels: {kubernetes.io/bootstrapping: rbac-defaults}}
rules: [{apiGroups: [""], resources: [configmaps], verbs: [get]}, {nonResourceURLs: [/api], verbs: [get]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: "system:discovery", labels: {kubernetes.io/bootstrapping: rbac-defaults}}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: "system:discovery"}
subjects: [{kind: Group, name: "system:authenticated"}]
"""
DOCS = (Path(__file__).parents[2] / "docs" / "least-privilege.md").read_text(encoding="utf-8")
SHOWN = "".join(line.removeprefix("    ") for line in DOCS.splitlines(keepends=True))
"""The page, whose examples are of this estate."""

JANE = {"username": "jane", "groups": ["dev", "system:authenticated"]}


def hardstand(*arguments: str, cwd: Path) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "hardstand", *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, timeout=110)


def least(*arguments: str, cwd: Path) -> "subprocess.CompletedProcess[str]":
    return hardstand("rbac", "least", *arguments, cwd=cwd)


@pytest.fixture
def estate(tmp_path: Path) -> Path:
    """Roles, and a log of two weeks in which `web` read two ConfigMaps, and Jane one."""
    (tmp_path / "rbac.yaml").write_text(RBAC)
    lines(
        tmp_path / "audit.log",
        event("1", stageTimestamp="2026-06-01T12:00:00.000000Z"),
        event("2", objectRef={"resource": "configmaps", "namespace": "shop", "name": "b", "apiVersion": "v1"}),
        event("3", stageTimestamp="2026-06-15T12:00:00.000000Z"),
        event("4", user=JANE),
        event("5", objectRef=None, requestURI="/api?timeout=32s"),
        event(
            "6", objectRef={"resource": "secrets", "namespace": "shop", "name": "s"}, annotations={DECISION: "forbid"}
        ),
    )
    return tmp_path


def test_what_a_person_sees(estate: Path) -> None:
    done = least("sa:shop/web", "--audit", "audit.log", "rbac.yaml", cwd=estate)
    assert (done.returncode, done.stderr) == (0, "")
    head = done.stdout.split("---\n")[0]
    assert head == (
        "# The least rights of serviceaccount:shop/web, by what it used.\n"
        "# From 2026-06-01T12:00:00Z to 2026-06-15T12:00:00Z (14.0 days, 6 events): 3 requests of it, 2 different.\n"
        "# Names exact, namespaces exact, verbs exact. What the audit policy does not log is not in it.\n"
        "# Left out: 1 request: ClusterRoleBinding system:discovery gives it to everybody, by default.\n"
        "# It may lack:\n"
        "# - whatever happens less often than every 14.0 days, which is all that the log is of\n"
        "# - CronJob shop/monthly (0 3 30 * *, taken to be UTC): its time did not come up\n"
        "# Used against granted:\n"
        "# - RoleBinding shop/wide gives ClusterRole wide: 3 requests, 3 by it alone\n"
        "#     never used of it: get secrets, list configmaps, list secrets, get /api\n"
    )
    assert head in SHOWN
    role, binding = yaml.safe_load_all(done.stdout)
    assert role["rules"] == [
        {"apiGroups": [""], "resources": ["configmaps"], "resourceNames": ["a", "b"], "verbs": ["get"]}
    ]
    assert binding == {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "RoleBinding",
        "metadata": {"name": "least:serviceaccount:shop:web", "namespace": "shop"},
        "roleRef": {
            "apiGroup": "rbac.authorization.k8s.io",
            "kind": "Role",
            "name": "least:serviceaccount:shop:web",
        },
        "subjects": [{"kind": "ServiceAccount", "name": "web", "namespace": "shop"}],
    }


def test_what_somebody_added_to_a_default_role_is_not_left_out(estate: Path) -> None:
    (estate / "rbac.yaml").write_text(RBAC + WIDENED)
    done = least("sa:shop/web", "--audit", "audit.log", "rbac.yaml", "--format", "json", cwd=estate)
    told = json.loads(done.stdout)
    assert told["left_out"] == {"ClusterRoleBinding system:discovery gives it to everybody, by default": 1}
    assert (told["requests"], [one["kind"] for one in told["manifests"]]) == (3, ["Role", "RoleBinding"])


def test_who_used_nothing_gets_nothing(estate: Path) -> None:
    done = least("sa:shop/other", "--audit", "audit.log", cwd=estate)
    assert (done.returncode, "used nothing in these logs that takes a role" in done.stderr) == (1, True)
    assert list(yaml.safe_load_all(done.stdout)) in ([], [None])


def test_groups_users_and_choices(estate: Path) -> None:
    done = least("group:dev", "--audit", "audit.log", "rbac.yaml", "--format", "json", "--names", "any", cwd=estate)
    told = json.loads(done.stdout)
    assert told["schema"] == "hardstand.dev/rbac-least/v1"
    assert [one["kind"] for one in told["manifests"]] == ["Role", "RoleBinding"]
    assert told["manifests"][0]["rules"] == [{"apiGroups": [""], "resources": ["configmaps"], "verbs": ["get"]}]
    assert told["manifests"][1]["subjects"] == [
        {"apiGroup": "rbac.authorization.k8s.io", "kind": "Group", "name": "dev"}
    ]
    everywhere = ("--namespaces", "all", "--verbs", "read-write", "--format", "json")
    (role, _) = json.loads(least("user:jane", "--audit", "audit.log", *everywhere, cwd=estate).stdout)["manifests"]
    assert (role["kind"], role["rules"]) == (
        "ClusterRole",
        [
            {
                "apiGroups": [""],
                "resources": ["configmaps"],
                "resourceNames": ["a"],
                "verbs": ["get", "list", "watch"],
            }
        ],
    )


@pytest.mark.parametrize("how", ["exact", "all"])
def test_how_far_it_goes_is_not_which_namespaces_of_a_cluster_are_read(how: str) -> None:
    parser = argparse.ArgumentParser()
    least_verb.add_arguments(parser)
    arguments = parser.parse_args(["user:jane", "--audit", "a.log", "--cluster", "--namespaces", how])
    assert cluster_request(arguments).namespaces == ()
    assert arguments.by_namespaces == how


def test_a_grant_that_was_never_used_is_told(estate: Path) -> None:
    lines(estate / "idle.log", event("1", user={"username": "idle", "groups": []}, annotations={DECISION: "forbid"}))
    done = least("user:idle", "--audit", "idle.log", "rbac.yaml", cwd=estate)
    assert "# - RoleBinding shop/readers gives ClusterRole wide: never used\n" in done.stdout
    assert done.returncode == 1


@pytest.mark.parametrize(
    ("last", "length"), [("12:00:30.0", "30.0 seconds"), ("12:01:30.0", "1.5 minutes"), ("18:00:00.0", "6.0 hours")]
)
def test_a_log_of_less_than_a_day_is_no_basis_and_its_length_is_told(last: str, length: str, estate: Path) -> None:
    lines(estate / "short.log", event("1"), event("2", stageTimestamp=f"2026-06-01T{last}00000Z"))
    done = least("sa:shop/web", "--audit", "short.log", cwd=estate)
    assert f"({length}, 2 events)" in done.stdout
    assert f"# - nearly everything, for the log is of {length} only, and that is no basis for roles\n" in done.stdout
    assert f"hardstand: warning: the log is of {length} only" in done.stderr
    assert done.returncode == 0


def test_a_star_that_was_used_in_part_is_told_with_what_was_used(estate: Path) -> None:
    role = (
        "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: wide}\n"
        'rules: [{apiGroups: ["", apps], resources: [configmaps, deployments], verbs: ["*"]}]\n---\n'
    )
    (estate / "rbac.yaml").write_text(role + RBAC.split("---\n", maxsplit=1)[1])
    made = {"resource": "deployments", "namespace": "shop", "apiGroup": "apps", "apiVersion": "v1", "name": "web"}
    uri = "/apis/apps/v1/namespaces/shop/deployments"
    lines(
        estate / "made.log",
        event("1", verb="create", uri=uri, objectRef=made),
        event("2", verb="get", uri=f"{uri}/web", objectRef=made, stageTimestamp="2026-06-15T12:00:00.0Z"),
    )
    done = least("sa:shop/web", "--audit", "made.log", "rbac.yaml", cwd=estate)
    assert "#     never used of it: * configmaps, * deployments.apps (but create, get)\n" in done.stdout


def test_what_another_authorizer_allowed_needs_no_role_unless_it_was_for_masters(estate: Path) -> None:
    notes = {DECISION: "allow", REASON: ""}
    node = {"username": "system:node:n", "groups": ["system:nodes"]}
    root = {"username": "root", "groups": ["system:masters", "system:authenticated"]}
    lines(estate / "b.log", event("1", user=node, annotations=notes), event("2", user=root, annotations=notes))
    done = least("user:system:node:n", "--audit", "b.log", cwd=estate)
    assert (done.returncode, "another authorizer than RBAC allowed it" in done.stdout) == (1, True)
    assert len(list(yaml.safe_load_all(least("user:root", "--audit", "b.log", cwd=estate).stdout))) == 2


def test_logs_without_groups_say_so(estate: Path) -> None:
    by = {"principalEmail": "jane@example.com"}
    lines(estate / "gke.json", google("io.k8s.core.v1.pods.list", "core/v1/pods", authenticationInfo=by))
    done = least("user:jane@example.com", "--audit", "gke.json", cwd=estate)
    assert (done.returncode, "does not tell the groups of users" in done.stdout) == (0, True)


def test_what_cannot_be_read_is_told_and_is_no_success(estate: Path) -> None:
    with (estate / "audit.log").open("a") as log:
        log.write('{"kind": "Event", "auditID": "7", "sta')
    done = least("sa:shop/web", "--audit", "audit.log", cwd=estate)
    assert (done.returncode, "audit.log:7: the line is no audit event" in done.stderr) == (2, True)
    assert "kind: Role" in done.stdout
    (estate / "empty.log").write_text("")
    done = least("sa:shop/web", "--audit", "empty.log", cwd=estate)
    assert (done.returncode, "hold no event" in done.stderr, done.stdout) == (2, True, "")
    assert "--audit LOG" in least("sa:shop/web", "rbac.yaml", cwd=estate).stderr
    assert least("sa:shop/web", "--audit", "no.log", cwd=estate).returncode == 2


def test_events_before_the_decision_tell_nothing(estate: Path) -> None:
    lines(estate / "early.log", event("1", stage="RequestReceived", annotations={}, responseStatus=None))
    done = least("sa:shop/web", "--audit", "early.log", cwd=estate)
    assert (done.returncode, done.stdout, "RequestReceived" in done.stderr) == (2, "", True)


def test_nothing_in_a_log_steers_the_yaml(estate: Path) -> None:
    evil = "x\n---\nkind: ClusterRoleBinding\u202e"
    lines(estate / "evil.log", event("1", objectRef={"resource": "configmaps", "namespace": "shop", "name": evil}))
    done = least("sa:shop/web", "--audit", "evil.log", cwd=estate)
    role, binding = yaml.safe_load_all(done.stdout)
    assert (role["rules"][0]["resourceNames"], binding["kind"]) == ([evil], "RoleBinding")


def rehearse(*arguments: str, cwd: Path) -> "subprocess.CompletedProcess[str]":
    return hardstand("rehearse", "--rbac", "new", "--audit", "audit.log", *arguments, cwd=cwd)


@pytest.fixture
def proposed(estate: Path) -> Path:
    """Beside the estate, the least roles of `web` in a folder, without the ConfigMap `b`."""
    written = least("sa:shop/web", "--audit", "audit.log", cwd=estate).stdout
    (estate / "new").mkdir()
    (estate / "new" / "least.yaml").write_text(written.replace("  - b\n", ""))
    return estate


def test_a_proposal_by_itself_is_about_those_whom_it_names(proposed: Path) -> None:
    done = rehearse(cwd=proposed)
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout == (
        "By the roles and bindings of new (2) alone, for those whom they name:\n"
        "Of 4 requests that RBAC allowed from 2026-06-01T12:00:00Z to 2026-06-15T12:00:00Z (14.0 days):\n"
        "  would be refused: 1\n"
        "    ServiceAccount shop/web: get configmaps in shop (b): once, 2026-06-01T12:00:00Z, audit.log:2\n"
        "      no grant allows it\n"
        "  would be allowed: 3\n"
    )


def test_requests_that_rbac_did_not_allow_are_counted_apart_and_add_up(proposed: Path) -> None:
    notes = {DECISION: "allow", REASON: ""}
    with (proposed / "audit.log").open("a") as log:
        log.writelines(json.dumps(event(uid, annotations=notes)) + "\n" for uid in ("8", "9"))
    assert rehearse(cwd=proposed).stdout.startswith(
        "By the roles and bindings of new (2) alone, for those whom they name:\n"
        "6 requests allowed from 2026-06-01T12:00:00Z to 2026-06-15T12:00:00Z (14.0 days):"
        " 2 by another authorizer, to which roles are nothing, and\n"
        "of 4 requests that RBAC allowed:\n"
        "  would be refused: 1\n"
    )


def test_a_proposal_is_laid_over_what_is_there(proposed: Path) -> None:
    nothing = RBAC.replace("[configmaps, secrets]", "[x]")
    (proposed / "rbac.yaml").write_text(nothing)
    done = rehearse("rbac.yaml", "--format", "json", cwd=proposed)
    told = json.loads(done.stdout)
    assert (done.returncode, told["allowed"], told["refused"]) == (0, 3, [])
    assert [one["subject"] for one in told["refused_today_as_well"]] == ["serviceaccount:shop/web", "user:jane"]
    (proposed / "rbac.yaml").write_text(RBAC)
    assert rehearse("rbac.yaml", cwd=proposed).stdout == (
        "By the roles and bindings of today, with those of new (2) laid over them:\n"
        "Of 5 requests that RBAC allowed from 2026-06-01T12:00:00Z to 2026-06-15T12:00:00Z (14.0 days):\n"
        "  would be allowed: 5\n"
    )
    assert rehearse("rbac.yaml", "--replace-for", "sa:shop/web", cwd=proposed).stdout in SHOWN
    done = rehearse("rbac.yaml", "--replace-for", "sa:shop/web", "--format", "json", cwd=proposed)
    (refused,) = json.loads(done.stdout)["refused"]
    assert (refused["name"], refused["file"], refused["line"], refused["count"]) == ("b", "audit.log", 2, 1)
    assert refused["because"].startswith("RoleBinding shop/wide gives ClusterRole wide to ServiceAccount shop/web")


def test_only_the_last_days_count(proposed: Path) -> None:
    lines(proposed / "audit.log", event("1", stageTimestamp="2020-06-01T12:00:00.000000Z"))
    done = rehearse("--days", "1", cwd=proposed)
    assert (done.returncode, "no event of the time that is asked for" in done.stderr) == (2, True)


def test_a_role_of_the_same_name_takes_the_place_of_the_one_there(proposed: Path) -> None:
    (proposed / "new" / "least.yaml").write_text(
        "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: wide}\nrules: []\n"
    )
    done = rehearse("rbac.yaml", "--format", "json", cwd=proposed)
    told = json.loads(done.stdout)
    assert [(one["subject"], one["count"]) for one in told["refused"]] == [
        ("serviceaccount:shop/web", 2),
        ("serviceaccount:shop/web", 1),
        ("user:jane", 1),
    ]


def test_what_cannot_be_told_is_never_allowed(proposed: Path) -> None:
    text = (proposed / "new" / "least.yaml").read_text()
    (proposed / "new" / "least.yaml").write_text(text.replace("kind: Role\n  name: least", "kind: Role\n  name: gone"))
    done = rehearse(cwd=proposed)
    assert (done.returncode, "cannot be told: 3" in done.stdout, "is not in the input" in done.stdout) == (
        2,
        True,
        True,
    )


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--rbac", "new"), "say --audit LOG"),
        (("--rbac", "new", "--audit", "audit.log", "--replace-for", "sa:shop/web"), "name PATHs or --cluster"),
        (("--rbac", "new", "--audit", "audit.log", "--admissions", "x"), "tells nothing of reads"),
        (("--rbac", "new", "--audit", "audit.log", "--replace-for", "sa:web", "rbac.yaml"), "NAMESPACE/NAME"),
        (("--rbac", "audit.log", "--audit", "audit.log"), "holds no roles and bindings"),
        (("--rbac", "no", "--audit", "audit.log"), "no such file"),
        (("--audit", "audit.log"), "name a changed baseline"),
        (("new.yaml", "--replace-for", "sa:shop/web"), "say --rbac NEW"),
    ],
)
def test_what_does_not_fit_together_is_told(arguments: tuple[str, ...], says: str, proposed: Path) -> None:
    done = hardstand("rehearse", *arguments, cwd=proposed)
    assert (done.returncode, says in done.stderr) == (2, True), done.stderr


def test_a_long_log_is_not_held_in_memory(tmp_path: Path) -> None:
    code = (
        "import resource, sys; from hardstand.wiring.past_use import past_use; past_use(sys.argv[1:]);"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )
    by: Any = {"user": {"username": "x", "groups": GROUPS}, "responseObject": {"data": "x" * 2_000}}

    def peak(count: int) -> tuple[int, int]:
        path = tmp_path / f"{count}.log"
        with path.open("w") as log:
            for at in range(count):
                log.write(json.dumps(event(f"{at:08}-3104-4bb2-a526-b3926d2a1401", **by)) + "\n")
        done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
        return int(done.stdout) * 1024, path.stat().st_size

    small, _ = peak(100)
    large, size = peak(20_000)
    assert size > 50_000_000
    assert large - small < size / 5
