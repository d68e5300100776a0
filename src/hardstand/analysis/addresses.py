"""What a host name or an address stands for, told from its text alone."""

import ipaddress
from collections.abc import Sequence

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


def is_local(host: str) -> bool:
    """Tell whether `host` is the one who asks or its node: localhost, loopback, link-local or no address at all."""
    name = host.lower().rstrip(".").strip("[]")
    if name in _LOCAL_NAMES or name.endswith(".localhost"):
        return True
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return False
    return address.is_loopback or address.is_link_local or address.is_unspecified


def is_public_name(host: str) -> bool:
    """Tell whether `host` can be a name in the public DNS: it has a zone, and not one kept for private networks."""
    name = host.lower().rstrip(".")
    return "." in name and not any(name.endswith("." + zone) for zone in _PRIVATE_ZONES)
