"""Generated policies on a real API server: it takes them as they are written, and a cluster that has them is held."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cluster.handle import Cluster
from tests.cluster.options import Options

BASELINE = """\
network:
  zones:
    web: {match: {namespace: flow-shop, labels: {app: web}}}
    jobs: {match: {namespace: flow-shop, kind: CronJob}}
    data: {match: {namespace: flow-data, name: "*"}}
  outside:
    office: {cidrs: [198.51.100.0/24, "2001:db8::/48"], excepts: [198.51.100.128/25]}
  flows:
  - {from: [internet, office], to: web, ports: [TCP http, TCP 9000-9010, SCTP], reason: customers}
  - {from: [web, jobs], to: data, ports: TCP 5432, reason: "orders: kept"}
  - {from: data, to: data, ports: any, reason: replicas}
  - {from: web, to: [internet, office], ports: TCP 443, reason: payments}
  - {from: flow-shop/*, to: flow-ops/logs, ports: UDP 514, reason: logs}
"""


def pod(app: str, *ports: dict[str, Any]) -> dict[str, Any]:
    container = {"name": "app", "image": "registry.example/app", "ports": list(ports)}
    return {"metadata": {"labels": {"app": app}}, "spec": {"containers": [container]}}


def workload(kind: str, namespace: str, name: str, template: dict[str, Any]) -> dict[str, Any]:
    spec = {"selector": {"matchLabels": template["metadata"]["labels"]}, "template": template}
    more = {"serviceName": name} if kind == "StatefulSet" else {}
    return {"apiVersion": "apps/v1", "kind": kind, "metadata": {"name": name, "namespace": namespace},
            "spec": {**spec, **more}}  # fmt: skip


@pytest.fixture
def estate(own_cluster: Callable[[Options], Cluster]) -> Cluster:
    cluster = own_cluster(Options(nodes=0, controllers=False, scheduler=False))
    for namespace in ("flow-shop", "flow-data", "flow-ops"):
        cluster.namespace(namespace)
    nightly = pod("nightly")
    nightly["spec"]["restartPolicy"] = "Never"
    job = {"schedule": "0 3 * * *", "jobTemplate": {"spec": {"template": nightly}}}
    for one in (
        workload("Deployment", "flow-shop", "web", pod("web", {"name": "http", "containerPort": 8080})),
        {
            "apiVersion": "batch/v1",
            "kind": "CronJob",
            "spec": job,
            "metadata": {"name": "nightly", "namespace": "flow-shop"},
        },
        workload("StatefulSet", "flow-data", "db", pod("db")),
        workload("DaemonSet", "flow-ops", "logs", pod("logs")),
    ):
        cluster.apply(one, namespace=one["metadata"]["namespace"])
    return cluster


def net(cluster: Cluster, folder: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "hardstand", "net", *words]
    environment = {**os.environ, "KUBECONFIG": str(cluster.kubeconfig)}
    return subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=110, cwd=folder, env=environment
    )


def test_a_cluster_is_held_and_takes_what_is_generated(estate: Cluster, tmp_path: Path) -> None:
    (tmp_path / "hardstand.yaml").write_text(BASELINE)
    before = net(estate, tmp_path, "check", "--cluster")
    assert before.returncode == 1, before.stderr
    assert "since Egress: no policy denies it" in before.stdout
    made = net(estate, tmp_path, "generate", "--cluster", "-o", "policies")
    assert made.returncode == 0, made.stderr
    assert "proven: what they allow is exactly the 5 rows and dns, in flow-data, flow-shop" in made.stderr
    names = {path.name for path in (tmp_path / "policies").iterdir()}
    assert names == {"flow-data.yaml", "flow-shop.yaml"}
    estate.kubectl("apply", "-f", str(tmp_path / "policies"))
    after = net(estate, tmp_path, "check", "--cluster")
    assert after.returncode == 0, after.stdout + after.stderr
    estate.kubectl("delete", "networkpolicy", "-n", "flow-data", "allow-zone-data")
    without = net(estate, tmp_path, "check", "--cluster")
    assert without.returncode == 1
    assert "by network.flows[2] (data to data on any)" in without.stdout
