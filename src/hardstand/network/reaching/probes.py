"""Probes as JSON lines: `{"from": {"pod", "namespace"}, "to": {"ip"}, "protocol": "TCP", "port": 80}`."""

from collections.abc import Mapping
from dataclasses import dataclass

from hardstand.analysis.reach.blocks import address
from hardstand.analysis.reach.connections import TRANSPORTS, number_of, parse, place_of
from hardstand.network.reaching.naming import spans_of

_FIELDS = ("from", "to", "protocol", "port")
_PORTLESS = ("ICMP", "ICMPv6")
_SORTS = {str: "text", list: "a list", int: "a number", float: "a number", bool: "true or false"}
"""What else than an object JSON may hold, in words."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One end, as it was named: exactly one of `pod`, `ip` and `service`."""

    namespace: str = ""
    pod: str = ""
    ip: str = ""
    service: str = ""

    def __str__(self) -> str:
        if self.ip:
            return self.ip
        return f"Service {self.namespace}/{self.service}" if self.service else f"{self.namespace}/{self.pod}"


@dataclass(frozen=True, slots=True)
class Probe:
    """One connection that is asked about."""

    source: Asked
    destination: Asked
    protocol: str
    port: int

    @property
    def port_text(self) -> str:
        """`TCP 80`."""
        return f"{self.protocol} {self.port}"


def probe_of(found: object) -> Probe:
    """What a decoded line asks. ValueError, saying which field is wrong."""
    if not isinstance(found, dict):
        raise ValueError("a probe is a JSON object")
    _known(found, _FIELDS, "a probe")
    source = _end(found.get("from"), "from", ("pod", "ip"))
    destination = _end(found.get("to"), "to", ("pod", "ip", "service"))
    return Probe(source, destination, *connection(found.get("protocol"), found.get("port")))


def connection(protocol: object, port: object) -> tuple[str, int]:
    """A protocol and a port. ValueError for what is none."""
    if protocol is not None and not isinstance(protocol, str):
        raise ValueError("`protocol` is not a text")
    word = (protocol or "TCP").upper().replace("ICMPV6", "ICMPv6")
    if isinstance(port, str) and port.isascii() and port.isdecimal():
        port = int(port)
    if port is None and word in _PORTLESS:
        port = 0
    if not isinstance(port, int) or isinstance(port, bool):
        raise ValueError("`port` is missing, or no number")
    if word in TRANSPORTS and not 1 <= port <= 65535:
        raise ValueError(f"`port` is {port}, and ports go from 1 to 65535")
    try:
        number_of(word, port)
    except ValueError as error:
        raise ValueError(str(error) or f"{word} {port} is no connection") from error
    return word, port


def port_named(word: str) -> tuple[str, int]:
    """One connection as `connections.parse` reads it: `80` for TCP, `UDP 53`. ValueError for none or several."""
    found = parse(word)
    if len(found.spans) != 1 or found.spans[0][0] != found.spans[0][1]:
        raise ValueError(f"`{word}` is not one port")
    protocol, port = place_of(found.spans[0][0])
    return protocol, port


def asked_named(word: str, default_namespace: str) -> Asked:
    """An end as a person names it: an address, `namespace/pod`, `pod`, or `service:namespace/name`.

    ValueError for what is many addresses; its second argument is what to do.
    """
    try:
        address(word)
    except ValueError:
        if spans_of(word):
            raise ValueError(
                f"`{word}` is many addresses, and a probe is from one to one",
                "name an address, such as 203.0.113.7; `hardstand net reach` answers for all of them",
            ) from None
    else:
        return Asked(ip=word)
    sort, colon, rest = word.partition(":")
    called = rest if colon and sort in ("service", "svc") else word
    namespace, slash, name = called.rpartition("/")
    home = namespace if slash else default_namespace
    return Asked(home, service=name) if called is not word else Asked(home, pod=name.partition("[")[0])


def _end(found: object, what: str, ways: tuple[str, ...]) -> Asked:
    if not isinstance(found, dict):
        form = '{"ip": "203.0.113.7"} or {"namespace": "shop", "pod": "web-0"}'
        if found is None:
            raise ValueError(f"`{what}` is missing: it is an object such as {form}")
        sort = _SORTS.get(type(found), "no object")
        raise ValueError(f"`{what}` is {sort}, and must be an object such as {form}")
    _known(found, (*ways, "namespace"), f"`{what}`")
    words = {key: _word(found, key, what) for key in (*ways, "namespace")}
    if sum(bool(words[way]) for way in ways) != 1:
        raise ValueError(f"`{what}` names one of {', '.join(ways)}")
    if words["ip"]:
        if words["namespace"]:
            raise ValueError(f"`{what}.namespace` says nothing of an address")
        try:
            address(words["ip"])
        except ValueError as error:
            raise ValueError(f"`{what}.ip` is no address: {words['ip']!r}") from error
    elif not words["namespace"]:
        raise ValueError(f"`{what}.namespace` is missing: pods and Services have one")
    return Asked(**words)


def _known(found: Mapping[str, object], fields: tuple[str, ...], what: str) -> None:
    for key in found:
        if key not in fields:
            raise ValueError(f"`{key}` is no field of {what}; it has {', '.join(fields)}")


def _word(found: Mapping[str, object], key: str, what: str) -> str:
    word = found.get(key)
    if word is None:
        return ""
    if not isinstance(word, str):
        raise ValueError(f"`{what}.{key}` is not a text")
    return word
