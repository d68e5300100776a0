"""`hardstand net observe` and `net forecast` of a running cluster, with the addresses that its pods really have."""

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.cli.test_blast_cluster import deployment
from tests.cluster.handle import Cluster
from tests.cluster.waiting import eventually


def hardstand(cwd: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "hardstand", *words]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, timeout=180)


def test_addresses_of_a_running_cluster_and_of_its_snapshot(cluster: Cluster, namespace: str, tmp_path: Path) -> None:
    service = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "db"}}
    service["spec"] = {"selector": {"app": "db"}, "ports": [{"port": 5432, "targetPort": 15432}]}
    cluster.apply(deployment("web"), deployment("db"), service, namespace=namespace)

    def there() -> list[dict[str, Any]]:
        pods: list[dict[str, Any]] = cluster.get("pods", "-n", namespace)["items"]
        return pods if len(pods) == 4 and all(one["status"].get("podIP") for one in pods) else []

    eventually(lambda: bool(there()), "all pods have addresses")
    web = next(one for one in there() if one["metadata"]["labels"]["app"] == "web")["status"]["podIP"]
    (front,) = [one for one in cluster.get("services", "-n", namespace)["items"] if one["metadata"]["name"] == "db"]
    api = cluster.get("services", "-n", "default", "--field-selector", "metadata.name=kubernetes")["items"][0]
    when = (datetime.now(UTC) + timedelta(minutes=1)).isoformat()
    records = [
        {
            "schema": "hardstand.dev/flow/v1",
            "time": when,
            "source": {"address": web},
            "destination": {"address": one["spec"]["clusterIP"]},
            "protocol": "TCP",
            "port": port,
            "ended": "allowed",
        }
        for one, port in ((front, 5432), (api, 443))
    ]
    (tmp_path / "flows.jsonl").write_text("".join(f"{json.dumps(one)}\n" for one in records))
    where = ("--cluster", f"--kubeconfig={cluster.kubeconfig}")
    live = hardstand(tmp_path, "net", "observe", "flows.jsonl", *where, "--format", "json")
    found = json.loads(live.stdout)
    told = {(one["from"], one["to"], one["port"], one["state"]) for one in found["pairs"]}
    caller = f"{namespace}/web[Deployment]"
    assert (caller, f"{namespace}/db[Deployment]", 15432, "used") in told, live.stderr
    assert any(one[:2] == (caller, "kube-apiserver") for one in told), told
    taken = hardstand(tmp_path, "snapshot", *where, "-o", "estate.json.zst")
    assert taken.returncode == 0, taken.stderr
    words = ("net", "observe", "flows.jsonl", "--with", "estate.json.zst", "--format", "json")
    assert json.loads(hardstand(tmp_path, *words).stdout)["pairs"] == found["pairs"]
    deny = ("net", "forecast", "flows.jsonl", *where, "--default-deny", "-n", namespace, "--format", "json")
    fates = {(one["to"], one["fate"]) for one in json.loads(hardstand(tmp_path, *deny).stdout)["pairs"]}
    assert (f"{namespace}/db[Deployment]", "breaks") in fates
