"""`hardstand blast` of a running cluster: pods on their nodes, and the same answer from a snapshot."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.cluster.handle import Cluster
from tests.cluster.waiting import eventually


def deployment(name: str, **container: Any) -> dict[str, Any]:
    labels = {"app": name}
    spec = {
        "automountServiceAccountToken": False,
        "containers": [{"name": "app", "image": "a", "ports": [{"containerPort": 80}], **container}],
    }
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name},
        "spec": {
            "replicas": 2,
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": spec},
        },
    }


def hardstand(*arguments: str, cwd: Path) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "hardstand", *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, timeout=120)


def test_nodes_fall_with_their_pods_and_a_snapshot_says_the_same(
    cluster: Cluster, namespace: str, tmp_path: Path
) -> None:
    shut = {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": "shut"},
        "spec": {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]},
    }
    agent = deployment("agent", securityContext={"privileged": True})
    cluster.apply(agent, deployment("web"), shut, namespace=namespace)

    def placed() -> bool:
        pods = cluster.get("pods", "-n", namespace)["items"]
        return len(pods) == 4 and all(one["spec"].get("nodeName") and one["status"].get("podIP") for one in pods)

    eventually(placed, "all pods run on a node")
    pods = cluster.get("pods", "-n", namespace)["items"]
    nodes = {
        app: {one["spec"]["nodeName"] for one in pods if one["metadata"]["labels"]["app"] == app}
        for app in ("agent", "web")
    }
    where = ("--cluster", f"--kubeconfig={cluster.kubeconfig}")
    done = hardstand("snapshot", *where, "-o", "estate.json.zst", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    for source in (where, ("estate.json.zst",)):
        done = hardstand("blast", f"{namespace}/agent", *source, "--format", "json", cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        (found,) = json.loads(done.stdout)["radii"]
        parts = {one["thing"]: one for one in found["parts"]}
        assert {name for name in parts if name.startswith("node:")} == {f"node:{one}" for one in nodes["agent"]}
        assert all(parts[f"node:{one}"]["points"] == 4096 >> 1 for one in nodes["agent"])
        beside = parts.get(f"workload:{namespace}/Deployment/web")
        assert (beside is not None) == bool(nodes["agent"] & nodes["web"])
        assert beside is None or beside["points"] == 256 >> 1
        assert found["total"] == sum(one["points"] for one in found["parts"])
        best = next(one for one in found["changes"] if one["takes"] == "break-out")
        assert best["after"] == 256 + 64  # Itself and its data: policies let it call nobody.
