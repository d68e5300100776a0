"""Grants that end by themselves on a real API server: given, found when their time is over, and taken away."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from hardstand.cli.errors import BLOCKED, COULD_NOT_LOOK
from tests.cluster.handle import Cluster
from tests.cluster.test_watch import contracts
from tests.cluster.waiting import eventually


def hardstand(cluster: Cluster, *words: str, kubeconfig: Path | None = None) -> "subprocess.CompletedProcess[str]":
    where = ["--kubeconfig", str(kubeconfig or cluster.kubeconfig)]
    command = [sys.executable, "-m", "hardstand", *words, *where]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


@contextmanager
def watching(cluster: Cluster, record: Path, *words: str, kubeconfig: Path | None = None) -> Iterator[None]:
    command = [
        sys.executable, "-m", "hardstand", "watch", "--kubeconfig", str(kubeconfig or cluster.kubeconfig),
        "--select", "expired-binding", "--record", str(record), *words,
    ]  # fmt: skip
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        try:
            eventually(lambda: any(one["event"] == "begun" for one in lines(record)), "the beginning")
            yield
        finally:
            process.terminate()
            process.communicate()


def binding(name: str, namespace: str, expires: datetime | str, user: str) -> dict[str, Any]:
    text = expires if isinstance(expires, str) else expires.isoformat(timespec="seconds").replace("+00:00", "Z")
    return {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "RoleBinding",
        "metadata": {"name": name, "namespace": namespace, "annotations": {"hardstand.dev/expires": text}},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "view"},
        "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": user}],
    }


def names(cluster: Cluster, namespace: str) -> set[str]:
    return {one["metadata"]["name"] for one in cluster.get("rolebindings", "-n", namespace)["items"]}


def may(cluster: Cluster, user: str, namespace: str) -> bool:
    done = cluster.kubectl("auth", "can-i", "list", "pods", "-n", namespace, as_user=user, check=False)
    return done.stdout.strip() == "yes"


def test_a_grant_is_recorded_and_given(cluster: Cluster, namespace: str, tmp_path: Path) -> None:
    record = tmp_path / "grants.jsonl"
    user = f"jane-{namespace}"
    words = ("rbac", "grant", f"user:{user}", "view", "--for", "30m", "--reason", "drill", "-n", namespace)
    done = hardstand(cluster, *words, "--granted-by", "mary", "--apply", "--record", str(record))
    assert done.returncode == 0, done.stderr
    eventually(lambda: may(cluster, user, namespace), "the grant to count")
    (made,) = cluster.get("rolebindings", "-n", namespace)["items"]
    notes = made["metadata"]["annotations"]
    left = datetime.fromisoformat(notes["hardstand.dev/expires"]) - datetime.now(UTC)
    assert timedelta(minutes=20) < left <= timedelta(minutes=30)
    assert (notes["hardstand.dev/reason"], notes["hardstand.dev/granted-by"]) == ("drill", "mary")
    assert [one["event"] for one in lines(record)] == ["creating", "created"]
    schema = json.loads((Path(__file__).parents[2] / "spec/change.v1.schema.json").read_text())
    for line in lines(record):
        Draft202012Validator(schema).validate(line)
    assert lines(record)[1]["object"]["metadata"]["uid"] == made["metadata"]["uid"]
    mine = cluster.kubeconfig_for(f"nobody-{namespace}")
    refused = hardstand(cluster, *words, "--apply", "--record", str(record), kubeconfig=mine)
    assert refused.returncode == COULD_NOT_LOOK
    assert [one["event"] for one in lines(record)][2:] == ["creating", "not-created"]
    assert "forbidden" in lines(record)[3]["failed"]


def test_what_has_expired_is_found_and_taken_away(cluster: Cluster, namespace: str, tmp_path: Path) -> None:
    record, now = tmp_path / "watch.jsonl", datetime.now(UTC)
    cluster.apply(
        binding("over", namespace, now - timedelta(days=1), "ann"),
        binding("soon", namespace, now + timedelta(seconds=15), "bob"),
        binding("later", namespace, now + timedelta(days=1), "eve"),
        binding("strange", namespace, "tomorrow", "pat"),
    )
    scanned = hardstand(
        cluster, "scan", "--cluster", "--select", "expired-binding", "-n", namespace, "--format", "json",
        "--fail-on", "high",
    )  # fmt: skip
    assert scanned.returncode == BLOCKED
    found = {one["object"]["name"]: one["verdict"] for one in json.loads(scanned.stdout)["findings"]}
    assert {name: found[name] for name in ("over", "strange")} == {"over": "fail", "strange": "unknown"}
    with watching(cluster, record, "-n", namespace, "--apply"):
        eventually(lambda: {"over", "soon"}.isdisjoint(names(cluster, namespace)), "both to be taken away")
        eventually(
            lambda: (
                {one["finding"]["object"]["name"] for one in lines(record) if one["event"] == "closed"}
                == {"over", "soon"}
            ),
            "both to be told closed",
        )
    assert names(cluster, namespace) == {"later", "strange"}
    told = [
        (one["event"], one["removal"]["object"]["name"]) for one in lines(record) if "removal" in one
    ]  # fmt: skip
    assert told == [("removing", "over"), ("removed", "over"), ("removing", "soon"), ("removed", "soon")]
    opened = [one["finding"]["object"]["name"] for one in lines(record) if one["event"] == "opened"]
    assert opened == ["soon"]
    for line in lines(record):
        contracts().validate(line)
    was = next(one["removal"]["was"] for one in lines(record) if one["event"] == "removing")
    assert [one["name"] for one in was["subjects"]] == ["ann"]


def test_without_apply_nothing_is_taken_away(cluster: Cluster, namespace: str, tmp_path: Path) -> None:
    record = tmp_path / "watch.jsonl"
    cluster.apply(binding("soon", namespace, datetime.now(UTC) + timedelta(seconds=8), "bob"))
    with watching(cluster, record, "-n", namespace):
        eventually(lambda: any(one["event"] == "opened" for one in lines(record)), "the finding")
    assert names(cluster, namespace) == {"soon"}
    assert all("removal" not in one for one in lines(record))


def test_who_may_not_remove_says_so(cluster: Cluster, namespace: str, tmp_path: Path) -> None:
    record, user = tmp_path / "watch.jsonl", f"reader-{namespace}"
    cluster.apply(binding("over", namespace, datetime.now(UTC) - timedelta(days=1), "ann"))
    cluster.apply(binding("reading", namespace, "2999-01-01T00:00:00Z", user))
    role = {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "Role",
        "metadata": {"name": "bindings"},
        "rules": [
            {"apiGroups": ["rbac.authorization.k8s.io"], "resources": ["*"], "verbs": ["get", "list", "watch"]},
        ],
    }
    given = binding("bindings", namespace, "2999-01-01T00:00:00Z", user)
    given["roleRef"] = {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "bindings"}
    cluster.apply(role, given, namespace=namespace)
    mine = cluster.kubeconfig_for(user)
    with watching(cluster, record, "-n", namespace, "--apply", kubeconfig=mine):
        eventually(lambda: any(one["event"] == "not-removed" for one in lines(record)), "the refusal")
    assert "over" in names(cluster, namespace)
    failed = next(one["removal"]["failed"] for one in lines(record) if one["event"] == "not-removed")
    assert "cannot delete resource" in failed
