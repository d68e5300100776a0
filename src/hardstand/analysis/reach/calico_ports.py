"""Which connections the rules of Calico's policies mean, and what must be so of them besides.

Sources: https://docs.tigera.io/calico/latest/reference/resources/networkpolicy#rule, #icmp, #ports and #httpmatch.
"""

from collections.abc import Iterator, Sequence

from hardstand.analysis.reach.connections import ALL, NONE, Connections, port, ports
from hardstand.analysis.reach.likely import Likely, cut
from hardstand.analysis.reach.peers import Peers, numbers_in
from hardstand.inventory.views.base import View
from hardstand.inventory.views.calico import CalicoRule, Entity, Icmp

_SPELT = {name.upper(): name for name in ("TCP", "UDP", "SCTP", "ICMP", "ICMPv6")} | {"UDPLITE": "136"}
_WITH_PORTS = ("TCP", "UDP", "SCTP")


def protocols(rule: CalicoRule) -> Connections:
    """The protocols, and the types of ICMP, that a rule is about. MalformedFieldError for what is none."""
    found = ALL
    if rule.protocol is not None:
        found = ports(_protocol(rule.protocol, rule, "protocol"))
    if rule.not_protocol is not None:
        found -= ports(_protocol(rule.not_protocol, rule, "notProtocol"))
    family = "ICMPv6" if str(rule.protocol).upper() in ("ICMPV6", "58") else "ICMP"
    if rule.icmp.exists and rule.icmp.type is not None:
        found &= _type(rule.icmp, family)
    if rule.not_icmp.exists and rule.not_icmp.type is not None and rule.not_icmp.code is None:
        found -= _type(rule.not_icmp, family)
    return found


def _protocol(written: int | str, where: View, field: str) -> str:
    text = str(written)
    if text.isdecimal() and int(text) <= 255:
        return text
    if text.upper() not in _SPELT:
        raise where.malformed("TCP, UDP, SCTP, ICMP, ICMPv6, UDPLite or a number", field)
    return _SPELT[text.upper()]


def _type(view: Icmp, family: str) -> Connections:
    if view.type is None or not 0 <= view.type <= 255:
        raise view.malformed("a type from 0 to 255", "type")
    return port(family, view.type)


def called_at(rule: CalicoRule, called: Likely, peers: Peers) -> Iterator[tuple[Connections, Likely]]:
    """The connections of a rule, with the ends on the called side that they are for. MalformedFieldError."""
    about = protocols(rule)
    side = rule.destination
    if not side.ports and not side.not_ports:
        yield about, called
        return
    transports = _transports(rule, side)
    plain, named = _numbers(side.ports, transports, side, "ports")
    asked = cut(called, plain, named, peers) if side.ports else iter([(about, called)])
    without, unnamed = _numbers(side.not_ports, transports, side, "notPorts")
    for connections, these in asked:
        left = (connections & about) - without
        yield from _without(left, these, unnamed, peers)


def _without(
    connections: Connections, called: Likely, unnamed: Sequence[tuple[str, str]], peers: Peers
) -> Iterator[tuple[Connections, Likely]]:
    """The connections but those to ports of these names, which are other ones for other pods."""
    taken: dict[int, Connections] = {}
    for name, protocol in unnamed:
        for number, bits in peers.by_port(name, protocol, called.all).items():
            for at in numbers_in(bits):
                taken[at] = taken.get(at, NONE) | port(protocol, number)
    for at, excluded in taken.items():
        yield connections - excluded, called.among(1 << at)
    yield connections, called.among(peers.all & ~sum(1 << at for at in taken))


def _transports(rule: CalicoRule, side: Entity) -> Sequence[str]:
    name = _SPELT.get(str(rule.protocol).upper(), str(rule.protocol))
    name = {"6": "TCP", "17": "UDP", "132": "SCTP"}.get(name, name)
    if name not in _WITH_PORTS:
        raise side.malformed("no ports, for they need the protocol TCP, UDP or SCTP", "ports")
    return (name,)


def _numbers(
    written: Sequence[int | str], transports: Sequence[str], where: View, field: str
) -> tuple[Connections, list[tuple[str, str]]]:
    plain, named = NONE, []
    for at, one in enumerate(written):
        for protocol in transports:
            first, colon, last = str(one).partition(":")
            if not first.isdecimal():
                named.append((str(one), protocol))
                continue
            low, high = int(first), int(last) if last.isdecimal() else int(first)
            if (colon and not last.isdecimal()) or not low <= high <= 65535:
                raise where.malformed("a port, a range such as 80:90, or a name", field, at)
            plain |= ports(protocol, low, high)
    return plain, named


def conditions(rule: CalicoRule) -> Iterator[str]:
    """What else must be so of a connection for the rule to be about it."""
    if rule.source.ports:
        yield f"it comes from port {', '.join(map(str, rule.source.ports))}"
    if rule.source.not_ports:
        yield f"it comes from no port of {', '.join(map(str, rule.source.not_ports))}"
    if rule.icmp.exists and rule.icmp.code is not None:
        yield f"the code of ICMP is {rule.icmp.code}"
    if rule.not_icmp.exists and rule.not_icmp.code is not None:
        yield f"type and code of ICMP are not {rule.not_icmp.type} and {rule.not_icmp.code}"
    if rule.http.exists:
        paths = [str(one.get("exact") or f"{one.get('prefix') or ''}…") for one in rule.http.paths]
        words = (" or ".join(rule.http.methods), " or ".join(paths))
        yield f"the HTTP request is {' '.join(word for word in words if word) or 'one'}, as Istio sees it"
