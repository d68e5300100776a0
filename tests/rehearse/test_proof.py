"""A rehearsal on a real cluster, proven: what it says would be refused is what a real gate then refuses."""

import gzip
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.cluster.handle import Cluster
from tests.cluster.options import Options
from tests.cluster.waiting import eventually
from tests.gate.program.running import Gate, declare, gates

SHOP = "shop"
BOUNDARY = f"boundary: {{environments: {{production: {{namespaces: [{SHOP}]}}}}}}"
OLD = f"""{BOUNDARY}
modes:
- mode: off
- {{mode: block, environment: production, control: host-network}}
"""
NEW = f"""{BOUNDARY}
modes:
- mode: off
- {{mode: block, environment: production, control: privileged-container}}
exceptions:
- id: excepted
  match: {{control: privileged-container, kind: Deployment, name: excepted, namespace: {SHOP}}}
  owner: team-platform
  reason: the vendor's agent needs it
  approved_by: ciso
  expires: 2099-03-31
classes: {{workloads: [{{match: {{namespace: {SHOP}, name: agent}}, owner: team-agents}}]}}
"""
FIELD = "spec.template.spec.containers[name=app].securityContext.privileged"


def deployment(name: str, *, risky: bool) -> dict[str, Any]:
    container = {"name": "app", "image": "registry.example/app:1", "securityContext": {"privileged": risky}}
    template = {"metadata": {"labels": {"app": name}}, "spec": {"containers": [container]}}
    spec = {"replicas": 1, "selector": {"matchLabels": {"app": name}}, "template": template}
    metadata = {"name": name, "namespace": SHOP}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata, "spec": spec}


def privileged(name: str, namespace: str) -> dict[str, Any]:
    container = {"name": "app", "image": "registry.example/app:1", "securityContext": {"privileged": True}}
    metadata = {"name": name, "namespace": namespace}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": {"containers": [container]}}


@contextmanager
def held(cluster: Cluster, folder: Path, baseline: str) -> Iterator[Path]:
    """A gate that holds a baseline until the block ends; gives the folder in which it records."""
    folder.mkdir()
    declare(folder, baseline)
    gate = Gate(folder, cluster.kubeconfig)
    with gates(cluster, gate):
        yield gate.record


class Day:
    """What mary asks for; everything is asked for once under the old baseline."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        self.mary = cluster.kubeconfig_for("mary", ["system:masters"])

    def create(self, one: dict[str, Any], *more: str) -> "subprocess.CompletedProcess[str]":
        words = ("create", *more, "-f", "-")
        return self.cluster.kubectl(*words, input=json.dumps(one), check=False, kubeconfig=self.mary)

    def does(self, *words: str) -> "subprocess.CompletedProcess[str]":
        return self.cluster.kubectl(*words, "-n", SHOP, check=False, kubeconfig=self.mary)

    def goes_by(self) -> None:
        for name, risky in (("agent", True), ("web", False), ("excepted", True)):
            assert self.create(deployment(name, risky=risky)).returncode == 0
            pods = ("get", "pods", "-l", f"app={name}", "-o", "name", "-n", SHOP)
            eventually(lambda pods=pods: "pod/" in self.cluster.kubectl(*pods).stdout, "its pod")
        assert self.create(privileged("naked", SHOP)).returncode == 0
        assert "AlreadyExists" in self.create(privileged("naked", SHOP)).stderr
        assert self.create(privileged("tried", SHOP), "--dry-run=server").returncode == 0
        hosted = privileged("hosted", SHOP)
        hosted["spec"]["hostNetwork"] = True
        assert "Hardstand refuses" in self.create(hosted).stderr
        for words in LET_IN:
            assert self.does(*words).returncode == 0, words
        assert self.does("set", "image", "deployment/agent", "app=registry.example/app:2").returncode == 0
        pods = ("get", "pods", "-l", "app=agent", "-n", SHOP)
        eventually(lambda: "registry.example/app:2" in self.cluster.kubectl(*pods, "-o", "yaml").stdout, "its new pod")
        self.cluster.namespace("gone")
        assert self.create(privileged("naked", "gone")).returncode == 0
        secret = ("create", "secret", "generic", "kept", "--from-literal=password=correct-horse-battery")
        assert self.does(*secret).returncode == 0
        self.cluster.kubectl("delete", "namespace", "gone")


LET_IN = (
    ("label", "pod/naked", "seen=yes"),
    ("scale", "deployment/excepted", "--replicas=2"),
    ("annotate", "deployment/agent", "kubernetes.io/change-cause=tried"),
)
"""Updates that the gate does not judge, since they change nothing that matters."""


def rehearsed(cluster: Cluster, folder: Path, arguments: Iterable[str], expected: int = 1) -> dict[str, Any]:
    command = [
        sys.executable, "-m", "hardstand", "rehearse", str(folder / "new.yaml"), "--baseline", str(folder / "old.yaml"),
        "--format", "json", *arguments,
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder, check=False)
    assert done.returncode == expected, done.stderr
    assert "correct-horse" not in done.stdout + done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def refused(found: dict[str, Any]) -> dict[tuple[str, str, str | None], dict[str, int]]:
    """What would be refused, by workload and owner, and how often of which resource."""
    return {
        (one["workload"]["kind"], one["workload"]["name"], one["owner"]): one["resources"]
        for one in found["requests"]["refused"]
    }


@pytest.fixture
def day(own_cluster: Callable[[Options], Cluster]) -> Day:
    cluster = own_cluster(Options())
    cluster.namespace(SHOP)
    return Day(cluster)


def test_what_is_rehearsed_is_what_a_gate_then_refuses(day: Day, tmp_path: Path) -> None:
    cluster = day.cluster
    cluster.needs("kube-controller-manager")
    (tmp_path / "old.yaml").write_text(OLD)
    (tmp_path / "new.yaml").write_text(NEW)
    with held(cluster, tmp_path / "first", OLD) as record:
        day.goes_by()
    assert cluster.audit_log is not None
    logged = cluster.audit_log.read_bytes()
    (tmp_path / "audit").mkdir()
    (tmp_path / "audit" / "audit-2026.log.gz").write_bytes(gzip.compress(logged))

    live = ["--cluster", "--kubeconfig", str(cluster.kubeconfig)]
    by_audit = rehearsed(cluster, tmp_path, [*live, "--audit", str(tmp_path / "audit")])
    by_gate = rehearsed(cluster, tmp_path, [*live, "--admissions", str(record), "--days", "30"])
    by_both = rehearsed(
        cluster, tmp_path, [*live, "--admissions", str(record), "--audit", str(tmp_path / "audit"), "--days", "30"]
    )
    expected = {
        ("Deployment", "agent", "team-agents"): {"deployments": 2, "pods": 2, "replicasets": 2},
        ("Pod", "naked", None): {"pods": 1},
    }
    assert refused(by_audit) == refused(by_both) == expected, json.dumps(by_audit["requests"], indent=1)
    # The gate let it in twice, and does not hear that the server then had one of this name.
    assert refused(by_gate) == {**expected, ("Pod", "naked", None): {"pods": 2}}
    told(by_audit, by_gate, by_both)
    estate(by_both)
    same_from_a_snapshot(day, tmp_path, by_both)
    proven(day, tmp_path, logged, expected)


def told(by_audit: dict[str, Any], by_gate: dict[str, Any], by_both: dict[str, Any]) -> None:
    """What cannot be told is said, with the reason, and is the less the more is known."""
    reasons = {one["reason"]: one for one in by_audit["requests"]["unknown"]}
    assert reasons["cannot be rehearsed: audit level Metadata"]["examples"] == [f"secrets {SHOP}/kept"]
    (gone,) = [one for reason, one in reasons.items() if "namespace is not in the picture" in reason]
    assert "pods gone/naked" in gone["examples"]
    both = {one["reason"] for one in by_both["requests"]["unknown"]}
    assert "cannot be rehearsed: audit level Metadata" not in both, "the gate's journal has it"
    summary = by_audit["requests"]["summary"]
    assert summary["failed"]["409"] >= 1
    assert summary["failed"]["403"] >= 1
    assert summary["dry_runs"] >= 1
    assert by_gate["requests"]["summary"]["dry_runs"] == 0, "dry runs leave no trace at the gate"
    (hosted,) = by_gate["requests"]["still_refused"]
    assert hosted["workload"]["name"] == "hosted"
    assert by_gate["requests"]["days_asked"] == 30
    assert by_gate["requests"]["days_covered"] < 1
    assert [one["kept_by"] for one in by_both["requests"]["logs"]] == ["audit", "gate"]
    (agent,) = [one for one in by_gate["requests"]["refused"] if one["workload"]["name"] == "agent"]
    assert {one["control"] for one in agent["faults"]} == {"privileged-container"}
    assert "mary" in agent["users"]
    assert agent["first"] < agent["last"]


def estate(found: dict[str, Any]) -> None:
    """What runs: the excepted Deployment is waived, and its pods with it."""
    blocks = {(one["workload"]["kind"], one["workload"]["name"], one["owner"]) for one in found["blocks"]}
    assert blocks == {("Deployment", "agent", "team-agents"), ("Pod", "naked", None)}
    (agent,) = [one for one in found["blocks"] if one["workload"]["name"] == "agent"]
    assert (agent["location"]["field"], agent["otherwise"]) == (FIELD, "off")


def same_from_a_snapshot(day: Day, folder: Path, found: dict[str, Any]) -> None:
    taken = folder / "estate.json.zst"
    command = [sys.executable, "-m", "hardstand", "snapshot", "--cluster", "-o", str(taken)]
    command += ["--kubeconfig", str(day.cluster.kubeconfig), "--baseline", str(folder / "new.yaml")]
    subprocess.run(command, check=True, capture_output=True, cwd=folder)
    again = rehearsed(day.cluster, folder, [str(taken), "--audit", str(folder / "audit")])
    assert refused(again) == refused(found)
    assert {one["id"] for one in again["blocks"]} == {one["id"] for one in found["blocks"]}


def proven(day: Day, folder: Path, logged: bytes, expected: dict[tuple[str, str, str | None], dict[str, int]]) -> None:
    """The changed baseline is held, and everything is asked for again, by whoever asked for it, as a dry run."""
    with held(day.cluster, folder / "second", NEW):
        found: dict[str, Counter[str]] = {}
        for entry in map(json.loads, logged.splitlines()):
            if is_asked_again(entry) and asked_again(day.cluster, entry):
                found.setdefault(workload_of(entry), Counter())[entry["objectRef"]["resource"]] += 1
        done = day.does("set", "image", "deployment/agent", "app=registry.example/app:3", "--dry-run=server")
        assert "Hardstand refuses Deployment" in done.stderr
        found["agent"]["deployments"] += 1
        assert found == {name: Counter(resources) for (_, name, _), resources in expected.items()}
        for words in LET_IN:
            more = () if words[0] == "scale" else ("--overwrite",)
            assert day.does(*words, *more, "--dry-run=server").returncode == 0, words


def is_asked_again(entry: dict[str, Any]) -> bool:
    """What created something in the shop that the gate looks at."""
    reference = entry.get("objectRef") or {}
    return (
        entry["verb"] == "create"
        and reference.get("namespace") == SHOP
        and not reference.get("subresource")
        and reference.get("resource") in ("deployments", "replicasets", "pods")
        and entry["responseStatus"]["code"] == 201
        and "dryRun" not in entry["requestURI"]
    )


def asked_again(cluster: Cluster, entry: dict[str, Any]) -> bool:
    """Tell whether the gate refuses it now; whether it is there already is only asked after that."""
    one = entry["responseObject"]
    for key in ("uid", "resourceVersion", "creationTimestamp", "generation", "managedFields"):
        one["metadata"].pop(key, None)
    one.pop("status", None)
    user = entry["user"]
    words = ["create", "--dry-run=server", "--validate=false", "-f", "-"]
    words += [f"--as-group={group}" for group in (*user["groups"], "system:masters")]
    done = cluster.kubectl(*words, input=json.dumps(one), check=False, as_user=user["username"])
    assert done.returncode == 0 or "Hardstand refuses" in done.stderr or "already exists" in done.stderr, done.stderr
    return "Hardstand refuses" in done.stderr


def workload_of(entry: dict[str, Any]) -> str:
    name: str = entry["responseObject"]["metadata"]["name"]
    return name.partition("-")[0]
