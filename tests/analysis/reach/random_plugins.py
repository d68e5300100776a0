"""Small estates in which network plugins have policies of their own beside Kubernetes', made up at random."""

from random import Random

from tests.analysis.reach.brute_force_calico import SELECTORS, SPACES
from tests.analysis.reach.random_admin import _node
from tests.analysis.reach.random_estates import (
    BLOCKS,
    KEYS,
    NAMES,
    PROTOCOLS,
    SPACE_KEYS,
    Estate,
    Manifest,
    estate,
    outside,
    ports,
    selector,
)

FOUR = BLOCKS[4]


def cilium_estate(seed: int) -> Estate:
    """An estate of `random_estates` with 1 to 4 policies of Cilium, a group of addresses, and perhaps nodes."""
    rng = Random(f"cilium-{seed}")
    made = [_cilium(rng, number) for number in range(rng.randint(1, 4))]
    group = {"apiVersion": "cilium.io/v2", "kind": "CiliumCIDRGroup", "metadata": {"name": "group"}}
    return _around(rng, seed, [*made, {**group, "spec": {"externalCIDRs": rng.sample(FOUR, 2)}}])


def calico_estate(seed: int) -> Estate:
    """An estate of `random_estates` with 1 to 5 policies of Calico, tiers, sets of addresses, and perhaps nodes."""
    rng = Random(f"calico-{seed}")
    tiers = [
        _calico("Tier", name, None, {"order": order, **({"defaultAction": action} if action else {})})
        for name, order, action in zip(
            ("early", "late"),
            rng.sample((5, 900_000, 2_000_000), 2),
            rng.choices(("Pass", "Deny", None), k=2),
            strict=True,
        )
    ]
    sets = [
        _calico("GlobalNetworkSet", "all", None, {"nets": rng.sample(FOUR, 1)}, {"kind": "set"}),
        _calico("NetworkSet", "one", "ns-0", {"nets": rng.sample(FOUR, 1)}, {"kind": rng.choice(("set", "other"))}),
    ]
    made = [_calico_policy(rng, number) for number in range(rng.randint(1, 5))]
    return _around(rng, seed, [*tiers, *sets, *made])


def _around(rng: Random, seed: int, made: list[Manifest]) -> Estate:
    base = estate(seed, families=(4,))
    nodes = [_node(number) for number in range(rng.randint(0, 2))]
    objects = [*base.objects, *nodes, *made]
    edges = [{"cidr": block} for block in FOUR]
    numbers = ports(rng, [*base.objects, {"port": 80}, {"port": 443}])
    return Estate(objects, outside(rng, [*base.objects, *edges]), numbers)


def _cilium(rng: Random, number: int) -> Manifest:
    everywhere = rng.random() < 0.3
    spec: Manifest = {"endpointSelector": _prefixed(rng, selector(rng, KEYS))}
    for section, chance in (("ingress", 0.6), ("egress", 0.6), ("ingressDeny", 0.25), ("egressDeny", 0.25)):
        if rng.random() < chance:
            side = "from" if section.startswith("ingress") else "to"
            denies = section.endswith("Deny")
            spec[section] = [_cilium_rule(rng, side, denies) for _ in range(rng.choice((0, 1, 1, 2)))]
    if rng.random() < 0.2:
        spec["enableDefaultDeny"] = {rng.choice(("ingress", "egress")): rng.random() < 0.5}
    metadata = {"name": f"cilium-{number}", **({} if everywhere else {"namespace": f"ns-{rng.randint(0, 1)}"})}
    kind = "CiliumClusterwideNetworkPolicy" if everywhere else "CiliumNetworkPolicy"
    body = {"spec": spec} if rng.random() < 0.8 else {"specs": [spec, {"endpointSelector": {}, "egress": []}]}
    return {"apiVersion": "cilium.io/v2", "kind": kind, "metadata": metadata, **body}


def _prefixed(rng: Random, made: Manifest) -> Manifest:
    """The selector with the source of labels before some keys."""
    labels = {rng.choice(("", "k8s:", "any:")) + key: value for key, value in made.get("matchLabels", {}).items()}
    more = [{**one, "key": rng.choice(("", "k8s:")) + one["key"]} for one in made.get("matchExpressions", ())]
    return {**({"matchLabels": labels} if labels else {}), **({"matchExpressions": more} if more else {})}


def _cilium_rule(rng: Random, side: str, denies: bool) -> Manifest:
    rule: Manifest = {}
    kind = rng.choice(("Endpoints", "Endpoints", "Endpoints", "Entities", "CIDR", "CIDRSet", "", "Requires", "none"))
    if kind == "Endpoints":
        rule[f"{side}Endpoints"] = [_endpoints(rng) for _ in range(rng.choice((0, 1, 1, 2)))]
    elif kind == "Entities":
        names = ("all", "world", "cluster", "host", "remote-node", "none")
        rule[f"{side}Entities"] = rng.sample(names, rng.randint(1, 2))
    elif kind == "CIDR":
        rule[f"{side}CIDR"] = rng.sample(FOUR, rng.randint(1, 2))
    elif kind == "CIDRSet":
        least = {"cidr": "10.0.0.0/8", "except": ["10.1.0.0/16"]}
        rule[f"{side}CIDRSet"] = [rng.choice((least, {"cidrGroupRef": "group"}))]
    elif kind == "Requires" and not denies:
        rule[f"{side}Requires"] = [_prefixed(rng, selector(rng, KEYS))]
        return rule
    if rng.random() < 0.6 and kind != "none":
        rule["toPorts"] = [{"ports": [_cilium_port(rng) for _ in range(rng.randint(1, 2))]}]
    return rule


def _endpoints(rng: Random) -> Manifest:
    made = _prefixed(rng, selector(rng, KEYS))
    if rng.random() < 0.3:
        space = rng.choice(
            (
                {"k8s:io.kubernetes.pod.namespace": f"ns-{rng.randint(0, 2)}"},
                {"io.cilium.k8s.namespace.labels.team": rng.choice(SPACE_KEYS["team"])},
            )
        )
        made["matchLabels"] = {**made.get("matchLabels", {}), **space}
    elif rng.random() < 0.2:
        made.setdefault("matchExpressions", []).append({"key": "io.kubernetes.pod.namespace", "operator": "Exists"})
    return made


def _cilium_port(rng: Random) -> Manifest:
    made: Manifest = {"port": rng.choice(("80", "443", "1", "0", *NAMES))}
    if rng.random() < 0.7:
        made["protocol"] = rng.choice((*PROTOCOLS, "ANY"))
    if made["port"] in ("80", "1") and rng.random() < 0.4:
        made["endPort"] = rng.choice((80, 443))
    return made


def _calico(kind: str, name: str, home: str | None, spec: Manifest, labels: Manifest | None = None) -> Manifest:
    metadata = {"name": name, **({"namespace": home} if home else {}), **({"labels": labels} if labels else {})}
    return {"apiVersion": "projectcalico.org/v3", "kind": kind, "metadata": metadata, "spec": spec}


def _calico_policy(rng: Random, number: int) -> Manifest:
    everywhere = rng.random() < 0.4
    spec: Manifest = {}
    if rng.random() < 0.9:
        spec["selector"] = rng.choice(list(SELECTORS))
    if everywhere and rng.random() < 0.3:
        spec["namespaceSelector"] = rng.choice([one for one in SPACES if one != "global()"])
    if rng.random() < 0.5:
        spec["tier"] = rng.choice(("early", "late"))
    if rng.random() < 0.6:
        spec["order"] = rng.choice((1, 1.5, 999, 1000, 1001))
    if rng.random() < 0.5:
        spec["types"] = rng.choice((["Ingress"], ["Egress"], ["Ingress", "Egress"]))
    for way in ("ingress", "egress"):
        if rng.random() < 0.7:
            spec[way] = [_calico_rule(rng, everywhere) for _ in range(rng.randint(0, 3))]
    name = f"{rng.choice('ajz')}-{number}"
    kind = "GlobalNetworkPolicy" if everywhere else "NetworkPolicy"
    return _calico(kind, name, None if everywhere else f"ns-{rng.randint(0, 1)}", spec)


def _calico_rule(rng: Random, everywhere: bool) -> Manifest:
    rule: Manifest = {"action": rng.choice(("Allow", "Allow", "Allow", "Deny", "Pass", "Log"))}
    for side in ("source", "destination"):
        if rng.random() < 0.6:
            rule[side] = _entity(rng, everywhere)
    if rng.random() < 0.5:
        rule["protocol"] = rng.choice(PROTOCOLS)
        if rng.random() < 0.6:
            written = rng.sample((80, 443, "1:80", "80:9000", *NAMES), rng.randint(1, 2))
            rule.setdefault("destination", {})[rng.choice(("ports", "ports", "notPorts"))] = written
    elif rng.random() < 0.2:
        rule["notProtocol"] = rng.choice(PROTOCOLS)
    return rule


def _entity(rng: Random, everywhere: bool) -> Manifest:
    side: Manifest = {}
    if rng.random() < 0.6:
        side["selector"] = rng.choice(list(SELECTORS))
    if rng.random() < 0.3:
        side["namespaceSelector"] = rng.choice(list(SPACES))
    if rng.random() < 0.2 and (everywhere or side):
        side["notSelector"] = rng.choice(list(SELECTORS))
    if rng.random() < 0.25:
        side["nets"] = rng.sample(FOUR, rng.randint(1, 2))
    if rng.random() < 0.15:
        side["notNets"] = rng.sample(FOUR[1:], 1)
    return side
