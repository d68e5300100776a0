"""Snapshots of a real cluster: no secret in them, nothing taken for none, and yesterday as it was yesterday."""

import base64
import json
import shlex
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hardstand.model.kind import Kind
from hardstand.model.run import Run
from hardstand.model.verdict import Why
from hardstand.sources.history.history import History
from hardstand.sources.history.keeping import KEY, verify
from hardstand.sources.history.packing import unpacked_whole
from hardstand.sources.snapshot.files import open_snapshot
from hardstand.sources.snapshot.reading import Snapshot
from hardstand.sources.snapshot.sniffing import HISTORY
from hardstand.wiring import ClusterRequest, ScanRequest, scan, with_cluster
from tests.cluster.handle import Cluster

MARK = "PRIVATE " + "KEY-----"
PLAIN = {
    "password": "correct-horse-Battery9-staple",
    "key.pem": f"-----BEGIN {MARK}\n{'MIIEvQIBADANBgkqhkiG9w0BAQEFAASC' * 2}\n-----END {MARK}\n",
    "url": "postgres://app:Zw5-tr0mbone-Kiosk@db/app",
}
LITERAL = {"in env": "Vq7-literal-Umbrella3", "in args": "Lk2-argument-Giraffe8", "in a map": "Pf4-mapped-Dolphin6"}


MAPPED = f"password = {LITERAL['in a map']}\n"


def hardstand(*words: str, cwd: Path | None = None) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "hardstand", *words]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=cwd)


def estate() -> list[dict[str, Any]]:
    secret = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "db"}}
    encoded = {name: base64.b64encode(text.encode()).decode() for name, text in PLAIN.items()}
    container = {
        "name": "web",
        "image": "registry.example/web:1",
        "env": [{"name": "DB_PASSWORD", "value": LITERAL["in env"]}],
        "command": ["redis-cli", "-a"],
        "args": [LITERAL["in args"], "ping"],
        "securityContext": {"privileged": True},
    }
    labels = {"app": "web"}
    spec = {
        "selector": {"matchLabels": labels},
        "template": {"metadata": {"labels": labels}, "spec": {"containers": [container]}},
    }
    return [
        {**secret, "data": encoded},
        {**secret, "metadata": {"name": "more"}, "stringData": {"token": PLAIN["password"]}},
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "app"}, "data": {"app.ini": MAPPED}},
        {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}, "spec": spec},
    ]  # fmt: skip


def forms(text: str) -> Iterator[bytes]:
    """How a value may stand in a file: as it is, escaped in JSON, in base64 (whole, and from any byte of a group)."""
    yield text.encode()
    yield json.dumps(text)[1:-1].encode()
    for skip in range(3):
        whole = base64.b64encode(text.encode()[skip:])
        yield whole[: len(whole) // 4 * 4 - 4]


def clean(data: bytes) -> list[str]:
    """Which secrets stand in some bytes."""
    return [name for name, text in {**PLAIN, **LITERAL}.items() if any(form in data for form in forms(text))]


def snapshot(cluster: Cluster, *words: str, kubeconfig: Path | None = None) -> "subprocess.CompletedProcess[str]":
    return hardstand("snapshot", "--cluster", "--kubeconfig", str(kubeconfig or cluster.kubeconfig), *words)


def said(run: Run, namespace: str) -> list[Any]:
    return sorted(
        (one.id, one.control, one.verdict, one.why or "", one.message, one.action)
        for one in run.findings
        if one.object.namespace == namespace
    )


def test_no_secret_is_in_any_of_its_bytes(cluster: Cluster, namespace: str, tmp_path: Path) -> None:
    cluster.apply(*estate(), namespace=namespace)
    assert clean(cluster.kubectl("get", "secret,cm,deploy", "-n", namespace, "-o", "json").stdout.encode()) != []
    for name in ("estate.json", "estate.json.zst"):
        done = snapshot(cluster, "-n", namespace, "-o", str(tmp_path / name), "--keep", str(tmp_path / name[:6] / name))
        assert done.returncode == 0, done.stderr
        assert clean(done.stderr.encode() + done.stdout.encode()) == []
        opened = open_snapshot(str(tmp_path / name))
        assert isinstance(opened, Snapshot)
        assert clean(b"".join(opened.lines())) == []
        assert clean((tmp_path / name).read_bytes()) == []
        assert opened.header.about.masked >= 3
        assert opened.header.about.unmasked == 0
        folder = tmp_path / name[:6] / name
        assert clean((folder / HISTORY).read_bytes()) == []
        with sqlite3.connect(folder / HISTORY) as database:
            bodies = [unpacked_whole(data) for (data,) in database.execute("SELECT data FROM body")]
        database.close()
        assert bodies != []
        assert clean(b"".join(bodies)) == []


def test_what_is_said_of_a_secret_is_said_offline_too(cluster: Cluster, namespace: str, tmp_path: Path) -> None:
    cluster.apply(*estate(), namespace=namespace)
    path = tmp_path / "estate.json.zst"
    assert snapshot(cluster, "-n", namespace, "-o", str(path)).returncode == 0
    where = ClusterRequest(kubeconfig=str(cluster.kubeconfig), namespaces=(namespace,))
    live, offline = scan(with_cluster(ScanRequest(()), where)), scan(ScanRequest([str(path)]))
    assert said(live, namespace) == said(offline, namespace)
    told = {one.control: one.message for one in offline.findings if one.object.namespace == namespace}
    assert told["secret-in-environment"].endswith(
        f"password of {len(LITERAL['in env'])} characters in the variable DB_PASSWORD"
    )
    assert {"secret-in-arguments", "secret-in-config-map", "privileged-container"} <= told.keys()
    wanted = {"size": len(PLAIN["password"])}
    (secret,) = [json.loads(page.data) for page in pages_of(path) if page.name.endswith("/secrets/more")]
    assert secret["data"] == {"token": None}
    assert wanted.items() <= secret["x-hardstand"]["data"]["token"].items()


def pages_of(path: Path) -> list[Any]:
    opened = open_snapshot(str(path))
    assert isinstance(opened, Snapshot)
    return [page for page in opened.pages() if hasattr(page, "data")]


def test_what_may_not_be_listed_is_unknown_offline_too(cluster: Cluster, namespace: str, tmp_path: Path) -> None:
    rules = [{"apiGroups": ["apps"], "resources": ["deployments"], "verbs": ["list"]}]
    rbac = "rbac.authorization.k8s.io"
    role = {"apiVersion": f"{rbac}/v1", "kind": "Role", "metadata": {"name": "some"}, "rules": rules}
    subject = {"kind": "User", "name": f"reader-of-{namespace}", "apiGroup": rbac}
    reference = {"apiGroup": rbac, "kind": "Role", "name": "some"}
    binding = {**role, "kind": "RoleBinding", "roleRef": reference, "subjects": [subject]}
    del binding["rules"]
    cluster.apply(*estate(), role, binding, namespace=namespace)
    kubeconfig = cluster.kubeconfig_for(subject["name"])
    path = tmp_path / "estate.json.zst"
    done = snapshot(cluster, "-n", namespace, "-o", str(path), kubeconfig=kubeconfig)
    assert done.returncode == 0, done.stderr
    assert "may not be listed" in done.stderr
    where = ClusterRequest(kubeconfig=str(kubeconfig), namespaces=(namespace,))
    live, offline = scan(with_cluster(ScanRequest(()), where)), scan(ScanRequest([str(path)]))
    assert said(live, namespace) == said(offline, namespace)
    assert [one.verdict for one in offline.findings if one.control == "privileged-container"] != []
    assert Why.MAY_NOT_LIST in {one.why for one in offline.findings}
    assert {one.message for one in live.findings} == {one.message for one in offline.findings}


def test_a_history_of_a_cluster_that_changes(cluster: Cluster, namespace: str, tmp_path: Path) -> None:
    folder = tmp_path / "history"
    for image, name in (("web:1", "first.json"), ("web:2", "second.json")):
        *others, web = estate()
        web["spec"]["template"]["spec"]["containers"][0]["image"] = f"registry.example/{image}"
        cluster.apply(*others, web, namespace=namespace)
        done = snapshot(cluster, "-n", namespace, "-o", str(tmp_path / name), "--keep", str(folder))
        assert done.returncode == 0, done.stderr
    assert verify(str(folder)) == (2, [])
    first, second = History(str(folder)).moments()
    for moment, name in ((first, "first.json"), (second, "second.json")):
        kept, file = scan(ScanRequest([f"{folder}@{moment.taken_at}"])), scan(ScanRequest([str(tmp_path / name)]))
        assert kept.inputs[0].source == "snapshot"
        assert [one.id for one in kept.findings] == [one.id for one in file.findings] != []
        ran = History(str(folder)).existed(None, namespace, [Kind("apps", "Deployment")])
        assert [json.loads(page.data)["metadata"]["name"] for page in ran] == ["web"]
    changed = {one.name.rpartition("/")[2]: str(one.what) for one in History(str(folder)).between(first, second)}
    assert changed["web"] == "changed"
    # One key for both: a Secret that nobody touched is the same part in both.
    assert "db" not in changed
    assert "app" not in changed
    assert (folder / KEY).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "words",
    [["fix", "--unsafe"], ["plan", "fixes", "--unsafe"], ["init", "--stdout"], ["scan", "--explain-tier", "web"]],
)
def test_every_verb_reads_it(cluster: Cluster, namespace: str, tmp_path: Path, words: list[str]) -> None:
    cluster.apply(*estate(), namespace=namespace)
    path = tmp_path / "estate.json.zst"
    assert snapshot(cluster, "-n", namespace, "-o", str(path)).returncode == 0
    done = (
        hardstand(*words[:2], str(path), *words[2:])
        if words[0] == "plan"
        else hardstand(words[0], str(path), *words[1:])
    )
    assert done.returncode == 0, done.stderr
    assert "web" in done.stdout
    assert clean(done.stdout.encode()) == []


def test_a_fix_read_from_a_snapshot_mends_what_runs(cluster: Cluster, namespace: str, tmp_path: Path) -> None:
    cluster.apply(*estate(), namespace=namespace)
    path = tmp_path / "estate.json.zst"
    assert snapshot(cluster, "-n", namespace, "-o", str(path)).returncode == 0
    done = hardstand("fix", str(path), "--unsafe", "--select", "privileged-container,privilege-escalation-allowed")
    assert done.returncode == 0, done.stderr
    commands = [shlex.split(line) for line in done.stdout.splitlines() if not line.startswith("#")]
    mine = [words for words in commands if f"--namespace={namespace}" in words]
    assert [words[0] for words in mine] == ["kubectl"]
    cluster.kubectl(*mine[0][1:])
    where = ClusterRequest(kubeconfig=str(cluster.kubeconfig), namespaces=(namespace,))
    after = scan(with_cluster(ScanRequest((), controls=["privileged-container"]), where))
    web = [
        one.verdict for one in after.findings if one.object.namespace == namespace and one.object.kind == "Deployment"
    ]
    assert web == []


def test_of_one_namespace_it_says_what_the_cluster_says_of_it(cluster: Cluster, namespace: str, tmp_path: Path) -> None:
    cluster.apply(*estate(), namespace=namespace)
    file = str(tmp_path / "estate.json.zst")
    taken = hardstand("snapshot", "--cluster", "--kubeconfig", str(cluster.kubeconfig), "-o", file, cwd=tmp_path)
    assert taken.returncode == 0, taken.stderr
    where = ClusterRequest(str(cluster.kubeconfig), namespaces=(namespace,))
    live = scan(with_cluster(ScanRequest(()), where))
    kept = scan(ScanRequest((file,), namespaces=(namespace,)))
    assert {(one.id, one.verdict, one.message) for one in kept.findings if one.object.namespace} == {
        (one.id, one.verdict, one.message) for one in live.findings if one.object.namespace
    }
    assert {one.object.namespace for one in kept.findings} == {namespace, None}
    assert kept.unreadable == ()
    assert kept.objects >= live.objects  # It holds what questions about rights ask for, too.
