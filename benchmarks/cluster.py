"""Fill a real cluster with objects, scan it, and print how long that takes and how much memory.

    python benchmarks/cluster.py [--objects 50000] [--repeat 3] [--writers 4]

The cluster is the one of the tests (tests/cluster): etcd and an API server, nothing else, so that what is written stays
as it is. A namespace has 200 objects: 5 service accounts, 10 Deployments with 10 ReplicaSets and 100 pods, 20 pods of
nobody, 20 ConfigMaps, 14 Secrets, 10 Services, 4 NetworkPolicies, 3 Roles and 3 RoleBindings. Pods have a status, as
large as that of running ones.
"""

import argparse
import json
import multiprocessing
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import measure

sys.path.insert(0, str(Path(__file__).parent.parent))

from hardstand.model.kind import Kind
from hardstand.sources.cluster.client import Client
from hardstand.sources.cluster.kubeconfig import access
from hardstand.sources.cluster.resource import Resource
from hardstand.sources.cluster.writing import create
from tests.cluster.keeping import cluster_with
from tests.cluster.options import Options

EACH = 200
NO_AUDIT = {"apiVersion": "audit.k8s.io/v1", "kind": "Policy", "rules": [{"level": "None"}]}
HARDSTAND = Path(sys.executable).with_name("hardstand")
Item = dict[str, Any]

_RESOURCES = {
    one.kind.name: one
    for one in (
        Resource(Kind("", "Namespace"), "v1", "namespaces", namespaced=False),
        Resource(Kind("", "ServiceAccount"), "v1", "serviceaccounts", namespaced=True),
        Resource(Kind("", "ConfigMap"), "v1", "configmaps", namespaced=True),
        Resource(Kind("", "Secret"), "v1", "secrets", namespaced=True),
        Resource(Kind("", "Service"), "v1", "services", namespaced=True),
        Resource(Kind("", "Pod"), "v1", "pods", namespaced=True),
        Resource(Kind("apps", "Deployment"), "v1", "deployments", namespaced=True),
        Resource(Kind("apps", "ReplicaSet"), "v1", "replicasets", namespaced=True),
        Resource(Kind("networking.k8s.io", "NetworkPolicy"), "v1", "networkpolicies", namespaced=True),
        Resource(Kind("rbac.authorization.k8s.io", "Role"), "v1", "roles", namespaced=True),
        Resource(Kind("rbac.authorization.k8s.io", "RoleBinding"), "v1", "rolebindings", namespaced=True),
    )
}


def item(kind: str, namespace: str | None, name: str, **fields: Any) -> Item:
    """An object of one of the kinds."""
    metadata: Item = {"name": name, "labels": {"app.kubernetes.io/name": name.rsplit("-", 1)[0], "team": "bench"}}
    if namespace is not None:
        metadata["namespace"] = namespace
    metadata |= fields.pop("metadata", {})
    return {"apiVersion": _RESOURCES[kind].api_version, "kind": kind, "metadata": metadata, **fields}


def template(app: str) -> Item:
    """A pod as charts make them: two containers, probes, resources, some of it hardened and some not."""
    probe = {"httpGet": {"path": "/healthz", "port": 8080}, "periodSeconds": 10}
    container = {
        "name": "app",
        "image": f"registry.example/{app}:1.4.2",
        "ports": [{"containerPort": 8080, "name": "http"}],
        "env": [{"name": f"SETTING_{at}", "value": f"value-{at}"} for at in range(8)],
        "resources": {"requests": {"cpu": "100m", "memory": "128Mi"}, "limits": {"memory": "256Mi"}},
        "livenessProbe": probe,
        "readinessProbe": probe,
        "securityContext": {"runAsNonRoot": True, "allowPrivilegeEscalation": False},
        "volumeMounts": [{"name": "settings", "mountPath": "/etc/settings"}],
    }
    sidecar = {"name": "proxy", "image": "registry.example/proxy:2.0", "ports": [{"containerPort": 9090}]}
    return {
        "metadata": {"labels": {"app": app, "team": "bench"}},
        "spec": {
            "serviceAccountName": "default",
            "automountServiceAccountToken": False,
            "containers": [container, sidecar],
            "volumes": [{"name": "settings", "configMap": {"name": "settings-0"}}],
        },
    }


def owned_by(owner: Item) -> Item:
    """The metadata of what a controller made."""
    metadata = owner["metadata"]
    reference = {
        "apiVersion": owner["apiVersion"], "kind": owner["kind"], "name": metadata["name"], "uid": metadata["uid"],
        "controller": True, "blockOwnerDeletion": True,
    }  # fmt: skip
    return {"ownerReferences": [reference]}


def status() -> Item:
    """The status of a running pod."""
    now = "2026-01-01T00:00:00Z"
    conditions = ("PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled")
    return {
        "phase": "Running",
        "startTime": now,
        "podIP": "10.1.2.3",
        "hostIP": "10.0.0.9",
        "conditions": [{"type": one, "status": "True", "lastTransitionTime": now} for one in conditions],
        "containerStatuses": [
            {
                "name": name, "ready": True, "started": True, "restartCount": 0, "image": f"registry.example/{name}:1",
                "imageID": f"registry.example/{name}@sha256:{'0' * 64}", "containerID": f"containerd://{'1' * 64}",
                "state": {"running": {"startedAt": now}},
            }
            for name in ("app", "proxy")
        ],
    }  # fmt: skip


def beside(ns: str) -> Iterator[Item]:
    """What a namespace has besides workloads."""
    for at in range(20):
        yield item("ConfigMap", ns, f"settings-{at}", data={f"key-{one}": "x" * 80 for one in range(10)})
    for at in range(14):
        yield item("Secret", ns, f"secret-{at}", stringData={f"key-{one}": f"value {at} {one}" for one in range(4)})
    for at in range(10):
        yield item("Service", ns, f"app-{at}", spec={"selector": {"app": f"app-{at}"}, "ports": [{"port": 80}]})
    for at in range(4):
        spec = {"podSelector": {"matchLabels": {"app": f"app-{at}"}}, "policyTypes": ["Ingress"]}
        yield item("NetworkPolicy", ns, f"app-{at}", spec=spec)
    for at in range(3):
        rule = {"apiGroups": [""], "resources": ["configmaps", "pods"], "verbs": ["get", "list"]}
        yield item("Role", ns, f"reader-{at}", rules=[rule])
        subject = {"kind": "ServiceAccount", "name": f"account-{at}", "namespace": ns}
        role = {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": f"reader-{at}"}
        yield item("RoleBinding", ns, f"reader-{at}", subjects=[subject], roleRef=role)


def fill(kubeconfig: str, number: int) -> int:
    """Write one namespace, and give how many objects it has."""
    client = Client(access(kubeconfig))
    count = 0

    def write(one: Item) -> Item:
        nonlocal count
        count += 1
        return create(client, _RESOURCES[one["kind"]], one)

    ns = f"team-{number}"
    write(item("Namespace", None, ns))
    for name in ("default", *(f"account-{at}" for at in range(4))):
        write(item("ServiceAccount", ns, name))
    for one in beside(ns):
        write(one)
    pods = []
    for at in range(10):
        spec = {"replicas": 10, "selector": {"matchLabels": {"app": f"app-{at}"}}, "template": template(f"app-{at}")}
        deployment = write(item("Deployment", ns, f"app-{at}", spec=spec))
        made = write(item("ReplicaSet", ns, f"app-{at}-7d4b9c", spec=spec, metadata=owned_by(deployment)))
        inner = template(f"app-{at}")
        for one in range(10):
            metadata = {**inner["metadata"], **owned_by(made)}
            pods.append(write(item("Pod", ns, f"app-{at}-7d4b9c-{one:05}", spec=inner["spec"], metadata=metadata)))
    pods += [write(item("Pod", ns, f"job-{at}", spec=template("job")["spec"])) for at in range(20)]
    for pod in pods:
        client.send("PUT", f"{_RESOURCES['Pod'].path(ns, pod['metadata']['name'])}/status", {**pod, "status": status()})
    client.close()
    return count


def main() -> int:
    """Fill, scan, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--objects", type=int, default=50_000)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--writers", type=int, default=4)
    arguments = parser.parse_args()
    options = Options(nodes=0, controllers=False, scheduler=False, audit_policy=NO_AUDIT)
    with cluster_with(options) as cluster, tempfile.TemporaryDirectory() as folder:
        begun = time.perf_counter()
        with multiprocessing.Pool(arguments.writers) as pool:
            write = partial(fill, str(cluster.kubeconfig))
            written = sum(pool.imap_unordered(write, range(max(1, arguments.objects // EACH))))
        print(f"wrote {written:,} objects in {time.perf_counter() - begun:.0f} s", file=sys.stderr)
        report = Path(folder) / "run.json"
        command = [
            str(HARDSTAND), "scan", "--cluster", "--kubeconfig", str(cluster.kubeconfig), "--format", "json"
        ]  # fmt: skip
        times = [measure.seconds(command, report, frozenset({0})) for _ in range(arguments.repeat)]
        memory = measure.peak_bytes(command, report, frozenset({0}))
        found = json.loads(report.read_text())
        (read,) = found["inputs"]
        print("| Objects | Folded | Findings | Unknown | Time | Objects a second | Peak memory |")
        print("|--:|--:|--:|--:|--:|--:|--:|")
        seconds = statistics.median(times)
        count = read["objects"] + read.get("folded", 0)
        print(
            f"| {count:,} | {read.get('folded', 0):,} | {len(found['findings']):,} | {found['summary']['unknown']:,} "
            f"| {seconds:.1f} s | {count / seconds:,.0f} | {memory / 1e6:.0f} MB |"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
