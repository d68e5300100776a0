"""An access review of a real cluster: Kubernetes' own grants are not asked about, and kubectl carries decisions out."""

import json
import shutil
import subprocess
import sys
import tarfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cluster.handle import Cluster
from tests.cluster.test_grants import binding, names

FAR = "2999-01-01T00:00:00Z"
LATER = (datetime.now(UTC) + timedelta(days=20)).date().isoformat()

pytestmark = pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="ssh-keygen is not installed")


def rbac(cluster: Cluster, folder: Path, *words: str, status: int = 0, reads: bool = True) -> str:
    where = ["--cluster", "--kubeconfig", str(cluster.kubeconfig)] if reads else []
    command = [sys.executable, "-m", "hardstand", "rbac", *words, *where]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, cwd=folder)
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout


def test_a_review_of_a_cluster(cluster: Cluster, namespace: str, tmp_path: Path) -> None:
    both = binding("both", namespace, FAR, "ann")
    both["subjects"].append({"kind": "ServiceAccount", "name": "worker", "namespace": namespace})
    account = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "worker", "namespace": namespace}}
    cluster.apply(account, both, binding("going", namespace, FAR, "bob"), binding("staying", namespace, FAR, "eve"))
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(tmp_path / "key")], check=True)
    (tmp_path / "signers").write_text(f"ann {(tmp_path / 'key.pub').read_text()}")
    started = ("review", "start", "--due", LATER, "--signers", "signers", "-o", "review", "--reviewer", "ann")
    rbac(cluster, tmp_path, *started)
    campaign = json.loads((tmp_path / "review/campaign.json").read_text())
    assert campaign["left_out"] >= 40
    assert not [one for one in campaign["grants"] if one["subject"].startswith("group:system:")]
    mine = {one["subject"]: one for one in campaign["grants"] if one["scope"] == f"namespace/{namespace}"}
    assert sorted(mine) == [f"serviceaccount:{namespace}/worker", "user:ann", "user:bob", "user:eve"]
    assert all(datetime.fromisoformat(one["since"]) <= datetime.now(UTC) for one in mine.values())
    path = tmp_path / "review/answers/ann.yaml"
    told = yaml.safe_load(path.read_text())
    gone = {mine["user:ann"]["id"], mine["user:bob"]["id"]}
    told["answers"] = [
        {"grant": one["grant"], "answer": "remove" if one["grant"] in gone else "keep"} for one in told["answers"]
    ]
    path.write_text(yaml.safe_dump(told))
    rbac(cluster, tmp_path, "review", "sign", str(path), "--key", "key", reads=False)
    rbac(cluster, tmp_path, "review", "close", "review", "-o", "bundle.tar.gz", reads=False)
    drift = ("drift", "--since", "bundle.tar.gz", "--format", "json")
    assert of(rbac(cluster, tmp_path, *drift, status=1), namespace) == [
        ("still-there", "user:ann"), ("still-there", "user:bob")
    ]  # fmt: skip
    with tarfile.open(tmp_path / "bundle.tar.gz") as tar:
        tar.extractall(tmp_path / "out", filter="data")
    manifests = tmp_path / "out/manifests"
    cluster.kubectl("replace", "-f", str(manifests / "2-replace.yaml"))
    cluster.kubectl("delete", "-f", str(manifests / "3-delete.yaml"))
    assert names(cluster, namespace) == {"both", "staying"}
    (left,) = cluster.get("rolebinding", "both", "-n", namespace)["subjects"]
    assert left["name"] == "worker"
    refused = cluster.kubectl("replace", "-f", str(manifests / "2-replace.yaml"), check=False)
    assert "the object has been modified" in refused.stderr
    cluster.kubectl("delete", "serviceaccount", "worker", "-n", namespace)
    cluster.apply(binding("new", namespace, FAR, "mary"))
    assert of(rbac(cluster, tmp_path, *drift, status=1), namespace) == [
        ("added", "user:mary"), ("orphaned", f"serviceaccount:{namespace}/worker")
    ]  # fmt: skip


def of(text: str, namespace: str) -> list[tuple[str, Any]]:
    """What has drifted in a namespace: other tests may be at work in theirs."""
    found = json.loads(text)["drift"]
    return sorted(
        (one["drift"], one["right"]["subject"]) for one in found if one["right"]["scope"] == f"namespace/{namespace}"
    )
