"""What could be so of what an estate's manifests do not tell: where pods run, and which addresses they have.

The engine must be right in every one of these: what it calls allowed is allowed in all, what it calls denied in none.
"""

from collections.abc import Iterator
from ipaddress import ip_address, ip_network
from random import Random

from tests.analysis.reach.brute_force import World
from tests.analysis.reach.random_estates import Estate, Manifest

PRIVATE = tuple(map(ip_network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10")))
"""Where clusters of IPv4 live: the engine takes pods and nodes that have no address in the picture to be in these.

Source: RFC 1918, section 3, and RFC 6598, section 7.
"""
ELSEWHERE = ("10.255.255.255", "172.16.0.1")
UNLISTED = ("unlisted-0", "unlisted-1")
"""Nodes that are not among the manifests."""
TOLD = frozenset({"Namespace", "NetworkPolicy", "Pod", "Deployment", "StatefulSet"})
"""Kinds that leave nothing open but where something is on its host's network."""


def worlds(seed: int, one: Estate, most: int = 5) -> Iterator[World]:
    """Some worlds of an estate, all its pods on one node in the first; one where no manifest leaves anything open."""
    rng = Random(f"world-{seed}")
    if {value["kind"] for value in one.objects} <= TOLD and not any(_on_host(one, end) for end in one.ends):
        yield World()
        return
    listed = {
        value["metadata"]["name"]: value["status"]["addresses"][0]["address"]
        for value in one.objects
        if value["kind"] == "Node"
    }
    own = [*ELSEWHERE, *filter(_may_be_own, one.outside)]
    for number in range(most):
        known = {**listed, **{name: rng.choice(own) for name in UNLISTED}}
        places = {end: rng.choice(list(known)) if number else UNLISTED[0] for end in one.ends} | _told(one)
        addresses = {end: rng.choice(own) for end in one.ends}
        addresses |= {end: known[places[end]] for end in one.ends if _on_host(one, end)}
        yield World({**addresses, **{f"node:{name}": address for name, address in listed.items()}}, places)


def _may_be_own(text: str) -> bool:
    """Whether a pod or node may have this address. None has one of IPv6: for the engine 0.0.0.0/0 holds all of them."""
    return any(ip_address(text) in block for block in PRIVATE)


def _spec(value: Manifest) -> Manifest:
    spec = value.get("spec") or {}
    return spec.get("template", {}).get("spec", spec)


def _key(value: Manifest) -> str:
    return f"{value['metadata'].get('namespace')}/{value['metadata']['name']}"


def _told(one: Estate) -> dict[str, str]:
    """The nodes that pods themselves name."""
    return {_key(value): _spec(value)["nodeName"] for value in one.objects if _spec(value).get("nodeName")}


def _on_host(one: Estate, end: str) -> bool:
    return any(_key(value) == end and _spec(value).get("hostNetwork") for value in one.objects)
