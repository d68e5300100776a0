"""What a cluster asks as workloads come: for each its Deployment, the ReplicaSet of that, and three pods.

The pods and templates are those of `gate_reviews`, as far as they can be a Deployment's; each is asked about by whoever
asks in a cluster, with what the API server and admission have put there: names, uids, times, the hash of the template,
owners, tolerations, and the volume with the token of the service account. Names are made anew each time: no two
reviews that are sent are ever the same, and no two workloads have the same labels.
"""

import copy
import itertools
from collections.abc import Iterator
from typing import Any

from gate_reviews import review

FRESH, VOLUME = b"00fresh0", b"kube-api-access-vvvvv"
"""What the client puts another text of the same length for, each time."""
PODS = 3
_HASH = "6d4cf56db6"
_LETTERS = b"bcdfghjklmnpqrstvwxz2456789"
_KINDS = ("Deployment", "ReplicaSet", "Pod")
_MAKERS = {"ReplicaSet": "deployment-controller", "Pod": "replicaset-controller"}


def stream(objects: list[dict[str, Any]]) -> list[bytes]:
    """The reviews, in their order, with FRESH and VOLUME in place of what is made anew."""
    numbers = itertools.count()
    return [
        review(each, next(numbers), user)
        for one in objects
        if (deployment := _deployment(one)) is not None
        for each, user in _workload(deployment)
    ]


def fresh(request: bytes, number: int) -> bytes:
    """A review of the stream, the `number`th that is sent, with names of its own; whole workloads share theirs."""
    volume = bytes(_LETTERS[number // len(_LETTERS) ** at % len(_LETTERS)] for at in range(5))
    name = b"%08d" % (number // (PODS + 2))
    return request.replace(FRESH, name).replace(VOLUME, VOLUME[:-5] + volume)


def _deployment(one: dict[str, Any]) -> dict[str, Any] | None:
    """An object as a Deployment of its own name; None where it is no object that an API server would take."""
    metadata, spec = one.get("metadata"), one.get("spec")
    if not isinstance(metadata, dict) or not isinstance(spec, dict):
        return None
    template = {"metadata": metadata, "spec": spec} if one["kind"] == "Pod" else spec.get("template")
    pod = template.get("spec") if isinstance(template, dict) else None
    containers = pod.get("containers") if isinstance(pod, dict) else None
    if not isinstance(containers, list) or not all(isinstance(each, dict) for each in containers):
        return None
    if metadata.get("namespace") in ("kube-system", "kube-public"):  # Nothing there is judged.
        return None
    made = copy.deepcopy(template)
    about = made.get("metadata") if isinstance(made.get("metadata"), dict) else {}
    labels = about.get("labels") if isinstance(about.get("labels"), dict) else {}
    notes = {"annotations": about["annotations"]} if "annotations" in about else {}
    instance = {"app.kubernetes.io/instance": f"app-{FRESH.decode()}"}
    made["metadata"] = {"labels": {**labels, **instance}, **notes}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {
            "name": f"app-{FRESH.decode()}",
            "namespace": metadata.get("namespace") or "shop",
            "labels": instance,
            "uid": _uid("Deployment", 0),
        },
        "spec": {"replicas": PODS, "selector": {"matchLabels": instance}, "template": made},
    }


def _workload(deployment: dict[str, Any]) -> Iterator[tuple[dict[str, Any], str]]:
    yield deployment, "jane"
    hashed = {"pod-template-hash": _HASH}
    replicas = copy.deepcopy(deployment)
    replicas["kind"] = "ReplicaSet"
    name = f"{deployment['metadata']['name']}-{_HASH}"
    labels = {**deployment["spec"]["template"]["metadata"]["labels"], **hashed}
    replicas["metadata"].update(
        name=name,
        labels=labels,
        annotations={"deployment.kubernetes.io/desired-replicas": str(PODS), "deployment.kubernetes.io/revision": "1"},
        ownerReferences=[_owner(deployment)],
        uid=_uid("ReplicaSet", 0),
    )
    replicas["spec"]["selector"]["matchLabels"] |= hashed
    replicas["spec"]["template"]["metadata"]["labels"] = labels
    yield replicas, _maker("ReplicaSet")
    for number in range(PODS):
        yield _pod(replicas, number), _maker("Pod")


def _pod(replicas: dict[str, Any], number: int) -> dict[str, Any]:
    template = copy.deepcopy(replicas["spec"]["template"])
    name = replicas["metadata"]["name"]
    metadata = {
        **template["metadata"],
        "name": f"{name}-{'xw7bq'[number:]}{'xw7bq'[:number]}",
        "generateName": f"{name}-",
        "namespace": replicas["metadata"]["namespace"],
        "ownerReferences": [_owner(replicas)],
        "uid": _uid("Pod", number),
    }
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": _admitted(template["spec"])}


def _admitted(spec: dict[str, Any]) -> dict[str, Any]:
    """What admission adds: k8s.io/kubernetes, plugin/pkg/admission/{serviceaccount,defaulttolerationseconds}."""
    account = spec.get("serviceAccountName") or "default"
    spec |= {"serviceAccountName": account, "serviceAccount": account, "restartPolicy": "Always"}
    spec |= {"preemptionPolicy": "PreemptLowerPriority", "priority": 0, "enableServiceLinks": True}
    late = [
        {"key": f"node.kubernetes.io/{one}", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300}
        for one in ("not-ready", "unreachable")
    ]
    if isinstance(spec.get("tolerations") or [], list):
        spec["tolerations"] = [*(spec.get("tolerations") or []), *late]
    if spec.get("automountServiceAccountToken") is False or not isinstance(spec.get("volumes") or [], list):
        return spec
    name = VOLUME.decode()
    root = [{"key": "ca.crt", "path": "ca.crt"}]
    field = {"apiVersion": "v1", "fieldPath": "metadata.namespace"}
    sources = [
        {"serviceAccountToken": {"expirationSeconds": 3607, "path": "token"}},
        {"configMap": {"name": "kube-root-ca.crt", "items": root}},
        {"downwardAPI": {"items": [{"path": "namespace", "fieldRef": field}]}},
    ]
    projected = {"name": name, "projected": {"defaultMode": 420, "sources": sources}}
    spec["volumes"] = [*(spec.get("volumes") or []), projected]
    mount = {"name": name, "readOnly": True, "mountPath": "/var/run/secrets/kubernetes.io/serviceaccount"}
    for one in spec["containers"]:
        if isinstance(one.get("volumeMounts") or [], list):
            one["volumeMounts"] = [*(one.get("volumeMounts") or []), mount]
    return spec


def _owner(of: dict[str, Any]) -> dict[str, Any]:
    metadata = of["metadata"]
    named = {"apiVersion": of["apiVersion"], "kind": of["kind"], "name": metadata["name"], "uid": metadata["uid"]}
    return {**named, "controller": True, "blockOwnerDeletion": True}


def _uid(kind: str, number: int) -> str:
    return f"{FRESH.decode()}-0000-4000-9000-{_KINDS.index(kind):06d}{number:06d}"


def _maker(kind: str) -> str:
    return f"system:serviceaccount:kube-system:{_MAKERS[kind]}"
