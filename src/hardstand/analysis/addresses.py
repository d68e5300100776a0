"""What a host name or an address stands for, told from its text alone."""

import ipaddress
from collections.abc import Sequence
from functools import lru_cache

_LOCAL_NAMES = ("localhost", "localhost.localdomain", "metadata.google.internal")
_PRIVATE_ZONES: Sequence[str] = (
    "example",
    "home.arpa",
    "internal",
    "intranet",
    "invalid",
    "lan",
    "local",
    "localhost",
    "svc",
    "test",
)
"""Zones without names in the public DNS: RFC 6761, 6762 and 8375, ICANN's `internal`, and what people made up."""


PRIVATE_WORDS: Sequence[str] = ("corp", "internal", "intranet", "private", "tailscale", "vpn")
"""Words in the class of an entrance, and labels of a host name, that stand for a private network."""

_PRIVATE_NETWORKS = tuple(
    ipaddress.ip_network(block)
    for block in (
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "fc00::/7",
        "fe80::/10",
        "::1/128",
    )
)
"""Networks that the internet does not route: RFC 1918, 6598, 1122, 3927, 4193 and 4291."""


def is_private_range(text: str) -> bool:
    """Tell whether every address of a range, or the one address, is of a private network; what is neither is not.

    Not `ipaddress`'s own `is_private`: in some versions of Python it takes 0.0.0.0/0 for private.
    """
    try:
        block = ipaddress.ip_network(text.strip(), strict=False)
    except ValueError:
        return False
    return any(_holds(known, block) for known in _PRIVATE_NETWORKS)


@lru_cache(maxsize=10_000)
def is_address(text: str) -> bool:
    """Tell whether the text is an IP address."""
    if not text[-1:].isdigit() and ":" not in text:
        return False  # Nearly all names, and much faster told.
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def is_local(host: str) -> bool:
    """Tell whether `host` is the one who asks or its node: localhost, loopback, link-local or no address at all."""
    name = host.lower().rstrip(".").strip("[]")
    if name in _LOCAL_NAMES or name.endswith(".localhost"):
        return True
    if not is_address(name):
        return False
    address = ipaddress.ip_address(name)
    return address.is_loopback or address.is_link_local or address.is_unspecified


def is_loopback(text: str) -> bool:
    """Tell whether a text is an address that the host alone reaches, or `localhost`."""
    try:
        return text == "localhost" or ipaddress.ip_address(text).is_loopback
    except ValueError:
        return False


def is_public_name(host: str) -> bool:
    """Tell whether `host` can be a name in the public DNS: it has a zone, and not one kept for private networks."""
    name = host.lower().rstrip(".")
    return "." in name and not any(name.endswith("." + zone) for zone in _PRIVATE_ZONES)


def _holds(
    outer: ipaddress.IPv4Network | ipaddress.IPv6Network, inner: ipaddress.IPv4Network | ipaddress.IPv6Network
) -> bool:
    if isinstance(outer, ipaddress.IPv4Network):
        return isinstance(inner, ipaddress.IPv4Network) and inner.subnet_of(outer)
    return isinstance(inner, ipaddress.IPv6Network) and inner.subnet_of(outer)
