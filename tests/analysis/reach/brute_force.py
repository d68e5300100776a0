"""What network policies allow, found the slow way: one packet at a time, from what the API's documentation says.

Nothing here is shared with the engine, and nothing is clever, so that both are unlikely to be wrong alike. Sources:

- [C] https://kubernetes.io/docs/concepts/services-networking/network-policies/, by section
- [R] https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/network-policy-v1/, by field
- [L] https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#resources-that-support-set-based-requirements

Where these leave it open, the engine's conventions hold: an ipBlock is about addresses outside of the cluster and those
of nodes, never about pods; a pod on its host's network is isolated by no policy and matched by no selector ([C]
"NetworkPolicy and hostNetwork pods", the second of the two behaviours); a named port is one of a pod.

What manifests do not tell, on which node a pod is and which addresses it has, a `World` says.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any

Object = Mapping[str, Any]
MADE_FROM = {"Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job"}


@dataclass(frozen=True, slots=True)
class Packet:
    """The first packet of a connection. An end is `namespace/name` of a pod, `node:NAME`, or an address."""

    source: str
    destination: str
    protocol: str
    port: int


@dataclass(frozen=True, slots=True, eq=False)
class Pod:
    """A pod, or one of those that a workload makes: all are alike."""

    namespace: str
    labels: Mapping[str, str]
    ports: tuple[tuple[str, int, str], ...]
    """Name, number and protocol of each port of a container."""
    host: bool
    alone: bool
    """It is a pod and no workload, of which there may be two that talk."""
    address: str = ""
    """The first that its status tells."""


@dataclass(frozen=True, slots=True)
class World:
    """What could be so, of what manifests do not tell: the address of an end (as in packets), and the node it is on."""

    addresses: Mapping[str, str] = field(default_factory=dict)
    places: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Cluster:
    """The objects of one estate by what they are for."""

    pods: Mapping[str, Pod]
    namespaces: Mapping[str, Mapping[str, str]]
    nodes: Mapping[str, Mapping[str, str]]
    policies: tuple[Object, ...]
    world: World = World()

    @classmethod
    def of(cls, objects: Iterable[Object], world: World | None = None) -> "Cluster":
        """Sort plain manifests. What is no pod, workload, namespace or node is taken for a policy."""
        pods: dict[str, Pod] = {}
        namespaces: dict[str, Mapping[str, str]] = {}
        nodes: dict[str, Mapping[str, str]] = {}
        policies: list[Object] = []
        for one in objects:
            metadata, kind = one["metadata"], one["kind"]
            if kind == "Namespace":
                # [C] "Targeting a Namespace by its name": the control plane sets this label on all of them.
                own = {"kubernetes.io/metadata.name": metadata["name"]}
                namespaces[metadata["name"]] = {**(metadata.get("labels") or {}), **own}
            elif kind == "Node":
                nodes[metadata["name"]] = metadata.get("labels") or {}
            elif kind == "Pod" or kind in MADE_FROM:
                pods[f"{metadata['namespace']}/{metadata['name']}"] = _pod(one)
            else:
                policies.append(one)
        return cls(pods, namespaces, nodes, tuple(policies), world or World())

    def pod(self, end: str) -> Pod | None:
        """The pod that selectors see at an end: none at an address, and none where it is on its host's network."""
        found = self.pods.get(end)
        return None if found is None or found.host else found

    def address(self, end: str) -> str:
        """The address of an end; empty where the world gives it none."""
        if end not in self.pods and not end.startswith("node:"):
            return end
        told = self.pods[end].address if end in self.pods else ""
        return told or self.world.addresses.get(end, "")

    def node(self, end: str) -> str:
        """The node that an end is, or is on; empty where there is none or the world does not say."""
        return end.removeprefix("node:") if end.startswith("node:") else self.world.places.get(end, "")

    def on_own_node(self, packet: Packet) -> bool:
        """Whether the packet comes from the destination's node, or from a pod on the network of that.

        [C] "The two sorts of pod isolation": the connections "from the pod's node" are allowed.
        """
        sender = self.pods.get(packet.source)
        if packet.destination not in self.pods or not (packet.source.startswith("node:") or (sender and sender.host)):
            return False
        return bool(self.node(packet.source)) and self.node(packet.source) == self.node(packet.destination)


def _pod(one: Object) -> Pod:
    template = one if one["kind"] == "Pod" else one["spec"]["template"]
    spec = template["spec"]
    ports = tuple(
        (port.get("name", ""), port["containerPort"], port.get("protocol") or "TCP")
        for container in spec["containers"]
        for port in container.get("ports") or ()
    )
    labels = (template.get("metadata") or {}).get("labels") or {}
    told = ((one.get("status") or {}).get("podIPs") or [{"ip": ""}])[0]["ip"] if one["kind"] == "Pod" else ""
    return Pod(one["metadata"]["namespace"], labels, ports, bool(spec.get("hostNetwork")), one["kind"] == "Pod", told)


def allowed(cluster: Cluster, packet: Packet) -> bool:
    """Whether NetworkPolicies let the packet through.

    [C] "The two sorts of pod isolation": the egress policy on the source and the ingress policy on the destination both
    have to allow it. [C] the introduction: a pod cannot block access to itself.
    """
    if to_itself(cluster, packet) or cluster.on_own_node(packet):
        return True
    return all(decided(cluster, packet, way) is not False for way in ("Egress", "Ingress"))


def to_itself(cluster: Cluster, packet: Packet) -> bool:
    """Whether the packet stays where it was sent from."""
    if packet.source != packet.destination:
        return False
    pod = cluster.pods.get(packet.source)
    return pod is None or pod.alone or pod.host


def decided(cluster: Cluster, packet: Packet, way: str) -> bool | None:
    """What NetworkPolicies say in one direction, `Egress` or `Ingress`; None where none isolates the pod in it.

    [C] "The two sorts of pod isolation": a pod is isolated in a direction if a policy selects it and has the direction
    in its policyTypes; then what any such policy allows is allowed, and nothing else.
    """
    own, other = (packet.source, packet.destination) if way == "Egress" else (packet.destination, packet.source)
    pod = cluster.pod(own)
    if pod is None:
        return None
    isolated = False
    for policy in cluster.policies:
        if policy["kind"] != "NetworkPolicy" or policy["metadata"]["namespace"] != pod.namespace:
            continue
        spec = policy["spec"]
        if way not in policy_types(spec) or not matches(spec.get("podSelector") or {}, pod.labels):
            continue
        isolated = True
        rules = spec.get("egress" if way == "Egress" else "ingress") or ()
        peers = "to" if way == "Egress" else "from"
        if any(_rule(cluster, rule, rule.get(peers), pod.namespace, other, packet) for rule in rules):
            return True
    return False if isolated else None


def policy_types(spec: Object) -> list[str]:
    """[R] policyTypes: if it is not given, Ingress, and Egress where the policy has an egress rule."""
    return spec.get("policyTypes") or (["Ingress", "Egress"] if spec.get("egress") else ["Ingress"])


def _rule(cluster: Cluster, rule: Object, peers: list[Object] | None, home: str, other: str, packet: Packet) -> bool:
    """[R] ingress.from and ingress.ports, egress.to and egress.ports: missing or empty means all of them."""
    if rule.get("ports") and not any(_port(cluster, one, packet) for one in rule["ports"]):
        return False
    return not peers or any(_peer(cluster, one, home, other) for one in peers)


def _peer(cluster: Cluster, peer: Object, home: str, other: str) -> bool:
    """[R] NetworkPolicyPeer, [C] "Behavior of to and from selectors"."""
    if peer.get("ipBlock") is not None:
        block, address = peer["ipBlock"], "" if cluster.pod(other) else cluster.address(other)
        return inside(address, block["cidr"]) and not any(inside(address, one) for one in block.get("except") or ())
    pod = cluster.pod(other)
    if pod is None:
        return False
    if peer.get("namespaceSelector") is None:
        if pod.namespace != home:
            return False
    elif not matches(peer["namespaceSelector"], cluster.namespaces[pod.namespace]):
        return False
    return peer.get("podSelector") is None or matches(peer["podSelector"], pod.labels)


def _port(cluster: Cluster, one: Object, packet: Packet) -> bool:
    """[R] NetworkPolicyPort: protocol is TCP where it is missing; a missing port is all, a name is one of the pod's."""
    protocol, port, end = one.get("protocol") or "TCP", one.get("port"), one.get("endPort")
    if protocol != packet.protocol:
        return False
    if port is None:
        return True
    if isinstance(port, str):
        return named(cluster, packet, port)
    return port <= packet.port <= (port if end is None else end)


def named(cluster: Cluster, packet: Packet, name: str) -> bool:
    """Whether the packet goes to the port that its destination gives this name."""
    pod = cluster.pod(packet.destination)
    return pod is not None and (name, packet.port, packet.protocol) in pod.ports


def matches(selector: Object, labels: Mapping[str, str]) -> bool:
    """[L] All of matchLabels and matchExpressions must be satisfied; an empty selector matches everything."""
    return all(_satisfied(*one, labels) for one in requirements(selector))


def requirements(selector: Object) -> Iterator[tuple[str, str, list[str]]]:
    """Key, operator and values of everything that a selector asks for."""
    for key, value in (selector.get("matchLabels") or {}).items():
        yield key, "In", [value]
    for one in selector.get("matchExpressions") or ():
        yield one["key"], one["operator"], one.get("values") or []


def _satisfied(key: str, operator: str, values: list[str], labels: Mapping[str, str]) -> bool:
    """[L] NotIn also matches where there is no label with the key."""
    if operator == "In":
        return key in labels and labels[key] in values
    if operator == "NotIn":
        return key not in labels or labels[key] not in values
    return (key in labels) == {"Exists": True, "DoesNotExist": False}[operator]


def inside(address: str, cidr: str) -> bool:
    """Whether an address is in a block. None is in no block, and no IPv4 address is in a block of IPv6."""
    return address != "" and _address(address) in _network(cidr)


@cache
def _address(text: str) -> IPv4Address | IPv6Address:
    return ip_address(text)


@cache
def _network(cidr: str) -> IPv4Network | IPv6Network:
    """The bits behind the prefix say nothing: 10.1.2.3/8 is 10.0.0.0/8."""
    return ip_network(cidr, strict=False)
