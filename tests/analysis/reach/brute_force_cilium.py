"""What Cilium's policies allow beside Kubernetes' own, one packet at a time, from what Cilium's documentation says.

Sources:

- [L] https://docs.cilium.io/en/stable/security/policy/language/, by section
- [K] https://docs.cilium.io/en/stable/security/policy/kubernetes/, by section
- [D] https://docs.cilium.io/en/stable/security/policy/deny/
- [I] https://docs.cilium.io/en/stable/security/policy/intro/, by section
- [R] https://docs.cilium.io/en/v1.16/security/policy/language/#additional-label-requirements

Nothing is shared with the engine. There are no requests of HTTP, no names and no host firewall here.
"""

from collections.abc import Iterator, Mapping

from tests.analysis.reach.brute_force import (
    Cluster,
    Object,
    Packet,
    Pod,
    decided,
    inside,
    named,
    requirements,
    to_itself,
)

NAMESPACE = "io.kubernetes.pod.namespace"


def allowed_with_cilium(cluster: Cluster, packet: Packet) -> bool:
    """Whether the policies of the source and those of the destination let the packet through."""
    if to_itself(cluster, packet) or cluster.on_own_node(packet):
        return True
    return all(_way(cluster, packet, way) for way in ("egress", "ingress"))


def _way(cluster: Cluster, packet: Packet, way: str) -> bool:
    """[D] What is denied is denied; else what any policy of either make allows; else whoever none isolates may."""
    own, other = (packet.source, packet.destination) if way == "egress" else (packet.destination, packet.source)
    pod = cluster.pod(own)
    if pod is None:
        return True
    about = [one for one in _specs(cluster) if _selected(cluster, *one, pod)]
    if any(_rule(cluster, rule, home, way, own, other, packet, ()) for home, _, rule in _rules(about, way + "Deny")):
        return False
    verdict = decided(cluster, packet, way.capitalize())
    side = "from" if way == "ingress" else "to"
    required = tuple(
        (home, selector) for home, _, rule in _rules(about, way) for selector in rule.get(side + "Requires") or ()
    )
    if verdict or any(
        _rule(cluster, rule, home, way, own, other, packet, required) for home, _, rule in _rules(about, way)
    ):
        return True
    return verdict is None and not any(_isolates(spec, way) for _, spec in about)


def _specs(cluster: Cluster) -> Iterator[tuple[str | None, Object]]:
    """Every part of every policy, with the namespace that it is for."""
    for one in cluster.policies:
        if one["kind"].startswith("Cilium") and one["kind"] != "CiliumCIDRGroup":
            for spec in [one["spec"]] if "spec" in one else one["specs"]:
                yield one["metadata"].get("namespace"), spec


def _rules(about: list[tuple[str | None, Object]], section: str) -> Iterator[tuple[str | None, Object, Object]]:
    for home, spec in about:
        for rule in spec.get(section) or ():
            yield home, spec, rule


def _isolates(spec: Object, way: str) -> bool:
    """[I] "Rule basics": a direction with rules is denied by default unless `enableDefaultDeny` says otherwise."""
    said = (spec.get("enableDefaultDeny") or {}).get(way)
    return bool(spec.get(way) or spec.get(way + "Deny")) if said is None else bool(said)


def _selected(cluster: Cluster, home: str | None, spec: Object, pod: Pod) -> bool:
    """[K] A policy of a namespace is about pods of that namespace."""
    return home in (None, pod.namespace) and _matches(spec["endpointSelector"], _labels(cluster, pod))


def _labels(cluster: Cluster, pod: Pod) -> Mapping[str, str]:
    """[K] "Namespaces", "ServiceAccounts": what pods have besides their own labels."""
    space = cluster.namespaces[pod.namespace]
    return {
        **pod.labels,
        NAMESPACE: pod.namespace,
        **{f"io.cilium.k8s.namespace.labels.{key}": value for key, value in space.items()},
    }


def _matches(selector: Object, labels: Mapping[str, str]) -> bool:
    for key, operator, values in requirements(selector):
        there = labels.get(key.removeprefix("k8s:").removeprefix("any:"))
        if operator in ("In", "NotIn"):
            holds = (there in values) == (operator == "In")
        else:
            holds = (there is not None) == (operator == "Exists")
        if not holds:
            return False
    return True


Required = tuple[tuple[str | None, Object], ...]


def _rule(
    cluster: Cluster, rule: Object, home: str | None, way: str, own: str, other: str, packet: Packet, required: Required
) -> bool:
    """[L] A rule without anybody and without ports is about nothing, one with ports alone about everybody."""
    side = "from" if way == "ingress" else "to"
    lists = {
        key: value for key, value in rule.items() if key.startswith(side) and key not in ("toPorts", f"{side}Requires")
    }
    if not lists and not rule.get("toPorts"):
        return False
    if not all(
        _peers(cluster, key.removeprefix(side), value, home, own, other, required) for key, value in lists.items()
    ):
        return False
    return not rule.get("toPorts") or any(
        _port(cluster, port, packet) for one in rule["toPorts"] for port in one["ports"]
    )


def _peers(
    cluster: Cluster, key: str, value: list[Object], home: str | None, own: str, other: str, required: Required
) -> bool:
    """A list that is there and empty is nobody."""
    pod = cluster.pod(other)
    if key == "Endpoints":
        wanted = all(_endpoint(cluster, selector, there, pod) for there, selector in required)
        return wanted and any(_endpoint(cluster, one, home, pod) for one in value)
    if key == "Entities":
        return any(_entity(cluster, str(one), own, other) for one in value)
    # [L] "CIDR based": by default blocks are about neither pods nor nodes.
    if pod is not None or other in cluster.pods or other.startswith("node:"):
        return False
    if key == "CIDR":
        return any(inside(other, str(one)) for one in value)
    return any(
        inside(other, cidr) and not any(inside(other, but) for but in one.get("except") or ())
        for one in value
        for cidr in _blocks(cluster, one)
    )


def _blocks(cluster: Cluster, one: Object) -> list[str]:
    if "cidr" in one:
        return [one["cidr"]]
    groups = (each for each in cluster.policies if each["kind"] == "CiliumCIDRGroup")
    return [
        cidr
        for each in groups
        if each["metadata"]["name"] == one["cidrGroupRef"]
        for cidr in each["spec"]["externalCIDRs"]
    ]


def _endpoint(cluster: Cluster, selector: Object, home: str | None, pod: Pod | None) -> bool:
    """[K] A selector is about the policy's own namespace, unless it asks for another by name or by labels."""
    if pod is None or not _matches(selector, _labels(cluster, pod)):
        return False
    keys = [key.removeprefix("k8s:").removeprefix("any:") for key, _, _ in requirements(selector)]
    elsewhere = any(key == NAMESPACE or key.startswith("io.cilium.k8s.namespace.labels.") for key in keys)
    return home is None or elsewhere or pod.namespace == home


def _entity(cluster: Cluster, name: str, own: str, other: str) -> bool:
    """[L] "Entities based"."""
    is_host = other.startswith("node:") or (other in cluster.pods and cluster.pod(other) is None)
    is_pod = cluster.pod(other) is not None
    near = is_host and cluster.node(other) == cluster.node(own) != ""
    return {
        "all": True,
        "world": not is_host and not is_pod,
        "cluster": is_host or is_pod,
        "host": near,
        "remote-node": is_host and not near,
        "none": False,
    }[name]


def _port(cluster: Cluster, one: Object, packet: Packet) -> bool:
    """[L] "Layer 4 Examples": any protocol where none is said; a name is one of the destination's ports; 0 is all."""
    if (one.get("protocol") or "ANY") not in ("ANY", packet.protocol):
        return False
    if not one["port"].isdecimal():
        return named(cluster, packet, one["port"])
    first = int(one["port"])
    return first == 0 or first <= packet.port <= max(first, one.get("endPort") or 0)
