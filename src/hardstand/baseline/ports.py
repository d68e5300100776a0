"""Words of the flow table: ports as people write them, address ranges, and host names."""

import ipaddress
import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, ClassVar, Self

from hardstand.baseline.shape import WordError, brief
from hardstand.baseline.vocabulary import Vocabulary

HIGHEST_PORT = 65535

_PORT = re.compile(r"(TCP|UDP|SCTP)(?: ([0-9]{1,5})(?:-([0-9]{1,5}))?| ([a-z0-9-]{1,15}))?")
_HOST = re.compile(r"(\*\.)?([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?\.)+[a-z]([-a-z0-9]{0,61}[a-z0-9])?")
"""Source: RFC 1123, section 2.1; a star for the first label, as in certificates (RFC 6125, section 6.4.3)."""


class Protocol(StrEnum):
    """The protocols that policies know. Source: the reference of NetworkPolicyPort."""

    TCP = "TCP"
    UDP = "UDP"
    SCTP = "SCTP"


class Port:
    """Ports of a protocol: `TCP 443`, `UDP 8000-8100`, `TCP http` by the name that pods give it, `TCP` for all; `any`
    for whatever there is."""

    __slots__ = ("first", "last", "name", "protocol")

    SCHEMA: ClassVar[Mapping[str, Any]] = {
        "type": "string",
        "pattern": "^(any|(TCP|UDP|SCTP)( ([0-9]{1,5}(-[0-9]{1,5})?|[a-z0-9-]{1,15}))?)$",
    }

    def __init__(self, protocol: Protocol | None, first: int = 1, last: int = HIGHEST_PORT, name: str = "") -> None:
        self.protocol = protocol
        """None is any."""
        self.first = first
        self.last = last
        self.name = name
        """The name of the port, in place of numbers; else empty."""

    @classmethod
    def parse(cls, text: str, _vocabulary: Vocabulary | None = None) -> Self:
        """The ports; WordError for what names none."""
        if text == "any":
            return cls(None)
        found = _PORT.fullmatch(text)
        if found is None:
            raise WordError(f"`{brief(text)}` is no port", _mended(text))
        protocol, first, last, name = found.groups()
        if name:
            return cls(Protocol(protocol), name=_port_name(name))
        low, high = int(first or 1), int(last or first or HIGHEST_PORT)
        if not 1 <= low <= high <= HIGHEST_PORT:
            hint = f"ports are 1 to {HIGHEST_PORT}, the lower one first"
            raise WordError(f"`{brief(text)}` is no port", hint)
        return cls(Protocol(protocol), low, high)

    def __str__(self) -> str:
        if self.protocol is None:
            return "any"
        if self.name:
            return f"{self.protocol} {self.name}"
        if (self.first, self.last) == (1, HIGHEST_PORT):
            return str(self.protocol)
        return f"{self.protocol} {self.first}" + (f"-{self.last}" if self.last != self.first else "")

    def __repr__(self) -> str:
        return f"Port({self})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Port) and str(other) == str(self)

    def __hash__(self) -> int:
        return hash(str(self))

    def __reduce__(self) -> tuple[Any, ...]:
        return Port, (self.protocol, self.first, self.last, self.name)


class Cidr(str):
    """A range of addresses in CIDR notation. Source: RFC 4632, section 3.1; RFC 4291, section 2.3."""

    __slots__ = ()
    SCHEMA: ClassVar[Mapping[str, Any]] = {"type": "string", "pattern": "^[0-9a-fA-F.:]+/[0-9]{1,3}$"}

    @classmethod
    def parse(cls, text: str, _vocabulary: Vocabulary | None = None) -> Self:
        """The range; WordError for none, and for one with bits behind its prefix."""
        try:
            net = ipaddress.ip_network(text, strict=False)
        except ValueError:
            raise WordError(f"`{brief(text)}` is no range of addresses", "write it as `203.0.113.0/24`") from None
        if str(net) != text.lower():
            raise WordError(f"`{brief(text)}` is no range of addresses", f"did you mean `{net}`?")
        return cls(net)


class HostName(str):
    """The full name of a host: `api.example.com`, or `*.example.com` for any one below."""

    __slots__ = ()
    SCHEMA: ClassVar[Mapping[str, Any]] = {"type": "string", "pattern": f"^{_HOST.pattern}$"}

    @classmethod
    def parse(cls, text: str, _vocabulary: Vocabulary | None = None) -> Self:
        """The name; WordError for what no host can be called."""
        if not _HOST.fullmatch(text) or len(text) > 253:
            hint = "write the full name in small letters, without a dot at its end: `api.example.com`"
            raise WordError(f"`{brief(text)}` is no name of a host", hint)
        return cls(text)


def _port_name(name: str) -> str:
    """The name of a port. Source: RFC 6335, section 5.1: a letter at the least, no hyphen at an end, none doubled."""
    if not re.search("[a-z]", name) or name[0] == "-" or name[-1] == "-" or "--" in name:
        raise WordError(f"`{brief(name)}` is no name of a port", "write `TCP 443`, `UDP 8000-8100` or `TCP http`")
    return name


def _mended(text: str) -> str:
    """What somebody meant who wrote `tcp/443`, `443/TCP` or `443`."""
    words = [one for one in re.split(r"[\s/:]+", text.strip()) if one]
    words.sort(key=lambda one: not one.isalpha())
    if len(words) == 1 and words[0][0].isdecimal():
        words.insert(0, "TCP")
    meant = f"{words[0].upper()} {words[1]}" if len(words) == 2 else ""
    if _PORT.fullmatch(meant):
        return f"did you mean `{meant}`?"
    return "write `TCP 443`, `UDP 8000-8100`, `TCP http`, `TCP` for all of its ports, or `any`"
