"""For developers: `python -m tests.gate.record` writes what a real API server sends to `reviews/`, one file a case.

Names, uids and times are those of the day of the recording; nothing of it is changed but for order.
"""

import json
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hardstand.baseline.load import built_in
from hardstand.engine import catalog
from hardstand.gate.hooks import configuration, hooks
from hardstand.gate.kinds import gated
from tests.cluster.handle import Cluster
from tests.cluster.keeping import cluster_with
from tests.cluster.options import Options
from tests.gate.webhook import served

REVIEWS = Path(__file__).parent / "reviews"
SPACE = "shop"

CONTAINER = {"name": "app", "image": "registry.example/app:1"}
PRIVILEGED = {**CONTAINER, "securityContext": {"privileged": True}}


def pod(name: str, *containers: dict[str, Any], **metadata: Any) -> dict[str, Any]:
    metadata = {"namespace": SPACE, **({"name": name} if name else {}), **metadata}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": {"containers": list(containers)}}


def deployment(name: str, container: dict[str, Any], replicas: int = 1) -> dict[str, Any]:
    template = {"metadata": {"labels": {"app": name}}, "spec": {"containers": [container]}}
    spec = {"replicas": replicas, "selector": {"matchLabels": {"app": name}}, "template": template}
    metadata = {"name": name, "namespace": SPACE}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata, "spec": spec}


class Recording:
    """What the webhook has been sent, and the case that is being played."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []

    def __call__(self, data: bytes) -> tuple[int, bytes]:
        review = json.loads(data)
        self.sent.append(review)
        response = {"uid": review["request"]["uid"], "allowed": True}
        return 200, json.dumps({**{key: review[key] for key in ("apiVersion", "kind")}, "response": response}).encode()

    def last(self, **wanted: str) -> dict[str, Any]:
        """The last review whose request has these values, once there is one."""
        for _ in range(100):
            for review in reversed(self.sent):
                request = review["request"]
                said = {**request, "kind": request["kind"]["kind"]}
                if all(said.get(key, "") == one for key, one in wanted.items()):
                    return review
            time.sleep(0.1)
        raise AssertionError(f"nothing was sent that is {wanted}")


def main() -> int:
    """Play every case and write what was sent."""
    recording = Recording()
    with cluster_with(Options()) as cluster, TemporaryDirectory() as folder:
        cluster.namespace(SPACE)
        with served(Path(folder), {"/validate": recording}) as (url, bundle):
            install(cluster, url, bundle)
            for name, review in played(cluster, recording):
                (REVIEWS / f"{name}.json").write_text(json.dumps(review, indent=1, sort_keys=True) + "\n")
                print(name)
    return 0


def install(cluster: Cluster, url: str, bundle: str) -> dict[str, Any]:
    """The very configuration that is planned, but for where the webhook is; comes back once it is asked."""
    gate, kinds = built_in().gate, gated(catalog.load(), built_in().customs)
    made = configuration(gate, hooks(gate, {}), kinds.resources)
    for one in made["webhooks"]:
        one["clientConfig"] = {"url": f"{url}/validate", "caBundle": bundle}
    cluster.apply(made)
    time.sleep(2)
    return made


def played(cluster: Cluster, recording: Recording) -> Any:
    pods = ("create", "-f", "-")
    for name, one in {
        "pod-create": pod("plain", CONTAINER),
        "pod-create-privileged": pod("privileged", PRIVILEGED),
        "pod-create-generated-name": pod("", CONTAINER, generateName="made-"),
        "service-create": {
            "apiVersion": "v1", "kind": "Service", "metadata": {"name": "web", "namespace": SPACE},
            "spec": {"selector": {"app": "web"}, "ports": [{"port": 80}]},
        },
        "secret-create": {
            "apiVersion": "v1", "kind": "Secret", "metadata": {"name": "token", "namespace": SPACE},
            "stringData": {"password": "correct-horse-battery"},
        },
        "namespace-create": {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "made"}},
        "deployment-create": deployment("web", CONTAINER),
        "daemonset-create": {
            **deployment("agent", PRIVILEGED), "kind": "DaemonSet",
            "spec": {key: value for key, value in deployment("agent", PRIVILEGED)["spec"].items() if key != "replicas"},
        },
        "statefulset-create": {
            **deployment("db", CONTAINER), "kind": "StatefulSet",
            "spec": {**deployment("db", CONTAINER)["spec"], "serviceName": "db"},
        },
        "job-create": {
            "apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "once", "namespace": SPACE},
            "spec": {"template": {"spec": {"containers": [CONTAINER], "restartPolicy": "Never"}}},
        },
        "cronjob-create": {
            "apiVersion": "batch/v1", "kind": "CronJob", "metadata": {"name": "often", "namespace": SPACE},
            "spec": {"schedule": "*/1 * * * *", "jobTemplate": {"spec": {"template": {
                "spec": {"containers": [CONTAINER], "restartPolicy": "Never"}}}}},
        },
    }.items():  # fmt: skip
        cluster.kubectl(*pods, input=json.dumps(one))
        yield name, recording.last(kind=one["kind"], operation="CREATE")
    for name, kind, user in (
        ("replicaset-by-its-controller", "ReplicaSet", "deployment-controller"),
        ("pod-by-a-replicaset", "Pod", "replicaset-controller"),
        ("pod-by-a-daemonset", "Pod", "daemon-set-controller"),
        ("pod-by-a-statefulset", "Pod", "statefulset-controller"),
        ("pod-by-a-job", "Pod", "job-controller"),
    ):
        yield name, by(recording, kind, user)
    yield from updates(cluster, recording)
    cluster.kubectl("create", "-f", "-", "--dry-run=server", input=json.dumps(pod("dry", CONTAINER)))
    yield "pod-create-dry-run", recording.last(kind="Pod", name="dry")
    yield "job-by-a-cronjob", by(recording, "Job", "cronjob-controller", tries=900)


def by(recording: Recording, kind: str, user: str, tries: int = 200) -> dict[str, Any]:
    for _ in range(tries):
        for review in recording.sent:
            request = review["request"]
            if request["kind"]["kind"] == kind and request["userInfo"]["username"].endswith(f":{user}"):
                return review
        time.sleep(0.1)
    users = {(one["request"]["kind"]["kind"], one["request"]["userInfo"]["username"]) for one in recording.sent}
    raise AssertionError(f"{user} made no {kind}: {users}")


def updates(cluster: Cluster, recording: Recording) -> Any:
    cluster.kubectl("label", "pod/plain", "-n", SPACE, "tier=web")
    yield "pod-update-label", recording.last(kind="Pod", operation="UPDATE", name="plain", subResource="")
    cluster.kubectl("set", "image", "pod/plain", "-n", SPACE, "app=registry.example/app:2")
    yield "pod-update-image", recording.last(kind="Pod", operation="UPDATE", name="plain", subResource="")
    ephemeral = [{"name": "debug", "image": "busybox", "securityContext": {"privileged": True}}]
    patch = json.dumps({"spec": {"ephemeralContainers": ephemeral}})
    cluster.kubectl("patch", "pod/plain", "-n", SPACE, "--subresource=ephemeralcontainers", "-p", patch)
    yield "pod-ephemeral-container", recording.last(subResource="ephemeralcontainers")
    # On no node: kwok's nodes do not say that they can resize.
    waiting = pod("waiting", {**PRIVILEGED, "resources": {"requests": {"cpu": "50m"}}})
    waiting["spec"]["schedulerName"] = "nobody"
    cluster.kubectl("create", "-f", "-", input=json.dumps(waiting))
    amounts = {"containers": [{"name": "app", "resources": {"requests": {"cpu": "100m"}}}]}
    cluster.kubectl("patch", "pod/waiting", "-n", SPACE, "--subresource=resize", "-p", json.dumps({"spec": amounts}))
    yield "pod-resize", recording.last(subResource="resize")
    cluster.kubectl("annotate", "deployment/web", "-n", SPACE, "kubernetes.io/change-cause=tried")
    yield "deployment-update-bookkeeping", recording.last(kind="Deployment", operation="UPDATE", name="web")
    replaced = cluster.get("deployment/web", "-n", SPACE)
    replaced["spec"]["replicas"] = 2
    cluster.kubectl("replace", "-f", "-", input=json.dumps(replaced))
    yield "deployment-update-replicas", recording.last(kind="Deployment", operation="UPDATE", name="web")
    cluster.kubectl("set", "image", "deployment/web", "-n", SPACE, "app=registry.example/app:2")
    yield "deployment-update-image", recording.last(kind="Deployment", operation="UPDATE", name="web")


if __name__ == "__main__":
    sys.exit(main())
