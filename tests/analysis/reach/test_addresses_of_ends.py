"""Which ends have an address in some blocks: found by places in a sorted list, and here by looking at each."""

import ipaddress
import random

import pytest

from hardstand.analysis.reach.blocks import EVERYWHERE, block
from hardstand.analysis.reach.peers import Node, Outside, Peers, Sort
from hardstand.analysis.reach.pods import Owner, Pod
from hardstand.analysis.reach.spans import spans

PRIVATE = [ipaddress.ip_network(one) for one in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10")]
BLOCKS = ("10.0.0.0/8", "10.1.0.0/16", "10.1.0.4/30", "192.168.0.0/16", "8.8.8.0/24", "1.0.0.0/8", "2001:db8::/32")


def pod(name: str, addresses: tuple[str, ...], *, host: bool = False) -> Pod:
    owner = Owner("shop", name, "Pod")
    return Pod("shop", name, {"app": name}, frozenset(), frozenset(), host, "default", owner, addresses)


def drawn(chance: random.Random) -> Peers:
    several = [str(ipaddress.ip_address(0x0A010000 + chance.randrange(12))) for _ in range(8)] + ["8.8.8.8"]
    pods = [pod(f"p{at}", tuple(chance.sample(several, chance.choice((0, 1, 1, 2))))) for at in range(12)]
    pods.append(pod("agent", (), host=True))
    nodes = {"one": Node({}, ("10.0.0.1", "2001:db8::1")), "two": Node({})}
    return Peers(pods, {}, nodes=nodes, outside=[Outside(Sort.NAME, "example.com")])


@pytest.mark.parametrize("seed", range(60))
def test_each_end_is_found_where_it_is(seed: int) -> None:
    chance = random.Random(seed)
    peers = drawn(chance)
    cidrs = chance.sample(BLOCKS, chance.randint(1, 3))
    networks = [ipaddress.ip_network(one) for one in cidrs]
    own = any(a.version == 6 or any(a.overlaps(b) for b in PRIVATE) for a in networks)
    surely, maybe = peers.with_address(spans(map(block, cidrs)), peers.all)
    for peer in peers:
        texts = {text for one in peer.pods for text in (*one.addresses, *one.node_addresses)}
        if peer.name == "node one":
            texts |= set(peers.nodes["one"].addresses)
        inside = [any(ipaddress.ip_address(text) in one for one in networks) for text in texts]
        if peer.sort is Sort.NAME:
            expected = (False, True)
        elif peer.sort not in (Sort.POD, Sort.HOST):
            expected = (False, False)
        elif not inside:
            expected = (False, own)
        else:
            expected = (all(inside), any(inside) and not all(inside))
        assert (bool(surely & peer.bit), bool(maybe & peer.bit)) == expected, (peer, texts, cidrs)


def test_all_addresses_are_everybodys() -> None:
    peers = drawn(random.Random(1))
    assert peers.with_address(EVERYWHERE, peers.all) == (peers.all, 0)
    assert peers.with_address((), peers.all) == (0, 0)


def test_all_of_ipv4_is_not_all_where_somebody_speaks_ipv6() -> None:
    four = (block("0.0.0.0/0"),)
    pods = [pod("old", ("10.0.0.1",)), pod("both", ("10.0.0.2", "2001:db8::2")), pod("new", ("2001:db8::3",))]
    peers = Peers([*pods, pod("later", ())], {})
    sure, maybe = peers.with_address(four, peers.pods)
    names = {peer.bit: peer.pods[0].name for peer in peers if peer.sort is Sort.POD}
    assert {name for bit, name in names.items() if bit & sure} == {"old"}
    assert {name for bit, name in names.items() if bit & maybe} == {"both", "later"}
    peers = Peers([pods[0], pod("later", ())], {})
    assert peers.with_address(four, peers.pods) == (peers.pods, 0)


def test_pods_are_told_apart_by_the_blocks_that_are_asked() -> None:
    alike = [pod("web", (f"10.0.{at // 256}.{at % 256}",)) for at in range(600)]
    asked = [(block("10.0.1.0/24"),)]
    assert len([one for one in Peers(alike, {}, asked) if one.sort is Sort.POD]) == 3
    assert len([one for one in Peers(alike, {}, asked, asked=[]) if one.sort is Sort.POD]) == 1
