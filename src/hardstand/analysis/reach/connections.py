"""Sets of connections: protocols and ports, exactly.

All connections lie on one line of numbers, so that a set of them is a set of spans: each transport protocol has its
ports there, ICMP its types, and every other protocol of IP its number.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from hardstand.analysis.reach.spans import Span, Spans, difference, holds, intersection, spans, union

TRANSPORTS = ("TCP", "UDP", "SCTP")
"""The protocols that network policies of Kubernetes know; what they do to others is left to the network plugin.

Source: https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/network-policy-v1/ (`protocol`) and
https://kubernetes.io/docs/concepts/services-networking/network-policies/#networkpolicy-and-icmp
"""
_WIDTH = 0x1_0000
_PLACES = {name: at * _WIDTH for at, name in enumerate((*TRANSPORTS, "ICMP", "ICMPv6", "other"))}
_MOST = {"ICMP": 255, "ICMPv6": 255, "other": 255}
_NUMBERS = {1: "ICMP", 6: "TCP", 17: "UDP", 58: "ICMPv6", 132: "SCTP"}
"""Source: https://www.iana.org/assignments/protocol-numbers/"""
_FIRST_PORT, _LAST_PORT = 1, 65535


def _line(protocol: str) -> Span:
    first = _FIRST_PORT if protocol in TRANSPORTS else 0
    return _PLACES[protocol] + first, _PLACES[protocol] + _MOST.get(protocol, _LAST_PORT)


@dataclass(frozen=True, slots=True)
class Connections:
    """A set of connections; `str` writes it, `All Connections` or `SCTP 9003,TCP 80,8080-8090`."""

    spans: Spans = ()

    def __or__(self, other: "Connections") -> "Connections":
        return Connections(union(self.spans, other.spans))

    def __and__(self, other: "Connections") -> "Connections":
        return Connections(intersection(self.spans, other.spans))

    def __sub__(self, other: "Connections") -> "Connections":
        return Connections(difference(self.spans, other.spans))

    def __bool__(self) -> bool:
        return bool(self.spans)

    def __le__(self, other: "Connections") -> bool:
        return not difference(self.spans, other.spans)

    def __contains__(self, number: int) -> bool:
        """Tell whether the connection of that `number_of` is in it."""
        return holds(self.spans, number)

    def __str__(self) -> str:
        return _text(self.spans)

    def of(self, protocol: str) -> Spans:
        """The ports of a transport protocol, the types of ICMP, or the numbers of `other` protocols."""
        place = _PLACES[protocol]
        return tuple((first - place, last - place) for first, last in intersection(self.spans, (_line(protocol),)))

    @property
    def transport(self) -> "Connections":
        """What of it is TCP, UDP or SCTP."""
        return self & ALL_TRANSPORT


def ports(protocol: str, first: int | None = None, last: int | None = None) -> Connections:
    """The connections of a protocol: to all its ports, to one, or to a range. ValueError for what cannot be.

    Of ICMP the numbers are types. A protocol may also be a number of IP, and then has no ports.
    """
    name = _NUMBERS.get(int(protocol), protocol) if protocol.isdecimal() else protocol
    if name.isdecimal():
        if int(name) > _MOST["other"]:
            raise ValueError(f"`{protocol}` is no protocol of IP: they go to {_MOST['other']}")
        return Connections(((_PLACES["other"] + int(name),) * 2,))
    if name not in _PLACES or name == "other":
        raise ValueError(f"`{protocol}` is no protocol: TCP, UDP, SCTP, ICMP, ICMPv6 or a number")
    line = _line(name)
    if first is None:
        return Connections((line,))
    wanted = _PLACES[name] + first, _PLACES[name] + (first if last is None else last)
    return Connections(intersection((wanted,), (line,)))


def together(several: Iterable[Connections]) -> Connections:
    """All connections of some sets, added up at once."""
    return Connections(spans(span for one in several for span in one.spans))


def port(protocol: str, number: int) -> Connections:
    """The connections to one port. ValueError for what cannot be."""
    return ports(protocol, number, number)


def number_of(protocol: str, number: int) -> int:
    """Where a connection is on the line."""
    (first, _), *_ = port(protocol, number).spans
    return first


def place_of(number: int) -> tuple[str, int]:
    """The protocol and the port (type, number) of a connection on the line."""
    at, offset = divmod(number, _WIDTH)
    return list(_PLACES)[at], offset


NONE = Connections()
ALL = Connections(spans(_line(protocol) for protocol in _PLACES))
ALL_TRANSPORT = Connections(spans(_line(protocol) for protocol in TRANSPORTS))


@lru_cache(maxsize=10_000)
def _text(of: Spans) -> str:
    if of == ALL.spans:
        return "All Connections"
    return ",".join(_parts(Connections(of))) or "No Connections"


def transport_text(connections: Connections) -> str:
    """As np-guard's netpol-analyzer writes it, to whom TCP, UDP and SCTP are all there is."""
    return "All Connections" if connections.transport == ALL_TRANSPORT else str(connections.transport)


def shortly(connections: Connections) -> str:
    """The connections, or those that are none of them, whichever is shorter."""
    others = ALL - connections
    return f"all but {others}" if others and len(others.spans) < len(connections.spans) else str(connections)


def _parts(connections: Connections) -> Iterator[str]:
    for protocol in ("ICMP", "ICMPv6", "SCTP", "TCP", "UDP"):
        if found := connections.of(protocol):
            whole = protocol not in TRANSPORTS and found == ((0, _MOST[protocol]),)
            yield protocol if whole else f"{protocol} {numbers(found)}"
    if found := connections.of("other"):
        yield "other protocols" if found == ((0, _MOST["other"]),) else f"protocol {numbers(found)}"


def numbers(of: Spans) -> str:
    """Spans as people write them: `80,8080-8090`."""
    return ",".join(str(first) if first == last else f"{first}-{last}" for first, last in of)


def parse(text: str) -> Connections:
    """What `str` wrote, or a person: `TCP 80,8080-8090,UDP 53`, `TCP`, `80`, `53/UDP`. ValueError with what is wrong.

    A port behind no protocol is one of TCP, as in Kubernetes; one that has its own (`53/UDP`) leaves it to no other.
    """
    if text.strip() in ("All Connections", "all"):
        return ALL
    found, before = NONE, "TCP"
    for part in text.split(","):
        protocol, word = _worded(part)
        if protocol and not part.strip()[:1].isdigit():
            before = protocol
        found |= _part(protocol or before, word)
    return found


def _worded(part: str) -> tuple[str, str]:
    """The protocol, where there is one, and the ports: `TCP 80`, `TCP/80` and `80/TCP` are the same."""
    words = part.replace("/", " ").split()
    if not words:
        raise ValueError("a port is missing: write `80`, `TCP 80` or `53/UDP`")
    is_port = [word[:1].isdigit() for word in words]
    if is_port == [True]:
        return "", words[0]
    if is_port == [False]:
        return _protocol(words[0]), ""
    if is_port == [True, False]:
        words.reverse()
    elif len(words) != 2 or is_port[0]:
        raise ValueError(f"`{part.strip()}` is no protocol with a port: write `80`, `TCP 80` or `53/UDP`")
    return _protocol(words[0]), words[1]


def _protocol(word: str) -> str:
    """A protocol in the case that it is written in here."""
    return {name.upper(): name for name in _PLACES}.get(word.upper(), word)


def _part(protocol: str, word: str) -> Connections:
    if not word:
        return ports(protocol)
    first, dash, last = word.partition("-")
    if not first.isdecimal() or (dash and not last.isdecimal()):
        raise ValueError(f"`{word}` is no port and no range of ports, such as 80 or 8080-8090")
    low, high = int(first), int(last or first)
    if not low <= high <= _LAST_PORT or low < 1:
        raise ValueError(f"`{word}` is no port and no range of ports: they go from 1 to {_LAST_PORT}")
    return ports(protocol, low, high)
