"""Random small estates: workloads, policies, roles and nodes, as YAML would say them."""

import random
from typing import Any

from hardstand.inventory.objects import KubeObject
from tests.analysis.objects import as_objects

RBAC = "rbac.authorization.k8s.io"
_SPACES = ("shop", "ops")
_RULES = (
    ("", "secrets", "list"),
    ("", "pods", "create"),
    ("", "pods/exec", "create"),
    ("", "serviceaccounts/token", "create"),
    ("", "nodes/proxy", "get"),
    (RBAC, "rolebindings", "create"),
    ("", "configmaps", "get"),
)


def estate(seed: int) -> list[KubeObject]:
    """The objects of an estate; the same for the same seed."""
    chance = random.Random(seed)
    found = [one for number in range(chance.randint(2, 7)) for one in _workload(chance, number)]
    found += [_account(namespace, name) for namespace in _SPACES for name in ("web", "db", "ci")]
    found += [_policy(chance, number) for number in range(chance.randint(0, 5))]
    for number in range(chance.randint(0, 4)):
        found += _given(chance, number)
    return [one for value in found for one in as_objects(value)]


def _workload(chance: random.Random, number: int) -> list[dict[str, Any]]:
    """A Pod, a Deployment, or a Deployment with the pods that it made, on two nodes."""
    container: dict[str, Any] = {"name": "app", "image": "a"}
    if chance.random() < 0.7:
        container["ports"] = [{"containerPort": chance.choice((80, 5432))}]
    if chance.random() < 0.2:
        container["securityContext"] = {"privileged": True}
    if chance.random() < 0.4:
        container["envFrom"] = [{"secretRef": {"name": chance.choice(("one", "two"))}}]
    spec: dict[str, Any] = {"serviceAccountName": chance.choice(("web", "db", "ci")), "containers": [container]}
    if chance.random() < 0.4:
        spec["automountServiceAccountToken"] = False
    labels = {"app": f"app-{number}", "tier": chance.choice(("web", "db"))}
    data = chance.choice(("public", "internal", "restricted"))
    metadata: dict[str, Any] = {"name": f"app-{number}", "namespace": chance.choice(_SPACES)}
    if chance.random() < 0.2:
        spec["nodeName"] = chance.choice(("one", "two"))
        whole = {**metadata, "labels": labels, "annotations": {"hardstand.dev/data": data}}
        return [{"apiVersion": "v1", "kind": "Pod", "metadata": whole, "spec": spec}]
    metadata["annotations"] = {"hardstand.dev/data": data}
    template = {"metadata": {"labels": labels}, "spec": spec}
    body = {"selector": {"matchLabels": labels}, "template": template}
    made = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata, "spec": body}
    if chance.random() < 0.6:
        return [made]
    owner = {"apiVersion": "apps/v1", "kind": "Deployment", "name": metadata["name"], "uid": "x", "controller": True}
    pods = [
        {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {
                "name": f"{metadata['name']}-{at}",
                "namespace": metadata["namespace"],
                "labels": labels,
                "ownerReferences": [owner],
            },
            "spec": {**spec, "nodeName": node},
            "status": {"phase": "Running", "podIP": f"10.1.{number}.{at + 1}"},
        }
        for at, node in enumerate(("one", "two"))
    ]
    return [made, *pods]


def _account(namespace: str, name: str) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": name, "namespace": namespace}}


def _policy(chance: random.Random, number: int) -> dict[str, Any]:
    peers: list[dict[str, Any]] = [
        {"podSelector": {"matchLabels": {"tier": chance.choice(("web", "db"))}}},
        {"namespaceSelector": {}},
        {"ipBlock": {"cidr": chance.choice(("10.0.0.0/8", "203.0.113.0/24", "0.0.0.0/0"))}},
    ]
    ports = [{"port": chance.choice((80, 5432, 9))}] if chance.random() < 0.5 else None
    spec: dict[str, Any] = {
        "podSelector": chance.choice(({}, {"matchLabels": {"tier": "db"}}, {"matchLabels": {"app": "app-1"}})),
        "policyTypes": [],
    }
    for name, key, way in (("Ingress", "ingress", "from"), ("Egress", "egress", "to")):
        if chance.random() < 0.6:
            spec["policyTypes"].append(name)
            rule: dict[str, Any] = {way: chance.sample(peers, chance.randint(1, 2))}
            spec[key] = [{**rule, "ports": ports} if ports else rule] if chance.random() < 0.7 else []
    metadata = {"name": f"policy-{number}", "namespace": chance.choice(_SPACES)}
    return {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": metadata, "spec": spec}


def _given(chance: random.Random, number: int) -> list[dict[str, Any]]:
    wide = chance.random() < 0.3
    home = {} if wide else {"namespace": chance.choice(_SPACES)}
    kind = "ClusterRole" if wide else "Role"
    rules = [
        {"apiGroups": [group], "resources": [one], "verbs": [verb]} for group, one, verb in chance.sample(_RULES, 2)
    ]
    subjects = [
        {"kind": "ServiceAccount", "name": name, "namespace": chance.choice(_SPACES)}
        for name in chance.sample(("web", "db", "ci"), chance.randint(1, 2))
    ]
    return [
        {"apiVersion": f"{RBAC}/v1", "kind": kind, "metadata": {"name": f"role-{number}", **home}, "rules": rules},
        {
            "apiVersion": f"{RBAC}/v1",
            "kind": f"{kind}Binding",
            "metadata": {"name": f"role-{number}", **home},
            "roleRef": {"apiGroup": RBAC, "kind": kind, "name": f"role-{number}"},
            "subjects": subjects,
        },
    ]
