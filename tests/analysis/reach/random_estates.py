"""Small estates made up at random: pods, namespaces and network policies, and the packets that tell policies apart.

The same seed gives the same estate. They are dense with edges: few labels, names and numbers, so that policies overlap.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_network
from random import Random
from typing import Any

Manifest = dict[str, Any]
PROTOCOLS = ("TCP", "UDP", "SCTP")
KEYS = {"app": ("web", "db", "api"), "tier": ("front", "back")}
SPACE_KEYS = {"team": ("red", "blue"), "env": ("live", "test")}
NUMBERS = (1, 53, 80, 81, 443, 8080, 9000, 65535)
NAMES = ("http", "dns", "metrics")
BLOCKS = {
    4: ("0.0.0.0/0", "10.0.0.0/8", "10.0.0.0/30", "10.1.2.3/16", "10.0.0.5/32", "192.168.1.0/24", "255.255.255.254/31"),
    6: ("::/0", "2001:db8::/32", "2001:db8:0:1::/64", "2001:db8::7/128"),
}
METADATA_NAME = "kubernetes.io/metadata.name"


@dataclass(frozen=True, slots=True)
class Estate:
    """Manifests, and of what packets are made: ends outside of the cluster, and pairs of protocol and port."""

    objects: list[Manifest]
    outside: list[str] = field(default_factory=list)
    ports: list[tuple[str, int]] = field(default_factory=list)

    @property
    def ends(self) -> list[str]:
        """The pods and workloads by namespace and name."""
        kinds = {"Pod", "Deployment", "StatefulSet"}
        found = (one["metadata"] for one in self.objects if one["kind"] in kinds)
        return [f"{metadata['namespace']}/{metadata['name']}" for metadata in found]


def estate(seed: int, *, workloads: bool = True, families: tuple[int, ...] = (4, 6)) -> Estate:
    """An estate of core NetworkPolicy: 2 to 4 namespaces, 2 to 8 pods or workloads, 0 to 6 policies.

    Without `workloads` all are pods; `families` are the versions of IP of which there are blocks.
    """
    rng = Random(seed)
    spaces = [f"ns-{number}" for number in range(rng.randint(2, 4))]
    objects = [_space(rng, name) for name in spaces]
    pods = rng.choices(range(2, 9), (4, 4, 4, 2, 2, 1, 1))[0]
    objects += [_pod(rng, f"pod-{number}", rng.choice(spaces), workloads) for number in range(pods)]
    policies = rng.choices(range(7), (1, 3, 4, 3, 2, 2, 1))[0]
    objects += [_policy(rng, f"policy-{number}", rng.choice(spaces), families) for number in range(policies)]
    return Estate(objects, outside(rng, objects), ports(rng, objects))


def _space(rng: Random, name: str) -> Manifest:
    labels = some_labels(rng, SPACE_KEYS)
    return {
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {"name": name, "labels": {METADATA_NAME: name, **labels}},
    }


def some_labels(rng: Random, keys: dict[str, tuple[str, ...]]) -> dict[str, str]:
    """A value of some of the keys."""
    return {key: rng.choice(values) for key, values in keys.items() if rng.random() < 0.75}


def _pod(rng: Random, name: str, namespace: str, workloads: bool) -> Manifest:
    containers: list[Manifest] = []
    names = rng.sample(NAMES, rng.randint(0, 3))
    for number in range(rng.choice((1, 1, 1, 2))):
        listed = [_container_port(rng, names) for _ in range(rng.randint(0, 2))]
        containers.append(
            {"name": f"c{number}", "image": "registry.example/a:1", **({"ports": listed} if listed else {})}
        )
    spec: Manifest = {"containers": containers}
    if rng.random() < 0.07:
        spec["hostNetwork"] = True
    metadata = {"name": name, "namespace": namespace}
    labels = some_labels(rng, KEYS)
    if not workloads or rng.random() < 0.7:
        return {"apiVersion": "v1", "kind": "Pod", "metadata": {**metadata, "labels": labels}, "spec": spec}
    labels["pod"] = name
    template = {"metadata": {"labels": labels}, "spec": spec}
    selector = {"matchLabels": {"pod": name}}
    kind = rng.choice(("Deployment", "StatefulSet"))
    more = {"replicas": 2, **({"serviceName": name} if kind == "StatefulSet" else {})}
    spec = {"selector": selector, "template": template, **more}
    return {"apiVersion": "apps/v1", "kind": kind, "metadata": metadata, "spec": spec}


def _container_port(rng: Random, names: list[str]) -> Manifest:
    """The names of one pod differ, as the API wants them to."""
    one: Manifest = {"containerPort": rng.choice(NUMBERS)}
    if names and rng.random() < 0.8:
        one["name"] = names.pop()
    if rng.random() < 0.5:
        one["protocol"] = rng.choice(PROTOCOLS)
    return one


def _policy(rng: Random, name: str, namespace: str, families: tuple[int, ...]) -> Manifest:
    spec: Manifest = {}
    if rng.random() < 0.95:
        spec["podSelector"] = selector(rng, KEYS)
    types = rng.choice((None, None, [], ["Ingress"], ["Egress"], ["Ingress", "Egress"]))
    if types is not None:
        spec["policyTypes"] = types
    for way, peers, chance in (("ingress", "from", 0.7), ("egress", "to", 0.6)):
        if rng.random() < chance:
            spec[way] = [_rule(rng, peers, families) for _ in range(rng.choice((0, 1, 1, 1, 2)))]
    metadata = {"name": name, "namespace": namespace}
    return {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": metadata, "spec": spec}


def selector(rng: Random, keys: dict[str, tuple[str, ...]]) -> Manifest:
    """A label selector: often empty, else of labels, of expressions or of both."""
    kind = rng.choice(("empty", "labels", "labels", "expressions", "expressions", "both"))
    made: Manifest = {}
    if kind in {"labels", "both"}:
        key = rng.choice(list(keys))
        made["matchLabels"] = {key: rng.choice(keys[key])}
    if kind in {"expressions", "both"}:
        made["matchExpressions"] = [_expression(rng, keys) for _ in range(rng.choice((1, 1, 2)))]
    return made


def _expression(rng: Random, keys: dict[str, tuple[str, ...]]) -> Manifest:
    key = rng.choice(list(keys))
    operator = rng.choice(("In", "NotIn", "Exists", "DoesNotExist"))
    if operator in {"Exists", "DoesNotExist"}:
        return {"key": key, "operator": operator}
    values = rng.sample(keys[key], rng.randint(1, len(keys[key])))
    return {"key": key, "operator": operator, "values": values}


def _rule(rng: Random, peers: str, families: tuple[int, ...]) -> Manifest:
    rule: Manifest = {}
    if rng.random() < 0.85:
        rule[peers] = [_peer(rng, families) for _ in range(rng.choice((0, 1, 1, 2, 3)))]
    if rng.random() < 0.65:
        rule["ports"] = [_port(rng) for _ in range(rng.choice((0, 1, 1, 2)))]
    return rule


def _peer(rng: Random, families: tuple[int, ...]) -> Manifest:
    kind = rng.choice(("pods", "pods", "namespaces", "both", "both", *(["block"] if families else [])))
    if kind == "block":
        return {"ipBlock": block(rng, families)}
    peer: Manifest = {}
    if kind in {"pods", "both"}:
        peer["podSelector"] = selector(rng, KEYS)
    if kind in {"namespaces", "both"}:
        peer["namespaceSelector"] = selector(rng, SPACE_KEYS)
    return peer


def block(rng: Random, families: tuple[int, ...]) -> Manifest:
    """An ipBlock, with exceptions inside of it."""
    cidr = rng.choice(BLOCKS[rng.choice(families)])
    network = ip_network(cidr, strict=False)
    made: Manifest = {"cidr": cidr}
    if network.prefixlen + 2 <= network.max_prefixlen and rng.random() < 0.6:
        made["except"] = []
        for _ in range(rng.choice((1, 1, 2))):
            longer = rng.randint(network.prefixlen + 1, min(network.prefixlen + 9, network.max_prefixlen))
            at = rng.choice((0, 1, (1 << (longer - network.prefixlen)) - 1))
            start = int(network.network_address) + (at << (network.max_prefixlen - longer))
            made["except"].append(str((IPv4Network if network.version == 4 else IPv6Network)((start, longer))))
    return made


def _port(rng: Random) -> Manifest:
    one: Manifest = {}
    if rng.random() < 0.7:
        one["protocol"] = rng.choice(PROTOCOLS)
    kind = rng.choice(("none", "number", "number", "range", "name", "name"))
    if kind == "name":
        one["port"] = rng.choice(NAMES)
    elif kind == "number":
        one["port"] = rng.choice(NUMBERS)
    elif kind == "range":
        one["port"], one["endPort"] = sorted(rng.choices(NUMBERS, k=2))
    return one


def outside(rng: Random, objects: list[Manifest], most: int = 6) -> list[str]:
    """Addresses from the edges of all blocks, on both sides of each, and one that may be in none."""
    found = {"203.0.113.9"}
    for text in sorted(
        set(_texts(objects, "cidr")) | set(_texts(objects, "except")) | set(_texts(objects, "networks"))
    ):
        network = ip_network(text, strict=False)
        first, last = network.network_address, network.broadcast_address
        found |= {str(first), str(last)}
        if int(first):
            found.add(str(first - 1))
        if int(last) + 1 < 1 << network.max_prefixlen:
            found.add(str(last + 1))
    return sorted(rng.sample(sorted(found), min(most, len(found))))


def ports(rng: Random, objects: list[Manifest], most: int = 8) -> list[tuple[str, int]]:
    """Ports of containers, and numbers on both sides of every edge that a policy has, with protocols."""
    declared = {
        (one.get("protocol", "TCP"), one["containerPort"])
        for listed in _under(objects, "ports")
        for one in listed
        if "name" in one
    }
    own = rng.sample(sorted(declared), min(most // 2, len(declared)))
    edges = {number for key in ("port", "endPort", "start", "end", "number") for number in _numbers(objects, key)}
    around = sorted({near for edge in edges for near in (edge - 1, edge, edge + 1) if 1 <= near <= 65535} | {1, 65535})
    pairs = [pair for pair in ((protocol, number) for number in around for protocol in PROTOCOLS) if pair not in own]
    return sorted([*own, *rng.sample(pairs, min(most - len(own), len(pairs)))])


def _texts(value: Any, key: str) -> Iterator[str]:
    for found in _under(value, key):
        yield from [found] if isinstance(found, str) else found


def _numbers(value: Any, key: str) -> Iterator[int]:
    return (found for found in _under(value, key) if isinstance(found, int))


def _under(value: Any, key: str) -> Iterator[Any]:
    """Everything under a key, at any depth."""
    if isinstance(value, dict):
        if key in value:
            yield value[key]
        for one in value.values():
            yield from _under(one, key)
    elif isinstance(value, list):
        for one in value:
            yield from _under(one, key)
