"""Objects that let traffic in, or keep it out.

Sources: https://kubernetes.io/docs/reference/kubernetes-api/service-resources/ and policy-resources/,
https://gateway-api.sigs.k8s.io/reference/spec/, https://istio.io/latest/docs/reference/config/.
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from hardstand.inventory.views.base import (
    Field,
    Subject,
    View,
    boolean,
    int_or_string,
    integer,
    nested,
    string,
    string_map,
    strings,
    views,
)
from hardstand.inventory.views.pod import LocalRef
from hardstand.model.kind import Kind
from hardstand.model.path import Path
from hardstand.model.violation import Violation

if TYPE_CHECKING:
    from hardstand.inventory.objects import KubeObject


class Expression(View):
    """One match expression of a label selector."""

    key = string("key")
    operator = string("operator")
    values = strings("values")


class LabelSelector(View):
    """A label selector; whether an absent or an empty one selects nothing or everything is its reader's matter."""

    match_labels = string_map("matchLabels")
    match_expressions = views("matchExpressions", Expression)


class ServicePort(View):
    """A port of a Service."""

    name = string("name")
    port = integer("port")
    target_port = int_or_string("targetPort")
    node_port = integer("nodePort")
    protocol = string("protocol")


class ServiceSpec(View):
    """What a Service selects and how it can be reached."""

    type = string("type")
    selector = string_map("selector")
    ports = views("ports", ServicePort)
    external_ips = strings("externalIPs")
    external_name = string("externalName")
    load_balancer_source_ranges = strings("loadBalancerSourceRanges")
    load_balancer_class = string("loadBalancerClass")
    load_balancer_ip = string("loadBalancerIP")
    cluster_ip = string("clusterIP")


class GivenAddress(View):
    """An address that a load balancer was given."""

    ip = string("ip")


class LoadBalancerStatus(View):
    """What became of a Service of type LoadBalancer."""

    addresses = views("ingress", GivenAddress)


class ServiceStatus(View):
    """What the cluster says of a Service."""

    load_balancer = nested("loadBalancer", LoadBalancerStatus)


class Service(Subject):
    """A core Service (Knative's Service is a workload)."""

    kinds = frozenset({Kind("", "Service")})
    spec = nested("spec", ServiceSpec)
    status = nested("status", ServiceStatus)


class Host(NamedTuple):
    """A host name that an object answers for, and where it says so."""

    name: str
    view: View
    steps: Path

    def violates(self, message: str) -> Violation:
        """Say that the control does not hold at this host name."""
        return self.view.violates(message, *self.steps)


class Entrance(Subject):
    """Whatever lets requests in by host name, of any make; its subjects are the views of the makes below."""

    @classmethod
    def of(cls, kube: "KubeObject") -> Sequence[View]:
        """The view of the object's own make."""
        return [make(kube) for make in _MAKES if issubclass(make, cls) and kube.kind in (make.kinds or ())]

    @property
    def hosts(self) -> Iterator[Host]:
        """The host names that it answers for, `*` in them included."""
        yield from ()


class BackendPort(View):
    """The port of a Service that an Ingress sends to: one of the two."""

    number = integer("number")
    name = string("name")


class ServiceBackend(View):
    """The Service that an Ingress sends to: `service` since networking.k8s.io/v1, flat before."""

    name = string("name")
    port = nested("port", BackendPort)


class IngressBackend(View):
    """Where an Ingress sends a request."""

    service = nested("service", ServiceBackend)
    resource = nested("resource", View)
    legacy_service_name = string("serviceName")
    legacy_service_port = int_or_string("servicePort")

    @property
    def service_name(self) -> str | None:
        """The Service's name in either spelling."""
        return self.service.name or self.legacy_service_name

    @property
    def service_port(self) -> int | str | None:
        """The Service's port, number or name, in either spelling."""
        port = self.service.port
        return port.number or port.name or self.legacy_service_port


class IngressPath(View):
    """A path and its backend."""

    path_ = string("path")
    path_type = string("pathType")
    backend = nested("backend", IngressBackend)


class IngressHttp(View):
    """The paths of a rule."""

    paths = views("paths", IngressPath)


class IngressRule(View):
    """A host and its paths."""

    host = string("host")
    http = nested("http", IngressHttp)


class IngressTls(View):
    """Hosts served with a certificate."""

    hosts = strings("hosts")
    secret_name = string("secretName")


class IngressSpec(View):
    """What an Ingress lets in."""

    class_name = string("ingressClassName")
    rules = views("rules", IngressRule)
    tls = views("tls", IngressTls)
    default_backend = nested("defaultBackend", IngressBackend)
    legacy_default_backend = nested("backend", IngressBackend)


class Ingress(Entrance):
    """An Ingress of any API version."""

    kinds = frozenset({Kind("networking.k8s.io", "Ingress"), Kind("extensions", "Ingress")})
    spec = nested("spec", IngressSpec)

    @property
    def class_name(self) -> str | None:
        """The class of controller that serves it, in either spelling."""
        return self.spec.class_name or self.metadata.annotations.get("kubernetes.io/ingress.class")

    def _claims(self, _key: str) -> frozenset[tuple[str, str, str]]:
        return frozenset(
            ((rule.host or "").lower(), path.path_ or "/", "Exact" if path.path_type == "Exact" else "Prefix")
            for rule in self.spec.rules
            for path in rule.http.paths
        )

    claims: Field[frozenset[tuple[str, str, str]]] = Field("claims", _claims)  # type: ignore[arg-type]
    """Host, path and how the path is matched, of every path that it takes requests for."""

    @property
    def default_backend(self) -> IngressBackend:
        """Where requests go that no rule takes, in either spelling."""
        return self.spec.default_backend if self.spec.default_backend.exists else self.spec.legacy_default_backend

    @property
    def hosts(self) -> Iterator[Host]:
        """The hosts of its rules."""
        return (Host(rule.host, rule, ("host",)) for rule in self.spec.rules if rule.host)


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


class OpenShiftRouteTls(View):
    """How an OpenShift Route is encrypted."""

    termination = string("termination")
    insecure_policy = string("insecureEdgeTerminationPolicy")


class OpenShiftRouteSpec(View):
    """A host, a path and the Service behind them."""

    host = string("host")
    path_ = string("path")
    to = nested("to", LocalRef)
    also_to = views("alternateBackends", LocalRef)
    tls = nested("tls", OpenShiftRouteTls)
    wildcard_policy = string("wildcardPolicy")


class OpenShiftRoute(Entrance):
    """A Route of OpenShift."""

    kinds = frozenset({Kind("route.openshift.io", "Route")})
    spec = nested("spec", OpenShiftRouteSpec)

    @property
    def hosts(self) -> Iterator[Host]:
        """Its host; with the wildcard policy `Subdomain` it answers for all of the host's siblings."""
        host = self.spec.host or ""
        if self.spec.wildcard_policy == "Subdomain":
            yield Host("*." + host.partition(".")[2], self.spec, ("wildcardPolicy",))
        elif host:
            yield Host(host, self.spec, ("host",))


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


_MAKES: tuple[type[Entrance], ...] = (Ingress, Gateway, IstioGateway, Route, OpenShiftRoute)
AnyGateway.kinds = frozenset().union(*(make.kinds or () for make in _MAKES if issubclass(make, AnyGateway)))
Entrance.kinds = frozenset().union(*(make.kinds or () for make in _MAKES))


class MutualTls(View):
    """A mutual TLS setting."""

    mode = string("mode")


class PeerAuthenticationSpec(View):
    """Which mutual TLS workloads ask of their peers."""

    mtls = nested("mtls", MutualTls)
    selector = nested("selector", LabelSelector)

    def _ports(self, key: str) -> Sequence[tuple[str, MutualTls]]:
        found = nested(key, View).read(self, key)
        return [(port, nested(port, MutualTls).read(found, port)) for port in found.data]

    port_level: Field[Sequence[tuple[str, MutualTls]]] = Field("portLevelMtls", _ports)  # type: ignore[arg-type]


class PeerAuthentication(Subject):
    """Istio's PeerAuthentication."""

    kinds = frozenset({Kind("security.istio.io", "PeerAuthentication")})
    spec = nested("spec", PeerAuthenticationSpec)


class TrafficPolicy(View):
    """How a DestinationRule connects."""

    tls = nested("tls", IstioTls)
    port_level = views("portLevelSettings", lambda data, path, parent: TrafficPolicy(data, path, parent))


class Subset(View):
    """A named subset of a destination."""

    name = string("name")
    traffic_policy = nested("trafficPolicy", TrafficPolicy)


class DestinationRuleSpec(View):
    """A destination and how to connect to it."""

    host = string("host")
    traffic_policy = nested("trafficPolicy", TrafficPolicy)
    subsets = views("subsets", Subset)


class DestinationRule(Subject):
    """Istio's DestinationRule."""

    kinds = frozenset({Kind("networking.istio.io", "DestinationRule")})
    spec = nested("spec", DestinationRuleSpec)


class NetworkPolicyPort(View):
    """A port, named port or port range."""

    port = int_or_string("port")
    end_port = integer("endPort")
    protocol = string("protocol")


class IpBlock(View):
    """A range of addresses."""

    cidr = string("cidr")
    excepts = strings("except")


class NetworkPolicyPeer(View):
    """A peer: pods, namespaces or addresses."""

    pod_selector = nested("podSelector", LabelSelector)
    namespace_selector = nested("namespaceSelector", LabelSelector)
    ip_block = nested("ipBlock", IpBlock)


class NetworkPolicyRule(View):
    """An ingress (`from`) or egress (`to`) rule."""

    from_ = views("from", NetworkPolicyPeer)
    to = views("to", NetworkPolicyPeer)
    ports = views("ports", NetworkPolicyPort)


class NetworkPolicySpec(View):
    """Which pods a policy isolates and what it lets through."""

    pod_selector = nested("podSelector", LabelSelector)
    policy_types = strings("policyTypes")
    ingress = views("ingress", NetworkPolicyRule)
    egress = views("egress", NetworkPolicyRule)


class NetworkPolicy(Subject):
    """A NetworkPolicy of any API version."""

    kinds = frozenset({Kind("networking.k8s.io", "NetworkPolicy"), Kind("extensions", "NetworkPolicy")})
    spec = nested("spec", NetworkPolicySpec)
