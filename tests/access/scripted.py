"""A workload as a script: what a service account asks a real API server for, step by step."""

import base64
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import urllib3

from tests.cluster.handle import Cluster

MERGE, APPLY = "application/merge-patch+json", "application/apply-patch+yaml"


@dataclass(frozen=True)
class Step:
    """One request, and the rights that it takes, each as `VERB RESOURCE NAME`."""

    rights: tuple[str, ...]
    method: str
    path: str
    body: Mapping[str, Any] | None = None
    sort: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.rights[0]


def steps(namespace: str) -> Iterator[Step]:
    """Everything that the workload does, with clean hands at its end."""
    core, apps = f"/api/v1/namespaces/{namespace}", f"/apis/apps/v1/namespaces/{namespace}"
    maps = f"{core}/configmaps"

    def settings(name: str) -> dict[str, Any]:
        return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": {"a": "b"}}

    alike = {"Audit-ID": "chosen"}  # The API server takes it; neither request may hide behind the other.
    yield Step(("get configmaps settings",), "GET", f"{maps}/settings", headers=alike)
    yield Step(("list pods ",), "GET", f"{core}/pods", headers=alike)
    yield Step(("list configmaps settings",), "GET", f"{maps}?fieldSelector=metadata.name%3Dsettings")
    watched = "watch=1&timeoutSeconds=1&fieldSelector=metadata.name%3Dsettings"
    yield Step(("watch configmaps settings",), "GET", f"{maps}?{watched}")
    yield Step(("create configmaps ",), "POST", maps, settings("made"))
    yield Step(("update configmaps made",), "PUT", f"{maps}/made", settings("made"))
    yield Step(("patch configmaps made",), "PATCH", f"{maps}/made", {"data": {"c": "d"}}, MERGE)
    yield Step(("delete configmaps made",), "DELETE", f"{maps}/made")
    applied = f"{maps}/applied?fieldManager=script"
    rights = ("patch configmaps applied", "create configmaps applied")
    yield Step(rights, "PATCH", applied, settings("applied"), APPLY)
    yield Step(("delete configmaps applied",), "DELETE", f"{maps}/applied")
    yield Step(("get nodes node-0",), "GET", "/api/v1/nodes/node-0", headers=alike)
    yield Step(("get /metrics",), "GET", "/metrics")
    yield Step(("get /api",), "GET", "/api")
    token = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {"expirationSeconds": 600}}
    yield Step(("create serviceaccounts/token web",), "POST", f"{core}/serviceaccounts/web/token", token)
    yield Step(("patch deployments/scale web",), "PATCH", f"{apps}/deployments/web/scale", {"spec": {}}, MERGE)
    acts = {"Impersonate-User": "helper"}
    yield Step(("impersonate users helper",), "GET", f"{maps}/settings", headers=acts)


@dataclass(frozen=True)
class Somebody:
    """Somebody with a token."""

    cluster: Cluster
    token: str

    @classmethod
    def account(cls, cluster: Cluster, namespace: str, name: str) -> "Somebody":
        return cls(cluster, cluster.kubectl("create", "token", name, "-n", namespace).stdout.strip())

    def does(self, step: Step) -> int:
        """The status of the answer."""
        told = json.loads(self.cluster.kubeconfig.read_text())
        authority = base64.b64decode(told["clusters"][0]["cluster"]["certificate-authority-data"]).decode()
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": step.sort, **step.headers}
        body = None if step.body is None else json.dumps(step.body)
        with urllib3.PoolManager(ca_cert_data=authority) as pool:
            return pool.request(step.method, self.cluster.url + step.path, headers=headers, body=body).status
