"""Small estates in which administrators have policies too, made up at random: of v1alpha2, or the two of v1alpha1."""

from random import Random

from tests.analysis.reach.random_estates import (
    BLOCKS,
    KEYS,
    NAMES,
    NUMBERS,
    PROTOCOLS,
    SPACE_KEYS,
    Estate,
    Manifest,
    estate,
    outside,
    ports,
    selector,
)

POLICY = "policy.networking.k8s.io"


def admin_estate(seed: int, *, plain: bool = False) -> Estate:
    """An estate of `random_estates` with 1 to 4 policies of administrators, and perhaps nodes.

    A `plain` one has policies of v1alpha1 alone, no nodes and no named ports in these, and of the other kinds pods
    alone, all with addresses, and policies without blocks.
    """
    rng = Random(f"admin-{seed}")
    base = estate(seed, workloads=not plain, families=() if plain else (4, 6))
    former = plain or rng.random() < 0.4
    nodes = [] if plain or rng.random() < 0.5 else [_node(number) for number in range(rng.randint(1, 2))]
    priorities = rng.sample(range(1001), 4)
    made = [_policy(rng, number, priorities[number], former, plain) for number in range(rng.randint(1, 4))]
    baselines = [number for number, one in enumerate(made) if one["kind"] == "BaselineAdminNetworkPolicy"]
    made = [one for number, one in enumerate(made) if number not in baselines[1:]]
    for value in base.objects:
        if nodes and value["kind"] == "Pod" and rng.random() < 0.4:
            value["spec"]["nodeName"] = rng.choice(nodes)["metadata"]["name"]
    objects = [*base.objects, *nodes, *made]
    taken = _addressed(rng, base.objects) if plain else set()
    return Estate(objects, [one for one in outside(rng, objects) if one not in taken], ports(rng, objects))


def _addressed(rng: Random, objects: list[Manifest]) -> set[str]:
    """Give pods addresses, inside and outside of the blocks that policies name, and return these."""
    free = [f"{block}{number}" for block in ("10.0.0.", "10.1.2.", "192.168.1.", "198.18.0.") for number in range(1, 7)]
    taken = set()
    for value in objects:
        if value["kind"] == "Pod":
            taken.add(address := free.pop(rng.randrange(len(free))))
            value["status"] = {"phase": "Running", "podIPs": [{"ip": address}]}
    return taken


def _node(number: int) -> Manifest:
    labels = {"zone": ("a", "b")[number]}
    status = {"addresses": [{"type": "InternalIP", "address": f"198.51.100.{number + 1}"}]}
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": f"node-{number}", "labels": labels},
        "status": status,
    }


def _policy(rng: Random, number: int, priority: int, former: bool, plain: bool) -> Manifest:
    baseline = rng.random() < 0.4
    spec: Manifest = {"subject": _subject(rng)}
    if not former:
        spec |= {"tier": "Baseline" if baseline else "Admin", "priority": priority}
    elif not baseline:
        spec["priority"] = priority
    actions = ["Allow" if former else "Accept", "Deny", *(["Pass"] if not (former and baseline) else [])]
    for way in ("ingress", "egress"):
        if rng.random() < 0.75:
            spec[way] = [_rule(rng, way, rng.choice(actions), former, plain) for _ in range(rng.randint(0, 3))]
    kind = "ClusterNetworkPolicy"
    if former:
        kind = "BaselineAdminNetworkPolicy" if baseline else "AdminNetworkPolicy"
    name = "default" if kind == "BaselineAdminNetworkPolicy" else f"admin-{number}"
    version = f"{POLICY}/{'v1alpha1' if former else 'v1alpha2'}"
    return {"apiVersion": version, "kind": kind, "metadata": {"name": name}, "spec": spec}


def _subject(rng: Random) -> Manifest:
    if rng.random() < 0.5:
        return {"namespaces": selector(rng, SPACE_KEYS)}
    return {"pods": {"namespaceSelector": selector(rng, SPACE_KEYS), "podSelector": selector(rng, KEYS)}}


def _rule(rng: Random, way: str, action: str, former: bool, plain: bool) -> Manifest:
    peers = [_peer(rng, way, plain) for _ in range(rng.randint(1, 2))]
    rule: Manifest = {"action": action, "from" if way == "ingress" else "to": peers}
    if rng.random() < 0.6:
        # The API has no named ports beside nodes and networks.
        unnamed = plain or any("nodes" in one or "networks" in one for one in peers)
        listed = [_port(rng, former, unnamed) for _ in range(rng.randint(1, 2))]
        rule["ports" if former else "protocols"] = listed
    return rule


def _peer(rng: Random, way: str, plain: bool) -> Manifest:
    kind = rng.random()
    if way == "egress" and kind < 0.3:
        return {"networks": rng.sample(BLOCKS[4 if plain else rng.choice((4, 6))], rng.randint(1, 2))}
    if way == "egress" and kind < 0.4 and not plain:
        return {"nodes": selector(rng, {"zone": ("a", "b")})}
    return _subject(rng)


def _port(rng: Random, former: bool, unnamed: bool) -> Manifest:
    kind = rng.choice(("number", "range") if unnamed else ("number", "range", "name"))
    protocol = rng.choice(PROTOCOLS)
    if kind == "name":
        return {"namedPort" if former else "destinationNamedPort": rng.choice(NAMES)}
    start, end = sorted(rng.sample(NUMBERS, 2))
    if former:
        own = {} if protocol == "TCP" and rng.random() < 0.5 else {"protocol": protocol}
        if kind == "number":
            return {"portNumber": {**own, "port": start}}
        return {"portRange": {**own, "start": start, "end": end}}
    span = {"number": start} if kind == "number" else {"range": {"start": start, "end": end}}
    return {protocol.lower(): {"destinationPort": span}}
