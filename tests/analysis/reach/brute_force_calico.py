"""What Calico's policies and Kubernetes' own allow together, one packet at a time, as Calico's documentation says.

Sources, under https://docs.tigera.io/calico/latest/reference/resources/:

- [N] networkpolicy, by section; [G] globalnetworkpolicy; [S] globalnetworkset and networkset
- [T] tier, and https://docs.tigera.io/calico/latest/network-policy/policy-tiers/tiered-policy

Nothing is shared with the engine: selectors come with what they mean beside them. There are no requests of HTTP, no
interfaces of nodes, and no source ports here.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from math import inf

from tests.analysis.reach.brute_force import Cluster, Object, Packet, decided, inside, named, to_itself

Labels = Mapping[str, str]
NAMESPACE = "projectcalico.org/namespace"
SELECTORS: Mapping[str, Callable[[Labels], bool]] = {
    "all()": lambda _: True,
    "app == 'web'": lambda has: has.get("app") == "web",
    "app != 'web'": lambda has: has.get("app") != "web",
    "has(tier) || app in {'db'}": lambda has: "tier" in has or has.get("app") == "db",
    "!has(tier) && app not in {'db', 'api'}": lambda has: "tier" not in has and has.get("app") not in ("db", "api"),
    "tier starts with 'fr'": lambda has: has.get("tier", "").startswith("fr"),
    "kind == 'set'": lambda has: has.get("kind") == "set",
    "projectcalico.org/namespace == 'ns-0'": lambda has: has.get(NAMESPACE) == "ns-0",
    "pcns.team == 'red' || kind ends with 'et'": lambda has: (
        has.get("pcns.team") == "red" or has.get("kind", "").endswith("et")
    ),
}
"""What a selector means, by the labels that something has."""
SPACES: Mapping[str, Callable[[Labels], bool]] = {
    "all()": lambda has: NAMESPACE in has,
    "global()": lambda has: NAMESPACE not in has,
    "team == 'red'": lambda has: has.get("pcns.team") == "red",
    "projectcalico.org/name != 'ns-1'": lambda has: has.get("pcns.projectcalico.org/name") != "ns-1",
}
"""The same of selectors of namespaces."""


def allowed_with_calico(cluster: Cluster, packet: Packet) -> bool:
    """Whether the policies of the source and those of the destination let the packet through."""
    if to_itself(cluster, packet) or cluster.on_own_node(packet):
        return True
    return all(_way(cluster, packet, way) for way in ("egress", "ingress"))


def _way(cluster: Cluster, packet: Packet, way: str) -> bool:
    """[T] "How policy is evaluated": tier after tier; at last the profile of a namespace allows."""
    own = packet.source if way == "egress" else packet.destination
    if cluster.pod(own) is None:
        return True
    for _, tier, default in sorted(_tiers(cluster)):
        action = _tier(cluster, packet, way, own, tier)
        if action == "none":
            continue
        if action == "end":
            action = default
        if action != "Pass":
            return action == "Allow"
    return True


def _tiers(cluster: Cluster) -> Iterator[tuple[float, str, str]]:
    yield 1_000_000, "default", "Deny"
    for one in cluster.policies:
        if one["kind"] == "Tier":
            yield one["spec"]["order"], one["metadata"]["name"], one["spec"].get("defaultAction") or "Deny"


def _tier(cluster: Cluster, packet: Packet, way: str, own: str, tier: str) -> str:
    """The action of the first rule about a packet; `end` where no rule is, `none` where no policy is about the pod."""
    about = False
    for _, _, policy in sorted(_policies(cluster, tier), key=lambda one: one[:2]):
        if policy["apiVersion"].startswith("networking"):
            verdict = decided(replace(cluster, policies=(policy,)), packet, way.capitalize())
            if verdict:
                return "Allow"
            about = about or verdict is not None
            continue
        spec, home = policy["spec"], policy["metadata"].get("namespace")
        if not _is_about(spec, way) or not _selects(cluster, spec, home, own):
            continue
        about = True
        for rule in spec.get(way) or ():
            if rule["action"] != "Log" and _rule(cluster, rule, home, packet):
                return str(rule["action"])
    return "end" if about else "none"


def _policies(cluster: Cluster, tier: str) -> Iterator[tuple[float, str, Object]]:
    """[N] "Spec": by `order`, those without one last, and by name; [T] those of Kubernetes have the order 1000."""
    for one in cluster.policies:
        name = one["metadata"]["name"]
        if one["apiVersion"].startswith("networking"):
            if tier == "default":
                yield 1000, f"knp.default.{name}", one
        elif one["kind"] in ("NetworkPolicy", "GlobalNetworkPolicy") and one["spec"].get("tier", "default") == tier:
            yield one["spec"].get("order", inf), name, one


def _is_about(spec: Object, way: str) -> bool:
    """[N] the table of what `types` is where it has no value."""
    if spec.get("types"):
        return way.capitalize() in spec["types"]
    return bool(spec.get("egress")) if way == "egress" else bool(spec.get("ingress")) or not spec.get("egress")


def _selects(cluster: Cluster, spec: Object, home: str | None, end: str) -> bool:
    has = _labels(cluster, end)
    if home is not None and has[NAMESPACE] != home:
        return False
    return SELECTORS[spec.get("selector", "all()")](has) and SPACES[spec.get("namespaceSelector", "all()")](has)


def _labels(cluster: Cluster, end: str) -> Labels:
    """The labels of a pod and those that it has from Calico."""
    pod = cluster.pods[end]
    return {**pod.labels, **_of_space(cluster, pod.namespace)}


def _of_space(cluster: Cluster, name: str) -> Labels:
    own = {NAMESPACE: name, "pcns.projectcalico.org/name": name}
    return {**{f"pcns.{key}": value for key, value in cluster.namespaces[name].items()}, **own}


def _rule(cluster: Cluster, rule: Object, home: str | None, packet: Packet) -> bool:
    """[N] "Rule": all that is given has to match."""
    if rule.get("protocol", packet.protocol) != packet.protocol or rule.get("notProtocol") == packet.protocol:
        return False
    source, destination = rule.get("source") or {}, rule.get("destination") or {}
    if not _entity(cluster, source, home, packet.source) or not _entity(cluster, destination, home, packet.destination):
        return False
    if destination.get("ports") and not any(_port(cluster, one, packet) for one in destination["ports"]):
        return False
    return not any(_port(cluster, one, packet) for one in destination.get("notPorts") or ())


def _entity(cluster: Cluster, side: Object, home: str | None, end: str) -> bool:
    """[N] "EntityRule": selectors look at the policy's namespace, unless `namespaceSelector` names others."""
    address = cluster.address(end)
    if side.get("nets") and not any(inside(address, one) for one in side["nets"]):
        return False
    if any(inside(address, one) for one in side.get("notNets") or ()):
        return False
    if "selector" in side or "namespaceSelector" in side:

        def wanted(has: Labels) -> bool:
            if "namespaceSelector" in side:
                if not SPACES[side["namespaceSelector"]](has):
                    return False
            elif home is not None and has.get(NAMESPACE) != home:
                return False
            return SELECTORS[side.get("selector", "all()")](has)

        if not _among(cluster, end, wanted):
            return False
    return "notSelector" not in side or not _among(cluster, end, SELECTORS[side["notSelector"]])


def _among(cluster: Cluster, end: str, wanted: Callable[[Labels], bool]) -> bool:
    """Whether an end is a pod that is wanted, or has an address of a set that is ([S])."""
    if cluster.pod(end) is not None and wanted(_labels(cluster, end)):
        return True
    for one in cluster.policies:
        if one["kind"] in ("NetworkSet", "GlobalNetworkSet"):
            home = one["metadata"].get("namespace")
            has = {**(one["metadata"].get("labels") or {}), **(_of_space(cluster, home) if home else {})}
            if wanted(has) and any(inside(cluster.address(end), cidr) for cidr in one["spec"]["nets"]):
                return True
    return False


def _port(cluster: Cluster, one: int | str, packet: Packet) -> bool:
    """[N] "Ports"."""
    first, _, last = str(one).partition(":")
    if not first.isdecimal():
        return named(cluster, packet, first)
    return int(first) <= packet.port <= int(last or first)
