"""What policies of the cluster's administrators allow, one packet at a time, from what the API's documentation says.

ClusterNetworkPolicy v1alpha2 and its predecessors, AdminNetworkPolicy and BaselineAdminNetworkPolicy v1alpha1. Sources:

- [A] https://network-policy-api.sigs.k8s.io/reference/spec/ (v1alpha1), by field
- [N] apis/v1alpha2/clusternetworkpolicy_types.go of https://github.com/kubernetes-sigs/network-policy-api, by field

Addresses and nodes are as in brute_force.py, but that `networks` are about pods too, as [N] Networks says. A
NetworkPolicy decides for a pod in the directions in which it isolates it: [N] Tier says that it always decides for
selected pods, but one of ingress alone says nothing of egress.
"""

from collections.abc import Iterator

from tests.analysis.reach.brute_force import Cluster, Object, Packet, Pod, decided, inside, matches, named, to_itself

CLUSTER = "ClusterNetworkPolicy"


def allowed_with_admin(cluster: Cluster, packet: Packet) -> bool:
    """Whether all policies together let the packet through: those of the source, and those of the destination.

    [N] Accept, at egress: "any ingress rules at the destination do apply".
    """
    if to_itself(cluster, packet) or cluster.on_own_node(packet):
        return True
    return all(_way(cluster, packet, way) for way in ("Egress", "Ingress"))


def _way(cluster: Cluster, packet: Packet, way: str) -> bool:
    """[N] Tier: Admin, then NetworkPolicy, then Baseline; what none of them decides is allowed."""
    action = _tier(cluster, packet, way, "Admin")
    if action in {"Accept", "Allow", "Deny"}:
        return action != "Deny"
    verdict = decided(cluster, packet, way)
    return _tier(cluster, packet, way, "Baseline") != "Deny" if verdict is None else verdict


def _tier(cluster: Cluster, packet: Packet, way: str, tier: str) -> str | None:
    """The action of the first rule that matches, by [N] Priority and then by the order in which rules are written."""
    own, other = (packet.source, packet.destination) if way == "Egress" else (packet.destination, packet.source)
    pod = cluster.pod(own)
    if pod is None:
        return None
    for policy in sorted(_policies(cluster, tier), key=_priority):
        if not _pods(cluster, policy["spec"]["subject"], pod):
            continue
        for rule in policy["spec"].get(way.lower()) or ():
            peers = rule["to" if way == "Egress" else "from"]
            if _ports(cluster, rule, packet) and any(_peer(cluster, one, other) for one in peers):
                return str(rule["action"])
    return None


def _priority(policy: Object) -> int:
    """[A] there is one BaselineAdminNetworkPolicy, which has none."""
    return int(policy["spec"].get("priority", 0))


def _policies(cluster: Cluster, tier: str) -> Iterator[Object]:
    former = {"Admin": "AdminNetworkPolicy", "Baseline": "BaselineAdminNetworkPolicy"}[tier]
    for one in cluster.policies:
        if one["kind"] == former or (one["kind"] == CLUSTER and one["spec"]["tier"] == tier):
            yield one


def _pods(cluster: Cluster, selecting: Object, pod: Pod) -> bool:
    """[N] Subject, and the peers Namespaces and Pods: all pods of some namespaces, or some pods of these."""
    if selecting.get("namespaces") is not None:
        return matches(selecting["namespaces"], cluster.namespaces[pod.namespace])
    if selecting.get("pods") is not None:
        both = selecting["pods"]
        return matches(both.get("namespaceSelector") or {}, cluster.namespaces[pod.namespace]) and matches(
            both["podSelector"], pod.labels
        )
    return False


def _peer(cluster: Cluster, peer: Object, other: str) -> bool:
    """[N] ClusterNetworkPolicyEgressPeer. A pod on its host's network is in none of the first two."""
    if peer.get("nodes") is not None:
        node = "" if cluster.pod(other) else cluster.node(other)
        return node in cluster.nodes and matches(peer["nodes"], cluster.nodes[node])
    if peer.get("networks") is not None:
        return any(inside(cluster.address(other), cidr) for cidr in peer["networks"])
    pod = cluster.pod(other)
    return pod is not None and _pods(cluster, peer, pod)


def _ports(cluster: Cluster, rule: Object, packet: Packet) -> bool:
    """[A] Ports, [N] Protocols: where they are not set, everything."""
    if rule.get("ports") is not None:
        return any(_former(cluster, one, packet) for one in rule["ports"])
    if rule.get("protocols") is not None:
        return any(_protocol(cluster, one, packet) for one in rule["protocols"])
    return True


def _former(cluster: Cluster, one: Object, packet: Packet) -> bool:
    """[A] AdminNetworkPolicyPort. The protocol of a named port is what the pod says of it."""
    if one.get("portNumber") is not None:
        number = one["portNumber"]
        return (number.get("protocol") or "TCP", number["port"]) == (packet.protocol, packet.port)
    if one.get("portRange") is not None:
        span = one["portRange"]
        return (span.get("protocol") or "TCP") == packet.protocol and span["start"] <= packet.port <= span["end"]
    return named(cluster, packet, one["namedPort"])


def _protocol(cluster: Cluster, one: Object, packet: Packet) -> bool:
    """[N] ClusterNetworkPolicyProtocol: one of tcp, udp, sctp and destinationNamedPort."""
    if one.get("destinationNamedPort"):
        return named(cluster, packet, one["destinationNamedPort"])
    if packet.protocol.lower() not in one:
        return False
    port = one[packet.protocol.lower()].get("destinationPort")
    if port is None:
        return True
    if port.get("range") is not None:
        return bool(port["range"]["start"] <= packet.port <= port["range"]["end"])
    return bool(port["number"] == packet.port)
