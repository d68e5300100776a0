"""Sets of numbers, connections and addresses, held against sets that are written out."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardstand.analysis.reach.blocks import V4, V6, address, block, block_text, blocks, cidrs, cut, range_text, written
from hardstand.analysis.reach.connections import (
    ALL,
    ALL_TRANSPORT,
    NONE,
    Connections,
    number_of,
    parse,
    place_of,
    port,
    ports,
    transport_text,
)
from hardstand.analysis.reach.spans import Spans, difference, holds, intersection, pieces, spans, union

PARTS = st.lists(st.tuples(st.integers(0, 40), st.integers(-3, 12)).map(lambda one: (one[0], one[0] + one[1])))


def members(of: Spans) -> set[int]:
    return {number for first, last in of for number in range(first, last + 1)}


@given(PARTS, PARTS)
def test_spans_are_sets(one: list[tuple[int, int]], other: list[tuple[int, int]]) -> None:
    here, there = spans(one), spans(other)
    assert members(here) == {number for first, last in one for number in range(first, last + 1)}
    assert members(union(here, there)) == members(here) | members(there)
    assert members(intersection(here, there)) == members(here) & members(there)
    assert members(difference(here, there)) == members(here) - members(there)
    assert (here == there) is (members(here) == members(there))
    assert all(holds(here, number) is (number in members(here)) for number in range(60))
    for made in (here, union(here, there), intersection(here, there), difference(here, there)):
        assert made == spans(made)


@given(st.lists(PARTS.map(spans), max_size=4))
def test_pieces_tell_sets_apart_and_no_more(sets: list[Spans]) -> None:
    made = pieces((0, 60), sets)
    assert [number for first, last in made for number in range(first, last + 1)] == list(range(61))
    for piece in made:
        for one in sets:
            assert len({holds(one, number) for number in range(piece[0], piece[1] + 1)}) == 1


PORTS = st.builds(
    lambda protocol, first, width: ports(protocol, first, min(65535, first + width)),
    st.sampled_from(["TCP", "UDP", "SCTP"]),
    st.integers(1, 65535),
    st.integers(0, 300),
)


@given(st.lists(PORTS, max_size=5))
def test_connections_are_read_as_they_are_written(parts: list[Connections]) -> None:
    made = NONE
    for one in parts:
        made |= one
    if made:
        assert parse(str(made)) == made
    assert (made - ALL) == NONE
    assert made <= ALL_TRANSPORT <= ALL
    assert (made & ALL) == made


def test_how_connections_are_written() -> None:
    made = port("TCP", 80) | ports("TCP", 8080, 8090) | port("UDP", 53)
    assert str(made) == "TCP 80,8080-8090,UDP 53"
    assert str(ALL) == "All Connections"
    assert str(NONE) == "No Connections"
    assert str(ports("SCTP") | port("TCP", 1)) == "SCTP 1-65535,TCP 1"
    assert str(ports("ICMP") | ports("47")) == "ICMP,protocol 47"
    assert str(ports("ICMP", 8, 8)) == "ICMP 8"
    assert str(ports("6", 80, 80)) == "TCP 80"
    assert str(ALL_TRANSPORT) == "SCTP 1-65535,TCP 1-65535,UDP 1-65535"
    assert transport_text(ALL_TRANSPORT) == transport_text(ALL) == "All Connections"
    assert transport_text(ports("ICMP") | port("UDP", 53)) == "UDP 53"
    assert place_of(number_of("UDP", 53)) == ("UDP", 53)


def test_one_port_is_not_all_ports() -> None:
    assert str(port("TCP", 1)) == "TCP 1"
    assert str(ports("TCP", 1, 1)) == "TCP 1"
    assert str(ports("TCP")) == "TCP 1-65535"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "a port is missing"),
        ("TCP 80,", "a port is missing"),
        ("6 80", "is no protocol with a port"),
        ("TCP 80 81", "is no protocol with a port"),
        ("TCP 0", "they go from 1 to 65535"),
        ("TCP 70000", "they go from 1 to 65535"),
        ("TCP 90-80", "they go from 1 to 65535"),
        ("TCP http", "no port and no range"),
        ("HTTP 80", "is no protocol"),
        ("80/HTTP", "is no protocol"),
    ],
)
def test_what_are_no_connections(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        parse(text)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("80", "TCP 80"),
        ("80,8080-8090", "TCP 80,8080-8090"),
        ("TCP/80", "TCP 80"),
        ("53/UDP", "UDP 53"),
        ("53/udp,80", "TCP 80,UDP 53"),
        ("UDP 53,54,80/TCP,55", "TCP 80,UDP 53-55"),
        ("udp", "UDP 1-65535"),
        ("8080-8090/SCTP", "SCTP 8080-8090"),
    ],
)
def test_people_write_ports_in_several_ways(text: str, meant: str) -> None:
    assert str(parse(text)) == meant


@given(st.ip_addresses())
def test_an_address_has_its_place(one: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
    at = address(str(one))
    mapped = one.ipv4_mapped if isinstance(one, ipaddress.IPv6Address) else None
    assert written(at) == str(mapped or one)
    family = V4 if one.version == 4 or mapped else V6
    assert family[0] <= at <= family[1]


@given(st.ip_addresses(v=4), st.integers(0, 32))
def test_a_block_is_its_network(one: ipaddress.IPv4Address, length: int) -> None:
    network = ipaddress.ip_network(f"{one}/{length}", strict=False)
    made = block(f"{one}/{length}")
    assert list(cidrs(made)) == [str(network)]
    assert block_text(made) == str(network)
    assert range_text(made) == f"{network[0]}-{network[-1]}"


def test_blocks_with_what_they_leave_out() -> None:
    made = blocks("10.0.0.0/8", ["10.0.0.0/9", "10.255.255.255/32", "192.168.0.0/16"])
    assert [range_text(one) for one in made] == ["10.128.0.0-10.255.255.254"]
    assert blocks("10.0.0.0/9", ["10.0.0.0/8"]) == ()
    assert [range_text(one) for one in cut([made], six=False)] == [
        "0.0.0.0-10.127.255.255",
        "10.128.0.0-10.255.255.254",
        "10.255.255.255-255.255.255.255",
    ]
    assert list(cut([], six=True)) == [V4, V6]


@pytest.mark.parametrize("text", ["10.0.0.0/33", "10.0.0/8", "::/129", "web", ""])
def test_what_is_no_block(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        block(text)
