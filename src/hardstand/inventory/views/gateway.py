"""Gateways and routes of the Gateway API, and Istio's gateways.

Sources of all fields: https://gateway-api.sigs.k8s.io/reference/spec/,
https://istio.io/latest/docs/reference/config/networking/gateway/.
"""

from collections.abc import Iterator

from hardstand.inventory.views.base import (
    View,
    boolean,
    integer,
    nested,
    string,
    string_map,
    strings,
    views,
)
from hardstand.inventory.views.entrance import Entrance, Host
from hardstand.inventory.views.references import LocalRef
from hardstand.model.kind import Kind


class ListenerTls(View):
    """TLS of a listener."""

    mode = string("mode")
    certificate_refs = views("certificateRefs", LocalRef)


class RouteNamespaces(View):
    """From which namespaces a listener takes routes: `Same`, the default, `All` or those of a `Selector`."""

    from_ = string("from")


class AllowedRoutes(View):
    """Which routes a listener takes."""

    namespaces = nested("namespaces", RouteNamespaces)


class Listener(View):
    """A port of a Gateway."""

    name = string("name")
    hostname = string("hostname")
    port = integer("port")
    protocol = string("protocol")
    tls = nested("tls", ListenerTls)
    allowed_routes = nested("allowedRoutes", AllowedRoutes)


class GatewayAddress(View):
    """An address that a Gateway asks for."""

    value = string("value")


class Infrastructure(View):
    """What a Gateway's own Service and pods are given."""

    annotations = string_map("annotations")


class GatewaySpec(View):
    """What a Gateway listens to."""

    class_name = string("gatewayClassName")
    addresses = views("addresses", GatewayAddress)
    infrastructure = nested("infrastructure", Infrastructure)
    listeners = views("listeners", Listener)


class AnyGateway(Entrance):
    """A Gateway of the Gateway API or of Istio."""


class Gateway(AnyGateway):
    """A Gateway of the Gateway API."""

    kinds = frozenset({Kind("gateway.networking.k8s.io", "Gateway")})
    spec = nested("spec", GatewaySpec)

    @property
    def hosts(self) -> Iterator[Host]:
        """The host names of its listeners."""
        return (Host(one.hostname, one, ("hostname",)) for one in self.spec.listeners if one.hostname)


class RouteRef(View):
    """A parent or backend of a route."""

    group = string("group")
    kind_ = string("kind")
    name = string("name")
    namespace = string("namespace")
    port = integer("port")
    section_name = string("sectionName")


class RequestRedirect(View):
    """Where a route sends the client instead."""

    scheme = string("scheme")


class RouteFilter(View):
    """Something that a route does with a request on its way."""

    type = string("type")
    request_redirect = nested("requestRedirect", RequestRedirect)


class PathMatch(View):
    """A path that a route takes."""

    type = string("type")
    value = string("value")


class RouteMatch(View):
    """Which requests a rule takes; only HTTPRoute has paths."""

    path_ = nested("path", PathMatch)


class RouteRule(View):
    """A rule of a route."""

    backend_refs = views("backendRefs", RouteRef)
    filters = views("filters", RouteFilter)
    matches = views("matches", RouteMatch)


class RouteSpec(View):
    """Which requests a route takes, from where, to where."""

    hostnames = strings("hostnames")
    parent_refs = views("parentRefs", RouteRef)
    rules = views("rules", RouteRule)


class Route(Entrance):
    """An HTTPRoute, GRPCRoute, TLSRoute, TCPRoute or UDPRoute of the Gateway API."""

    kinds = frozenset(
        Kind("gateway.networking.k8s.io", name)
        for name in ("HTTPRoute", "GRPCRoute", "TLSRoute", "TCPRoute", "UDPRoute")
    )
    spec = nested("spec", RouteSpec)

    @property
    def hosts(self) -> Iterator[Host]:
        """The host names that it takes requests for."""
        return (Host(name, self.spec, ("hostnames", at)) for at, name in enumerate(self.spec.hostnames))


class IstioServer(View):
    """A server of an Istio Gateway."""

    hosts = strings("hosts")
    port = nested("port", lambda data, path, parent: IstioPort(data, path, parent))
    tls = nested("tls", lambda data, path, parent: IstioTls(data, path, parent))


class IstioPort(View):
    """The port of an Istio server."""

    name = string("name")
    number = integer("number")
    protocol = string("protocol")


class IstioTls(View):
    """TLS of an Istio server or destination."""

    mode = string("mode")
    https_redirect = boolean("httpsRedirect")
    min_protocol_version = string("minProtocolVersion")
    cipher_suites = strings("cipherSuites")
    insecure_skip_verify = boolean("insecureSkipVerify")


class IstioGatewaySpec(View):
    """What an Istio Gateway listens to, in the pods that it selects."""

    selector = string_map("selector")
    servers = views("servers", IstioServer)


class IstioGateway(AnyGateway):
    """Istio's own Gateway."""

    kinds = frozenset({Kind("networking.istio.io", "Gateway")})
    spec = nested("spec", IstioGatewaySpec)

    @property
    def hosts(self) -> Iterator[Host]:
        """The hosts of its servers, without the namespace that may stand before them."""
        for server in self.spec.servers:
            for at, host in enumerate(server.hosts):
                yield Host(host.rpartition("/")[2], server, ("hosts", at))
