"""Reading fields of records, of which none needs to be what it should."""

import ipaddress
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from hardstand.model.flow import End


class FlawError(ValueError):
    """A line that is no record of its form, or not a whole one; the message says why."""


MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

_PROTOCOLS = {
    "1": "ICMP",
    "6": "TCP",
    "17": "UDP",
    "58": "ICMP",
    "132": "SCTP",
    "icmp": "ICMP",
    "icmpv6": "ICMP",
    "icmp6": "ICMP",
    "ipv6-icmp": "ICMP",
    "tcp": "TCP",
    "udp": "UDP",
    "sctp": "SCTP",
    "dccp": "33",
    "gre": "47",
    "udplite": "136",
}
"""Source: https://www.iana.org/assignments/protocol-numbers/; names as netfilter and Calico write them."""

WITH_PORTS = frozenset({"TCP", "UDP", "SCTP"})

_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST_YEAR, _LAST_YEAR = 1970, 9000
"""Beside them there would be no room for time zones, and no log is of then."""


def protocol_of(word: object) -> str:
    """The name of a protocol of IP, of its name or number as logs write it; other numbers stay. FlawError else."""
    told = str(word).lower() if isinstance(word, str | int) and not isinstance(word, bool) else ""
    if (known := _PROTOCOLS.get(told)) is not None:
        return known
    if told.isascii() and told.isdigit() and int(told) <= 255:
        return str(int(told))
    raise FlawError(f"the protocol {_quoted(word)} is none of IP")


@lru_cache(maxsize=1 << 14)
def address(word: str) -> str:
    """An IP address in its shortest form (RFC 5952). FlawError for what is none.

    An IPv4 address that a socket of IPv6 shows (`::ffff:10.0.0.1`, RFC 4291, section 2.5.5.2) is that IPv4 address, and
    the zone of a link-local one says nothing to others.
    """
    try:
        found = ipaddress.ip_address(word.partition("%")[0])
    except ValueError as error:
        raise FlawError(f"{_quoted(word)} is no IP address") from error
    mapped = getattr(found, "ipv4_mapped", None)
    return str(mapped or found)


@lru_cache(maxsize=1 << 14)
def end_at(word: str) -> End:
    """An end of which the address is all that is known. FlawError for what is no address."""
    return End(address(word))


_HOST_PORT = re.compile(r"\[([^\]]+)\]:(\d{1,5})|([^:]+):(\d{1,5})")


def host_and_port(word: str) -> tuple[str, int]:
    """The address and port of `1.2.3.4:80` and `[::1]:80`. FlawError for what is neither."""
    found = _HOST_PORT.fullmatch(word)
    if found is None:
        raise FlawError(f"{_quoted(word)} is no address with a port")
    return address(found[1] or found[3]), port_of(found[2] or found[4])


def port_of(word: object) -> int:
    """A port. FlawError for what is none."""
    if type(word) is int and 0 <= word <= 65535:
        return word
    found = whole(word)
    if found is None or found > 65535:
        raise FlawError(f"{_quoted(word)} is no port")
    return found


def whole(word: object) -> int | None:
    """A count: a number that is not below zero, or such a number as a text; None where there is none.

    FlawError for anything else. JSON made of protocol buffers has counts of 64 bits as texts:
    https://protobuf.dev/programming-guides/json/
    """
    if type(word) is str and len(word) <= 20 and word.isdigit() and word.isascii():
        return int(word)
    if word is None or word in ("", "-"):
        return None
    if isinstance(word, float) and word.is_integer():
        word = int(word)
    if isinstance(word, int) and not isinstance(word, bool) and 0 <= word < 1 << 64:
        return word
    raise FlawError(f"{_quoted(word)} is no count")


def seconds_of(word: object) -> float | None:
    """A length of time in seconds; None where there is none. FlawError for anything else."""
    if word is None or word in ("", "-"):
        return None
    try:
        found = float(word) if isinstance(word, str | int | float) and not isinstance(word, bool) else -1.0
    except (ValueError, OverflowError):
        found = -1.0
    if not 0 <= found < 1e12:
        raise FlawError(f"{_quoted(word)} is no length of time")
    return found


def moment(word: object) -> datetime:
    """A time as RFC 3339 writes it, in UTC; without a zone it is taken to be in UTC. FlawError for what is none."""
    try:
        found = datetime.fromisoformat(word) if isinstance(word, str) and len(word) > 10 else None
        if found is not None:
            found = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        found = None
    if found is None or not _FIRST_YEAR <= found.year <= _LAST_YEAR:
        raise FlawError(f"{_quoted(word)} is no time")
    return found


def since_1970(word: object, per_second: int = 1) -> datetime:
    """A time as the count of seconds, or of parts of one, since 1970. FlawError for what is none."""
    try:
        number = float(word) if isinstance(word, str | int | float) and not isinstance(word, bool) else -1.0
        found = _BEGINNING + timedelta(seconds=number / per_second)
    except (ValueError, OverflowError):
        number = -1.0
    if number < 0 or found.year > _LAST_YEAR:
        raise FlawError(f"{_quoted(word)} is no time")
    return found


def text(fields: Mapping[str, Any], key: str) -> str:
    """The text there; nothing where there is none."""
    found = fields.get(key)
    return found if isinstance(found, str) else ""


def mapping(fields: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """The mapping there; an empty one where there is none."""
    found = fields.get(key)
    return found if isinstance(found, dict) else {}


def listed(fields: Mapping[str, Any], key: str) -> list[Any]:
    """The list there; an empty one where there is none."""
    found = fields.get(key)
    return found if isinstance(found, list) else []


def unrooted(name: str) -> str:
    """A name of DNS as it is kept: in lower case and without the dot of the root, unless that dot is escaped."""
    name = name.lower()
    if not name.endswith("."):
        return name
    kept = name[:-1]
    escapes = len(kept) - len(kept.rstrip("\\"))
    return name if escapes % 2 else kept


def _quoted(word: object) -> str:
    """What was found, at most so much of it that a message stays one: logs hold what anybody sent."""
    told = repr(word)
    return told if len(told) <= 60 else f"{told[:57]}..."
