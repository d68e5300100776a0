"""What routes of the Gateway API send on to Services.

Sources: https://gateway-api.sigs.k8s.io/reference/spec/, on which routes a listener takes
https://gateway-api.sigs.k8s.io/guides/multiple-ns/, and on references into other namespaces
https://gateway-api.sigs.k8s.io/api-types/referencegrant/.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from hardstand.analysis.addresses import is_private_range
from hardstand.analysis.entrances import Sent, names_private_network, of_host, told
from hardstand.analysis.inferred import Asked, short
from hardstand.analysis.load_balancers import asks_for_internal
from hardstand.inventory.views.gateway import Gateway, Listener, Route, RouteRef
from hardstand.inventory.views.routing import ReferenceGrant
from hardstand.model.tier import Exposure

GROUP = "gateway.networking.k8s.io"
GATEWAY_FIELDS = (
    "metadata.annotations",
    "spec.gatewayClassName",
    "spec.addresses.value",
    "spec.infrastructure.annotations",
    "spec.listeners.name",
    "spec.listeners.hostname",
    "spec.listeners.port",
    "spec.listeners.allowedRoutes.namespaces.from",
)
ROUTE_FIELDS = ("spec.hostnames", "spec.parentRefs", "spec.rules.backendRefs")
GRANT_FIELDS = ("spec.from", "spec.to")
"""What this reads of each."""


class Way(NamedTuple):
    """From where requests for a host come in, and through what, for a person."""

    exposure: Exposure
    host: str
    through: str


class Asking(NamedTuple):
    """A route's wish to be served by a Gateway, by all of its listeners or by one."""

    home: str
    """The namespace of the route."""
    namespace: str
    name: str
    section: str | None
    port: int | None


class Listening(NamedTuple):
    """A listener of a Gateway."""

    name: str | None
    port: int | None
    host: str
    takes: str
    """From which namespaces it takes routes."""


class Opened(NamedTuple):
    """A Gateway, read once for all of its routes."""

    namespace: str
    most: Exposure
    """The farthest from where it is reached, whatever the hosts."""
    listeners: Sequence[Listening]
    notes: Sequence[str]
    """What could not be read of it."""


class GatewayApi:
    """The Gateways and grants of a world, for following its routes."""

    def __init__(
        self, gateways: Iterable[Gateway], grants: Iterable[ReferenceGrant], asked: Callable[[str], Asked]
    ) -> None:
        """`asked` gives who keeps the notes of a namespace; a grant that cannot be read lets nothing in."""
        self._gateways: dict[tuple[str, str], list[Opened]] = defaultdict(list)
        for gateway in gateways:
            self._gateways[gateway.namespace or "", gateway.name].append(_opened(gateway))
        self._granted: dict[tuple[str, str, str], list[frozenset[str]]] = defaultdict(list)
        """By namespace of the Services, kind and namespace of the routes: names, the empty one for all."""
        for grant in grants:
            home = grant.namespace or ""
            for source, names in asked(home).of(_granted, grant, str(grant.object.ref)):
                self._granted[home, *source].append(names)

    def sends(self, route: Route, asked: Asked) -> Iterator[Sent]:
        """What a route sends on; what of it or of its Gateways cannot be read is noted in `asked`."""
        who, home = str(route.object.ref), route.namespace or ""
        ways: list[Way] = []
        for hosts in asked.of(lambda one: (one.spec.hostnames,), route, who):
            for parent in asked.of(lambda one: one.spec.parent_refs, route, who):
                for asking in asked.of(lambda one: _asking(one, home), parent, who):
                    ways += self._ways(asking, hosts, asked)
        if not ways:
            return
        text = f"{who} sends {through(ways)}"
        most = max(way.exposure for way in ways)
        for rule in asked.of(lambda one: one.spec.rules, route, who):
            for backend in asked.of(lambda one: one.backend_refs, rule, who):
                for to in asked.of(lambda one: _service_of(one, home), backend, who):
                    if to[0] == home or self._lets_in(route, to):
                        yield Sent(most, text, *to)
                    else:
                        outside = f"{who}, which no ReferenceGrant in namespace {short(to[0])} lets in, would send to"
                        yield Sent(Exposure.CLUSTER, outside, *to)

    def _ways(self, asking: Asking, hosts: Sequence[str], asked: Asked) -> Iterator[Way]:
        """The ways in by one parent of a route."""
        shown = f"Gateway {short(asking.namespace)}/{short(asking.name)}"
        known = self._gateways.get((asking.namespace, asking.name), ())
        if not known:
            for host in hosts or ("",):
                yield Way(of_host(host), host, f"{shown}, which the input does not hold")
        for gateway in known:
            asked.notes += gateway.notes
            for listener in gateway.listeners:
                if _takes(listener, asking, same=gateway.namespace == asking.home):
                    for host in both(listener.host, hosts):
                        yield Way(min(gateway.most, of_host(host)), host, shown)

    def _lets_in(self, route: Route, to: tuple[str, str]) -> bool:
        """Tell whether the namespace of the Service lets routes of that kind and namespace refer to it."""
        granted = self._granted.get((to[0], route.kind.name, route.namespace or ""), ())
        return any("" in names or to[1] in names for names in granted)


def through(ways: Sequence[Way]) -> str:
    """The most exposed way in, for a person, up to the name of the Service."""
    most = max(way.exposure for way in ways)
    gateway = min(way.through for way in ways if way.exposure == most)
    hosts = {way.host for way in ways if (way.exposure, way.through) == (most, gateway)}
    return f"{told(hosts)}, come in by {gateway}, to"


def _opened(gateway: Gateway) -> Opened:
    asked, whose = Asked(), str(gateway.object.ref)
    most = asked.of(lambda one: (_reached_from(one),), gateway, whose)
    listeners = [
        one
        for listener in asked.of(lambda one: one.spec.listeners, gateway, whose)
        for one in asked.of(_listening, listener, whose)
    ]
    # From where it is reached cannot be read: then its host names alone tell.
    return Opened(gateway.namespace or "", most[0] if most else Exposure.INTERNET, listeners, asked.notes)


def _listening(listener: Listener) -> Iterator[Listening]:
    takes = listener.allowed_routes.namespaces.from_ or "Same"
    yield Listening(listener.name, listener.port, listener.hostname or "", takes)


def _granted(grant: ReferenceGrant) -> Iterator[tuple[tuple[str, str], frozenset[str]]]:
    """Kind and namespace of the routes, with the names of the Services that they may send to."""
    names = frozenset(one.name or "" for one in grant.spec.to if not one.group and one.kind_ == "Service")
    for source in grant.spec.from_:
        if source.group == GROUP and names:
            yield (source.kind_ or "", source.namespace or ""), names


def _asking(parent: RouteRef, home: str) -> Iterator[Asking]:
    """A parent that is a Gateway; a Service as parent means the mesh, which lets nothing in from outside."""
    if parent.name and parent.group in (None, GROUP) and parent.kind_ in (None, "Gateway"):
        yield Asking(home, parent.namespace or home, parent.name, parent.section_name, parent.port)


def _service_of(backend: RouteRef, home: str) -> Iterator[tuple[str, str]]:
    """Namespace and name of the Service that a backend is, as one without group and kind is."""
    if backend.name and not backend.group and backend.kind_ in (None, "Service"):
        yield backend.namespace or home, backend.name


def _takes(listener: Listening, asking: Asking, *, same: bool) -> bool:
    """Tell whether a listener takes the route. A selector is trusted to: namespaces may get labels elsewhere."""
    if asking.section not in (None, listener.name) or asking.port not in (None, listener.port):
        return False
    return listener.takes in ("All", "Selector") or (listener.takes == "Same" and same)


def both(listened: str, hosts: Sequence[str]) -> Iterator[str]:
    """The host names that a listener and a route have in common; none for either stands for any."""
    if not hosts or not listened:
        yield from hosts or (listened,)
        return
    for host in hosts:
        if host == listened or covers(listened, host):
            yield host
        elif covers(host, listened):
            yield listened


def covers(wild: str, host: str) -> bool:
    """Tell whether `wild`, if it begins with `*`, stands for `host` too."""
    return wild == "*" or (wild.startswith("*.") and host.lower().endswith(wild[1:].lower()))


def _reached_from(gateway: Gateway) -> Exposure:
    """The farthest from where the Gateway is reached, whatever the hosts.

    Sources: https://cloud.google.com/kubernetes-engine/docs/concepts/gateway-api (`rilb` is an internal balancer),
    https://istio.io/latest/docs/tasks/traffic-management/ingress/gateway-api/ (the annotation, and the waypoint).
    """
    name = gateway.spec.class_name or ""
    annotations = {**gateway.metadata.annotations, **gateway.spec.infrastructure.annotations}
    service_type = annotations.get("networking.istio.io/service-type")
    if name == "istio-waypoint" or service_type == "ClusterIP":
        return Exposure.CLUSTER
    addresses = [one.value for one in gateway.spec.addresses if one.value]
    private = (
        names_private_network(name)
        or "-rilb" in name
        or service_type == "NodePort"
        or asks_for_internal(annotations)
        or (bool(addresses) and all(map(is_private_range, addresses)))
    )
    return Exposure.PRIVATE if private else Exposure.INTERNET
