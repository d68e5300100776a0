"""What Istio's VirtualServices send on from its Gateways to Services.

Sources: https://istio.io/latest/docs/reference/config/networking/virtual-service/ and
https://istio.io/latest/docs/reference/config/networking/gateway/. A VirtualService without gateways, or for the one
called `mesh`, is about requests from inside. Delegates are not followed.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from hardstand.analysis.cluster_names import service_named
from hardstand.analysis.entrances import Sent, names_private_network, of_host
from hardstand.analysis.gateway_routes import Way, covers, through
from hardstand.analysis.inferred import Asked, short
from hardstand.inventory.views.gateway import IstioGateway
from hardstand.inventory.views.routing import VirtualRule, VirtualService
from hardstand.model.tier import Exposure

ISTIO_GATEWAY_FIELDS = ("spec.selector", "spec.servers.hosts")
VIRTUAL_SERVICE_FIELDS = (
    "spec.hosts",
    "spec.gateways",
    "spec.http.route.destination.host",
    "spec.tls.route.destination.host",
    "spec.tcp.route.destination.host",
)
"""What this reads of each."""


class Opened(NamedTuple):
    """A Gateway, read once for all VirtualServices."""

    most: Exposure | None
    """The farthest from where it is reached, whatever the hosts; None for an egress gateway."""
    hosts: frozenset[str]
    notes: Sequence[str]
    """What could not be read of it."""


class Mesh:
    """Istio's Gateways of a world, for following its VirtualServices."""

    def __init__(self, gateways: Iterable[IstioGateway]) -> None:
        self._gateways: dict[tuple[str, str], list[Opened]] = defaultdict(list)
        for gateway in gateways:
            self._gateways[gateway.namespace or "", gateway.name].append(_opened(gateway))

    def sends(self, virtual: VirtualService, asked: Asked) -> Iterator[Sent]:
        """What a VirtualService sends on; what of it or its Gateways cannot be read is noted in `asked`."""
        who, home = str(virtual.object.ref), virtual.namespace or ""
        ways: list[Way] = []
        for hosts in asked.of(lambda one: (one.spec.hosts,), virtual, who):
            for name in asked.of(lambda one: one.spec.gateways, virtual, who):
                if name != "mesh":
                    ways += self._ways(_key(name, home), hosts, asked)
        if ways:
            text, most = f"{who} sends {through(ways)}", max(way.exposure for way in ways)
            for to in dict.fromkeys(_destinations(virtual, home, asked)):
                yield Sent(most, text, *to)

    def _ways(self, key: tuple[str, str], hosts: Sequence[str], asked: Asked) -> Iterator[Way]:
        shown = f"Gateway {short(key[0])}/{short(key[1])}"
        known = self._gateways.get(key, ())
        if not known:
            for host in hosts:
                yield Way(of_host(host), host, f"{shown}, which the input does not hold")
        for gateway in known:
            asked.notes += gateway.notes
            if gateway.most is not None:
                for host in hosts:
                    for common in _in_common(host, gateway.hosts):
                        yield Way(min(gateway.most, of_host(common)), common, shown)


def _opened(gateway: IstioGateway) -> Opened:
    asked, whose = Asked(), str(gateway.object.ref)
    selected = asked.of(lambda one: one.spec.selector.values(), gateway, whose)
    hosts = frozenset(
        host.rpartition("/")[2].lower()
        for server in asked.of(lambda one: one.spec.servers, gateway, whose)
        for host in asked.of(lambda one: one.hosts, server, whose)
    )
    return Opened(_reached_from(selected), hosts, asked.notes)


def _reached_from(selected: Sequence[str]) -> Exposure | None:
    """The farthest from where the gateway's pods are reached, as the labels that select them have it.

    None when they are an egress gateway, which is for requests that leave.
    """
    if any("egress" in value for value in selected):
        return None
    return Exposure.PRIVATE if any(map(names_private_network, selected)) else Exposure.INTERNET


def _in_common(host: str, listened: frozenset[str]) -> Iterable[str]:
    """The names that both stand for. Looked up, since a gateway may listen to thousands."""
    host = host.lower()
    above = [host, "*", *(f"*.{host[at + 1 :]}" for at, mark in enumerate(host) if mark == ".")]
    if any(name in listened for name in above):
        return (host,)
    return [one for one in listened if covers(host, one)] if host.startswith("*") else ()


def _key(name: str, home: str) -> tuple[str, str]:
    namespace, _, own = name.rpartition("/")
    return namespace or home, own


def _destinations(virtual: VirtualService, home: str, asked: Asked) -> Iterator[tuple[str, str]]:
    """Namespace and name of every Service that a rule of any protocol sends to."""
    who = str(virtual.object.ref)
    sorts = (lambda one: one.spec.http, lambda one: one.spec.tls, lambda one: one.spec.tcp)
    for sort in sorts:
        for rule in asked.of(sort, virtual, who):
            for host in asked.of(_hosts, rule, who):
                to = service_named(host, home)
                if to is not None:
                    yield to


def _hosts(rule: VirtualRule) -> Iterator[str]:
    for one in rule.route:
        if one.destination.host:
            yield one.destination.host
