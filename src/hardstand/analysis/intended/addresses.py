"""Addresses that the flow table means."""

from collections.abc import Iterator

from hardstand.analysis.reach.blocks import EVERYWHERE, blocks
from hardstand.analysis.reach.spans import Spans, union
from hardstand.baseline.network import Outside
from hardstand.baseline.networking import Networking

PRIVATE_4 = (
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "224.0.0.0/3",
)
"""What is not of the internet: private and shared networks, the machine, the link (and with it the metadata of clouds),
benchmarks, groups and what is reserved.

Source: https://www.iana.org/assignments/iana-ipv4-special-registry/; RFC 5771 and RFC 1112, section 4, for 224.0.0.0/3.
"""

PUBLIC: tuple[tuple[str, tuple[str, ...]], ...] = (("0.0.0.0/0", PRIVATE_4), ("2000::/3", ()))
"""The internet, as CIDRs with what is left out of each.

Source: https://www.iana.org/assignments/ipv6-address-space/: all unicast of the internet is in 2000::/3.
"""
ANYBODY: tuple[tuple[str, tuple[str, ...]], ...] = (("0.0.0.0/0", ()), ("::/0", ()))
"""Every address outside of the cluster."""


def spans_of(parts: tuple[tuple[str, tuple[str, ...]], ...]) -> Spans:
    """The addresses of CIDRs, each without what is left out of it."""
    found: Spans = ()
    for cidr, excepts in parts:
        found = union(found, blocks(cidr, excepts))
    return found


def parts_of(one: Outside) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The CIDRs of something outside, each with what is left out of it."""
    return tuple((cidr, tuple(each for each in one.excepts if _within(each, cidr))) for cidr in one.cidrs)


def _within(part: str, whole: str) -> bool:
    (first, last), (low, high) = blocks(part)[0], blocks(whole)[0]
    return low <= first and last <= high


def spans_named(network: Networking) -> Iterator[Spans]:
    """The addresses that a table tells apart."""
    yield spans_of(PUBLIC)
    yield EVERYWHERE
    for one in network.outside.values():
        yield from (blocks(cidr) for cidr in (*one.cidrs, *one.excepts))


def names_named(network: Networking) -> Iterator[str]:
    """The host names that a table tells apart."""
    for one in network.outside.values():
        yield from one.names
