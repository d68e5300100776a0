"""IP addresses and networks.

Source: https://kubernetes.io/docs/reference/using-api/cel/#kubernetes-ip-address-library, with the details of
https://pkg.go.dev/k8s.io/apiserver/pkg/cel/library#IP and #CIDR: no zones, no IPv4-mapped IPv6 addresses.
"""

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import ClassVar

from hardstand.text.cel.overloads import function
from hardstand.text.cel.values import EvaluationError

SINCE = 31
"""The minor version of Kubernetes that brought both libraries."""

Address = IPv4Address | IPv6Address
_BITS = re.compile("0|[1-9][0-9]{0,2}")


@dataclass(frozen=True, slots=True)
class IP:
    """An address."""

    kind: ClassVar[str] = "ip"
    address: Address


@dataclass(frozen=True, slots=True)
class CIDR:
    """An address with the length of its network's prefix; there may be more of the address than the prefix."""

    kind: ClassVar[str] = "cidr"
    address: Address
    bits: int


def _address(text: str) -> Address | None:
    if "%" in text or not text.isascii():
        return None
    try:
        found = ip_address(text)
    except ValueError:
        return None
    return None if isinstance(found, IPv6Address) and found.ipv4_mapped else found


def _network(text: str) -> CIDR | None:
    head, slash, bits = text.rpartition("/")
    address = _address(head) if slash else None
    if address is None or not _BITS.fullmatch(bits) or int(bits) > address.max_prefixlen:
        return None
    return CIDR(address, int(bits))


@function(SINCE, "isIP(string)")
def is_ip(text: str) -> bool:
    """Whether a string is an address."""
    return _address(text) is not None


@function(SINCE, "ip(string)")
def ip(text: str) -> IP:
    """The address that a string spells."""
    found = _address(text)
    if found is None:
        raise EvaluationError("the string is no IP address (zones and IPv4 mapped into IPv6 are not allowed)")
    return IP(found)


@function(SINCE, "ip.isCanonical(string)")
def is_canonical(text: str) -> bool:
    """Whether an address is spelled in the one canonical way."""
    return str(ip(text).address) == text


@function(SINCE, "string(ip)")
def string_of_ip(value: IP) -> str:
    """In the canonical spelling."""
    return str(value.address)


@function(SINCE, "<ip>.family()")
def family(value: IP) -> int:
    """4 or 6."""
    return value.address.version


@function(SINCE, "<ip>.isUnspecified()")
def is_unspecified(value: IP) -> bool:
    """0.0.0.0 or ::."""
    return value.address.is_unspecified


@function(SINCE, "<ip>.isLoopback()")
def is_loopback(value: IP) -> bool:
    """127.0.0.0/8 or ::1."""
    return value.address.is_loopback


@function(SINCE, "<ip>.isLinkLocalMulticast()")
def is_link_local_multicast(value: IP) -> bool:
    """224.0.0.0/24, or a multicast address of link-local scope."""
    first = value.address.packed
    return first[:3] == b"\xe0\0\0" if value.address.version == 4 else first[0] == 0xFF and first[1] & 0x0F == 2


@function(SINCE, "<ip>.isLinkLocalUnicast()")
def is_link_local_unicast(value: IP) -> bool:
    """169.254.0.0/16 or fe80::/10."""
    return value.address.is_link_local


@function(SINCE, "<ip>.isGlobalUnicast()")
def is_global_unicast(value: IP) -> bool:
    """Neither unspecified, loopback, multicast, link-local nor IPv4 broadcast; private ones count, as in Go."""
    one = value.address
    special = one.is_unspecified or one.is_loopback or one.is_multicast or one.is_link_local
    return not special and one.packed != b"\xff\xff\xff\xff"


@function(SINCE, "isCIDR(string)")
def is_cidr(text: str) -> bool:
    """Whether a string is a network."""
    return _network(text) is not None


@function(SINCE, "cidr(string)")
def cidr(text: str) -> CIDR:
    """The network that a string spells."""
    found = _network(text)
    if found is None:
        raise EvaluationError("the string is no network in CIDR notation")
    return found


@function(SINCE, "string(cidr)")
def string_of_cidr(value: CIDR) -> str:
    """As an address, a slash and the length of the prefix."""
    return f"{value.address}/{value.bits}"


def _within(value: CIDR, address: Address) -> bool:
    shift = address.max_prefixlen - value.bits
    return value.address.version == address.version and int(value.address) >> shift == int(address) >> shift


@function(SINCE, "<cidr>.containsIP(ip)")
def contains_ip(value: CIDR, other: IP) -> bool:
    """Whether an address is in a network."""
    return _within(value, other.address)


@function(SINCE, "<cidr>.containsIP(string)")
def contains_ip_string(value: CIDR, other: str) -> bool:
    """Whether an address is in a network."""
    return _within(value, ip(other).address)


@function(SINCE, "<cidr>.containsCIDR(cidr)")
def contains_cidr(value: CIDR, other: CIDR) -> bool:
    """Whether a network is all in another."""
    return value.bits <= other.bits and _within(value, other.address)


@function(SINCE, "<cidr>.containsCIDR(string)")
def contains_cidr_string(value: CIDR, other: str) -> bool:
    """Whether a network is all in another."""
    return contains_cidr(value, cidr(other))


@function(SINCE, "<cidr>.ip()")
def ip_of(value: CIDR) -> IP:
    """The address in front of the slash."""
    return IP(value.address)


@function(SINCE, "<cidr>.masked()")
def masked(value: CIDR) -> CIDR:
    """With nothing of the address but its prefix."""
    shift = value.address.max_prefixlen - value.bits
    return CIDR(type(value.address)(int(value.address) >> shift << shift), value.bits)


@function(SINCE, "<cidr>.prefixLength()")
def prefix_length(value: CIDR) -> int:
    """How many bits the prefix has."""
    return value.bits
