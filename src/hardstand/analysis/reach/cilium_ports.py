"""Which connections the rules of Cilium's policies mean, and what must be so of the requests in them.

Source: https://docs.cilium.io/en/stable/security/policy/language/#layer-4-examples and #layer-7-examples. What is asked
of requests is a condition that is told: a connection is made, and then some of its requests are refused.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from hardstand.analysis.reach.connections import ALL, NONE, Connections, port, ports
from hardstand.analysis.reach.known import only
from hardstand.inventory.views.base import View
from hardstand.inventory.views.cilium import CiliumRule, HttpRule, IcmpField, KafkaRule, L7Rules, PortProtocol, PortRule

_ANY = ("TCP", "UDP", "SCTP")
_NUMBERED = {"IGMP": "2", "VRRP": "112"}
_SPELT = {"ICMP": "ICMP", "ICMPV6": "ICMPv6"}
_ICMP = {
    "EchoReply": 0,
    "DestinationUnreachable": 3,
    "Redirect": 5,
    "Echo": 8,
    "EchoRequest": 8,
    "RouterAdvertisement": 9,
    "RouterSelection": 10,
    "TimeExceeded": 11,
    "ParameterProblem": 12,
    "Timestamp": 13,
    "TimestampReply": 14,
    "Photuris": 40,
    "ExtendedEchoRequest": 42,
    "ExtendedEchoReply": 43,
}
_ICMP_6 = {
    "DestinationUnreachable": 1,
    "PacketTooBig": 2,
    "TimeExceeded": 3,
    "ParameterProblem": 4,
    "EchoRequest": 128,
    "EchoReply": 129,
    "MulticastListenerQuery": 130,
    "MulticastListenerReport": 131,
    "MulticastListenerDone": 132,
    "RouterSolicitation": 133,
    "RouterAdvertisement": 134,
    "NeighborSolicitation": 135,
    "NeighborAdvertisement": 136,
    "RedirectMessage": 137,
}
"""Source: https://www.iana.org/assignments/icmp-parameters/ and https://www.iana.org/assignments/icmpv6-parameters/, in
Cilium's spelling."""


@dataclass(frozen=True, slots=True)
class Ports:
    """Connections that a rule is about, and what must be so for them."""

    plain: Connections
    named: tuple[tuple[str, str], ...] = ()
    """Ports by their name, with the protocol."""
    conditions: tuple[str, ...] = ()
    unsupported: bool = False


def ports_of(rule: CiliumRule) -> Iterator[Ports]:
    """What a rule is about: everything where it names neither ports nor types of ICMP. MalformedFieldError."""
    if rule.get("toPorts") is None and rule.get("icmps") is None:
        yield Ports(ALL)
        return
    for one in rule.to_ports:
        yield _ports(one)
    types = NONE
    for each in rule.icmps:
        for field in each.fields:
            types |= _icmp(field)
    if types:
        yield Ports(types)


def _ports(one: PortRule) -> Ports:
    only(one, ("ports", "rules", "serverNames", "listener", "originatingTLS", "terminatingTLS"))
    only(one.rules, ("http", "kafka", "dns", "l7", "l7proto"))
    if not one.ports:
        raise one.malformed("at least one port", "ports")
    plain, named = NONE, []
    for wanted in one.ports:
        for protocol in _protocols(wanted):
            number = _number(wanted)
            if number is None:
                named.append((str(wanted.port).lower(), protocol))
            elif number == 0 or protocol not in _ANY:
                plain |= ports(protocol)
            else:
                plain |= ports(protocol, number, max(wanted.end_port or number, number))
    return Ports(plain, tuple(named), tuple(_conditions(one)), _is_strange(one.rules))


def _protocols(one: PortProtocol) -> tuple[str, ...]:
    protocol = (one.protocol or "ANY").upper()
    if protocol == "ANY":
        return _ANY
    if protocol in _ANY:
        return (protocol,)
    known = _NUMBERED.get(protocol) or _SPELT.get(protocol)
    if known is None:
        raise one.malformed("TCP, UDP, SCTP, ICMP, ICMPv6, VRRP, IGMP or ANY", "protocol")
    return (known,)


def _number(one: PortProtocol) -> int | None:
    """The number of a port; None where it is a name."""
    text = str(one.port if one.port is not None else "")
    if not text:
        raise one.malformed("a port", "port")
    if not text.isdecimal():
        return None
    if int(text) > 65535:
        raise one.malformed("a port from 0 to 65535", "port")
    return int(text)


def _icmp(one: IcmpField) -> Connections:
    six = one.family == "IPv6"
    known = _ICMP_6 if six else _ICMP
    asked = one.type
    number = known.get(asked) if isinstance(asked, str) and not asked.isdecimal() else asked
    if number is None or not 0 <= int(number) <= 255:
        raise one.malformed("a type of ICMP, as a number or as its name", "type")
    return port("ICMPv6" if six else "ICMP", int(number))


def _conditions(one: PortRule) -> Iterator[str]:
    rules = one.rules
    if rules.exists:
        yield from _told("the HTTP request is", [_http(each) for each in rules.http])
        yield from _told("the request of Kafka is", [_kafka(each) for each in rules.kafka])
        asked = [each.name or each.pattern or "" for each in rules.dns]
        yield from _told("the name that DNS is asked for is", ["" if each == "*" else each for each in asked])
        if rules.protocol:
            yield f"the request of {rules.protocol} is one of those that are written"
        if _is_strange(rules):
            yield "Cilium lets requests pass where rules for them are there and empty"
    if one.server_names:
        yield f"the server that TLS is asked for is {' or '.join(one.server_names)}"
    if one.listener.exists:
        yield f"the proxy {one.listener.name or ''} lets it pass".replace("  ", " ")


def _told(what: str, texts: list[str]) -> Iterator[str]:
    """A condition; none where one of the rules lets everything pass."""
    if texts and all(texts):
        yield f"{what} {' or '.join(dict.fromkeys(texts))}"


def _is_strange(rules: L7Rules) -> bool:
    """Tell whether there are lists of rules without a rule in any of them."""
    written = [rules.get(key) for key in ("http", "kafka", "dns", "l7") if rules.get(key) is not None]
    return bool(written) and not any(written)


def _http(one: HttpRule) -> str:
    """A request; of headers the names alone, for their values may be secret."""
    words = [one.method or "", one.url_path or ""]
    if one.host:
        words.append(f"to {one.host}")
    headers = [text.split(":")[0].split(" ")[0] for text in one.headers]
    headers += [_name(each) for each in one.header_matches]
    if headers:
        words.append(f"with the header {' and '.join(headers)}")
    return " ".join(word for word in words if word)


def _name(one: View) -> str:
    name = one.get("name")
    return name if isinstance(name, str) else "?"


def _kafka(one: KafkaRule) -> str:
    words: Mapping[str, str | None] = {
        "": one.role or one.api_key,
        "of version": one.api_version,
        "by client": one.client,
        "to topic": one.topic,
    }
    return " ".join(f"{key} {value}".strip() for key, value in words.items() if value)


def authenticated(rule: CiliumRule) -> Iterator[str]:
    """What must be so for the ends of a rule that asks for proofs of who they are.

    Source: https://docs.cilium.io/en/stable/network/servicemesh/mutual-authentication/mutual-authentication/
    """
    mode = rule.authentication.mode
    if mode and mode != "disabled":
        yield f"both ends are authenticated ({mode})"
