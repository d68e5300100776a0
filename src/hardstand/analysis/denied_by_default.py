"""Whether policies of all makes together deny by default in a namespace, asked of the engine.

A pod without labels stands for the next one that somebody makes there. It is denied by default where neither any pod of
another namespace nor an ordinary address outside, one that no policy names, is allowed everything.
"""

from collections.abc import Iterable, Mapping

from hardstand.analysis.reach.connections import ALL
from hardstand.analysis.reach.estate import Estate
from hardstand.analysis.reach.makes import Makes
from hardstand.analysis.reach.peers import Peer, Peers, Sort
from hardstand.analysis.reach.pods import Owner, Pod
from hardstand.analysis.reach.rule import Direction, Policies

_ELSEWHERE = "-elsewhere-"
"""No namespace has such a name."""
Denied = Mapping[tuple[str, Direction], bool | None]


def denied_by_default(makes: Makes, namespaces: Mapping[str, Mapping[str, str]]) -> Denied:
    """Whether each namespace, with its labels, is denied by default in each direction; None where nobody can tell."""
    pods = [_pod(name) for name in (*namespaces, _ELSEWHERE)]
    named = [one for direction in Direction for one in makes.spans_named(direction)]
    peers = Peers(pods, namespaces, named)
    policies = makes.policies(peers, [])
    there = {peer.namespace: peer for peer in peers.among(peers.pods)}
    others = (there[_ELSEWHERE], _ordinary(peers))
    found: dict[tuple[str, Direction], bool | None] = {}
    for direction in Direction:
        alone = Policies(policies.ingress) if direction is Direction.INGRESS else Policies((), policies.egress)
        estate = Estate(peers, alone)
        for name in namespaces:
            found[name, direction] = _denied(estate, there[name], others, direction)
    return found


def _denied(estate: Estate, pod: Peer, others: Iterable[Peer], direction: Direction) -> bool | None:
    pairs = [(other, pod) if direction is Direction.INGRESS else (pod, other) for other in others]
    if all(estate.possible(*pair) != ALL for pair in pairs):
        return True
    return False if any(estate.allowed(*pair) == ALL for pair in pairs) else None


def _ordinary(peers: Peers) -> Peer:
    """The largest block of addresses that no policy tells apart."""
    blocks = [peer for peer in peers.among(peers.of_sort(Sort.BLOCK)) if peer.span is not None]
    four = [peer for peer in blocks if peer.span is not None and peer.span[1] < 1 << 32]
    return max(four, key=lambda peer: peer.span[1] - peer.span[0] if peer.span else 0)


def _pod(namespace: str) -> Pod:
    nothing: frozenset[tuple[str, int]] = frozenset()
    owner = Owner(namespace, "next", "Pod")
    return Pod(namespace, "next", {}, frozenset(), nothing, host_network=False, service_account="default", owner=owner)
