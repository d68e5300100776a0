"""Blocks of addresses as spans: those of IPv4 come first on the line, those of IPv6 behind them."""

import ipaddress
from collections.abc import Iterable, Iterator

from hardstand.analysis.reach.spans import Span, Spans, difference, pieces, spans

_SIX = 1 << 33
"""Not 1 << 32: a block of one family never touches one of the other."""
V4: Span = (0, (1 << 32) - 1)
V6: Span = (_SIX, _SIX + (1 << 128) - 1)
EVERYWHERE: Spans = (V4, V6)
"""All addresses."""


def block(cidr: str) -> Span:
    """The addresses of a CIDR; bits behind the prefix are passed over, as the API server does. ValueError."""
    network = ipaddress.ip_network(cidr, strict=False)
    first, last = int(network.network_address), int(network.broadcast_address)
    return (first, last) if network.version == 4 else (first + _SIX, last + _SIX)


def blocks(cidr: str, excepts: Iterable[str] = ()) -> Spans:
    """The addresses of a CIDR but those of others. ValueError for what is none."""
    return difference((block(cidr),), spans(map(block, excepts)))


def address(text: str) -> int:
    """Where an address is on the line; one of IPv4 in IPv6's form is that of IPv4. ValueError for what is none."""
    found = ipaddress.ip_address(text)
    if isinstance(found, ipaddress.IPv6Address):
        mapped = found.ipv4_mapped
        return int(mapped) if mapped is not None else int(found) + _SIX
    return int(found)


def written(number: int) -> str:
    """The address at a place on the line."""
    return str(ipaddress.IPv4Address(number) if number <= V4[1] else ipaddress.IPv6Address(number - _SIX))


def range_text(span: Span) -> str:
    """`10.0.0.0-10.0.0.255`."""
    return f"{written(span[0])}-{written(span[1])}"


def cidrs(span: Span) -> Iterator[str]:
    """The fewest CIDRs that hold these addresses and no others."""
    for network in ipaddress.summarize_address_range(*(ipaddress.ip_address(written(end)) for end in span)):
        yield str(network)


def block_text(span: Span) -> str:
    """A CIDR where it is one; else the range with a dash."""
    found = list(cidrs(span))
    return found[0] if len(found) == 1 else range_text(span)


def cut(named: Iterable[Spans], *, six: bool) -> Iterator[Span]:
    """All addresses in pieces, of which each lies as a whole in each of the named blocks or not at all.

    `six`: those of IPv6 too.
    """
    known = list(named)
    for family in (V4, V6) if six else (V4,):
        yield from pieces(family, known)
