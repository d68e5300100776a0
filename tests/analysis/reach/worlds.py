"""What could be so of what an estate's manifests do not tell: where pods run, and which addresses they have.

The engine must be right in every one of these: what it calls allowed is allowed in all, what it calls denied in none.
"""

from collections.abc import Iterator
from random import Random

from tests.analysis.reach.brute_force import World
from tests.analysis.reach.random_estates import Estate, Manifest

ELSEWHERE = "203.0.113.9"
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
    four = [ELSEWHERE, *(address for address in one.outside if ":" not in address)]
    for number in range(most):
        known = {**listed, **{name: rng.choice(four) for name in UNLISTED}}
        places = {end: rng.choice(list(known)) if number else UNLISTED[0] for end in one.ends} | _told(one)
        addresses = {end: rng.choice(four) for end in one.ends}
        addresses |= {end: known[places[end]] for end in one.ends if _on_host(one, end)}
        yield World({**addresses, **{f"node:{name}": address for name, address in listed.items()}}, places)


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
