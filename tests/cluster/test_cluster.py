"""The test cluster is a real one: it schedules, refuses, records, and comes back."""

import json
from typing import Any

from tests.cluster.handle import Cluster
from tests.cluster.waiting import eventually


def pod(name: str, **container: Any) -> dict[str, Any]:
    spec = {"containers": [{"name": "app", "image": "registry.example/app:1", **container}]}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name}, "spec": spec}


def phase(cluster: Cluster, namespace: str, name: str) -> str:
    return str(cluster.get(f"pod/{name}", "-n", namespace)["status"].get("phase"))


def test_client_and_server_are_the_pinned_version(cluster: Cluster) -> None:
    told = json.loads(cluster.kubectl("version", "-o", "json").stdout)
    assert told["clientVersion"]["gitVersion"] == told["serverVersion"]["gitVersion"] == "v1.36.2"
    assert (told["serverVersion"]["major"], told["serverVersion"]["minor"]) == ("1", "36")


def test_a_pod_runs_under_the_default_account(cluster: Cluster, namespace: str) -> None:
    cluster.apply(pod("alone"), namespace=namespace)
    eventually(lambda: phase(cluster, namespace, "alone") == "Running", "the pod to run")
    spec = cluster.get("pod/alone", "-n", namespace)["spec"]
    assert spec["serviceAccountName"] == "default"
    assert spec["nodeName"].startswith("node-")
