"""Make up the network of a cluster: namespaces, pods in classes of labels, and network policies of the usual kinds.

The same sizes always give the same manifests. Of three namespaces one is closed in both directions, one for what comes
in, and one is not closed; all have policies for their apps: by app within the namespace, across namespaces, by address,
by named port and by range. The pods of one app are of one ReplicaSet.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

Manifest = dict[str, Any]
TIERS = ("front", "back", "data")
TEAMS = ("red", "green", "blue", "grey")
ENVIRONMENTS = ("live", "staging")


@dataclass(frozen=True, slots=True)
class Size:
    """How much there is of what."""

    pods: int
    classes: int
    """Sets of labels that differ, over all namespaces."""
    policies: int
    namespaces: int
    addresses: bool = True
    """Pods have addresses, as a cluster tells them; without, they are as manifests are written."""

    def __str__(self) -> str:
        more = "" if self.addresses else ", no addresses"
        return f"{self.pods:,} pods in {self.classes:,} label classes, {self.policies:,} policies{more}"


SMALL = Size(pods=1_000, classes=300, policies=500, namespaces=20)
LARGE = Size(pods=20_000, classes=3_000, policies=5_000, namespaces=200)
WRITTEN = replace(LARGE, addresses=False)


def manifests(size: Size) -> Iterator[Manifest]:
    """The objects of the cluster."""
    rng = random.Random(size.pods)
    spaces = [f"team-{number}" for number in range(size.namespaces)]
    for number, name in enumerate(spaces):
        labels = {
            "team": TEAMS[number % len(TEAMS)],
            "env": ENVIRONMENTS[number % 3 == 0],
            "kubernetes.io/metadata.name": name,
        }
        yield {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels}}
    apps = size.classes // size.namespaces
    for number in range(size.pods):
        made = _pod(number, spaces[number % len(spaces)], number // len(spaces) % apps)
        if size.addresses:
            address = f"100.64.{number // 250}.{number % 250 + 1}"
            made["status"] = {"phase": "Running", "podIP": address, "podIPs": [{"ip": address}], "hostIP": "192.0.2.1"}
        yield made
    for number in range(size.policies):
        home, at = spaces[number % len(spaces)], number // len(spaces)
        yield _policy(f"policy-{at}", home, _spec(rng, at, number % len(spaces) % 3, apps))


def _pod(number: int, namespace: str, app: int) -> Manifest:
    labels = {"app": f"app-{app}", "tier": TIERS[app % len(TIERS)], "release": f"r{app % 5}"}
    ports = [{"name": "http", "containerPort": 8000 + app % 4}, {"name": "metrics", "containerPort": 9090}]
    owner = {
        "apiVersion": "apps/v1",
        "kind": "ReplicaSet",
        "name": f"app-{app}",
        "uid": f"{namespace}-{app}",
        "controller": True,
    }
    metadata = {"name": f"pod-{number}", "namespace": namespace, "labels": labels, "ownerReferences": [owner]}
    spec = {"containers": [{"name": "app", "image": "registry.example/app:1", "ports": ports}]}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}


def _policy(name: str, namespace: str, spec: Manifest) -> Manifest:
    metadata = {"name": name, "namespace": namespace}
    return {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": metadata, "spec": spec}


def _spec(rng: random.Random, at: int, open_to: int, apps: int) -> Manifest:
    """The first policy of a namespace closes it and the second lets it ask DNS; the others are for one app each."""
    if at == 0 and open_to < 2:
        return {"podSelector": {}, "policyTypes": ["Ingress", "Egress"][: 2 - open_to]}
    if at == 1 and open_to == 0:
        dns = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "team-0"}}}
        ports = [{"protocol": "UDP", "port": 53}, {"protocol": "TCP", "port": 53}]
        return {"podSelector": {}, "policyTypes": ["Egress"], "egress": [{"to": [dns], "ports": ports}]}
    subject = {"matchLabels": {"app": f"app-{rng.randrange(apps)}"}}
    if at % 2:
        rules = [{"to": [_peer(rng, apps, outside=True)], "ports": _ports(rng)} for _ in range(rng.randint(1, 2))]
        return {"podSelector": subject, "policyTypes": ["Egress"], "egress": rules}
    rules = [{"from": [_peer(rng, apps, outside=False)], "ports": _ports(rng)} for _ in range(rng.randint(1, 2))]
    return {"podSelector": subject, "policyTypes": ["Ingress"], "ingress": rules}


def _peer(rng: random.Random, apps: int, *, outside: bool) -> Manifest:
    kind = rng.random()
    if kind < 0.2 and outside:
        first = rng.randrange(64)
        return {"ipBlock": {"cidr": f"10.{first}.0.0/16", "except": [f"10.{first}.{rng.randrange(256)}.0/24"]}}
    if kind < 0.6:
        return {"podSelector": {"matchLabels": {"app": f"app-{rng.randrange(apps)}"}}}
    space: Manifest = {"matchLabels": {"team": rng.choice(TEAMS)}}
    if kind < 0.75:
        space = {"matchExpressions": [{"key": "env", "operator": "In", "values": [rng.choice(ENVIRONMENTS)]}]}
    tier = {"matchExpressions": [{"key": "tier", "operator": "NotIn", "values": [rng.choice(TIERS)]}]}
    return {"namespaceSelector": space, "podSelector": tier}


def _ports(rng: random.Random) -> list[Manifest]:
    kind = rng.random()
    if kind < 0.4:
        return [{"protocol": "TCP", "port": "http"}]
    if kind < 0.7:
        return [{"protocol": "TCP", "port": rng.choice((80, 443, 8000, 8001, 9090))}]
    first = rng.choice((5000, 8000, 30000))
    return [{"protocol": "TCP", "port": first, "endPort": first + 999}]
