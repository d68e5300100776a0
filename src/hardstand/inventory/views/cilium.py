"""Network policies of Cilium.

Source of all fields: https://docs.cilium.io/en/stable/security/policy/language/ and the types of cilium/cilium,
pkg/policy/api and pkg/k8s/apis/cilium.io/v2.
"""

from collections.abc import Iterator, Sequence

from hardstand.inventory.views.base import (
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
from hardstand.inventory.views.selectors import LabelSelector
from hardstand.model.kind import Kind

CLUSTERWIDE = Kind("cilium.io", "CiliumClusterwideNetworkPolicy")
NAMESPACED = Kind("cilium.io", "CiliumNetworkPolicy")
CILIUM = frozenset({CLUSTERWIDE, NAMESPACED})


class CidrRule(View):
    """A block of addresses, or a group of them by its name or its labels, but for some."""

    cidr = string("cidr")
    excepts = strings("except")
    group = string("cidrGroupRef")
    group_selector = nested("cidrGroupSelector", LabelSelector)


class NamedService(View):
    """A Service by its name."""

    name = string("serviceName")
    namespace = string("namespace")


class SelectedService(View):
    """Services by their labels."""

    selector = nested("selector", LabelSelector)
    namespace = string("namespace")


class ServicePeer(View):
    """Services that a rule means."""

    named = nested("k8sService", NamedService)
    selected = nested("k8sServiceSelector", SelectedService)


class NamePeer(View):
    """Host names that a rule means."""

    name = string("matchName")
    pattern = string("matchPattern")


class PortProtocol(View):
    """A port by number or name, or a range."""

    port = int_or_string("port")
    end_port = integer("endPort")
    protocol = string("protocol")


class HttpRule(View):
    """HTTP requests that pass; what is not set is any."""

    method = string("method")
    url_path = string("path")
    host = string("host")
    headers = strings("headers")
    header_matches = views("headerMatches", View)


class KafkaRule(View):
    """Requests of Kafka that pass."""

    role = string("role")
    api_key = string("apiKey")
    api_version = string("apiVersion")
    client = string("clientID")
    topic = string("topic")


class L7Rules(View):
    """What must be so of a request itself."""

    http = views("http", HttpRule)
    kafka = views("kafka", KafkaRule)
    dns = views("dns", NamePeer)
    protocol = string("l7proto")


class Listener(View):
    """A proxy that requests are sent through."""

    name = string("name")


class PortRule(View):
    """Ports, and what must be so of requests to them."""

    ports = views("ports", PortProtocol)
    rules = nested("rules", L7Rules)
    server_names = strings("serverNames")
    listener = nested("listener", Listener)


class IcmpField(View):
    """A type of ICMP, by number or name."""

    family = string("family")
    type = int_or_string("type")


class IcmpRule(View):
    """Types of ICMP."""

    fields = views("fields", IcmpField)


class Authentication(View):
    """Whether both ends must prove who they are."""

    mode = string("mode")


class CiliumRule(View):
    """A rule of one direction: `from…` of ingress or `to…` of egress. A list that is there and empty means nobody."""

    from_endpoints = views("fromEndpoints", LabelSelector)
    to_endpoints = views("toEndpoints", LabelSelector)
    from_requires = views("fromRequires", LabelSelector)
    to_requires = views("toRequires", LabelSelector)
    from_entities = strings("fromEntities")
    to_entities = strings("toEntities")
    from_cidr = strings("fromCIDR")
    to_cidr = strings("toCIDR")
    from_cidr_set = views("fromCIDRSet", CidrRule)
    to_cidr_set = views("toCIDRSet", CidrRule)
    from_nodes = views("fromNodes", LabelSelector)
    to_nodes = views("toNodes", LabelSelector)
    from_groups = views("fromGroups", View)
    to_groups = views("toGroups", View)
    to_services = views("toServices", ServicePeer)
    to_names = views("toFQDNs", NamePeer)
    to_ports = views("toPorts", PortRule)
    icmps = views("icmps", IcmpRule)
    authentication = nested("authentication", Authentication)


class DefaultDeny(View):
    """Whether a policy isolates in a direction; where it does not say, its having rules there tells."""

    ingress = boolean("ingress")
    egress = boolean("egress")


class CiliumSpec(View):
    """One of the parts of a policy: for pods, or for nodes."""

    endpoint_selector = nested("endpointSelector", LabelSelector)
    node_selector = nested("nodeSelector", LabelSelector)
    ingress = views("ingress", CiliumRule)
    egress = views("egress", CiliumRule)
    ingress_deny = views("ingressDeny", CiliumRule)
    egress_deny = views("egressDeny", CiliumRule)
    default_deny = nested("enableDefaultDeny", DefaultDeny)


class CiliumPolicy(Subject):
    """A policy of a namespace, or of the whole cluster."""

    kinds = CILIUM
    spec = nested("spec", CiliumSpec)
    more = views("specs", CiliumSpec)

    @property
    def specs(self) -> Iterator[CiliumSpec]:
        """All its parts."""
        if self.spec.exists:
            yield self.spec
        yield from self.more

    @property
    def home(self) -> str | None:
        """The namespace that it is for; None where it is for the whole cluster."""
        return None if self.kind == CLUSTERWIDE else self.namespace or ""


class CidrGroupSpec(View):
    """The addresses of a group."""

    cidrs = strings("externalCIDRs")


class CidrGroup(Subject):
    """A CiliumCIDRGroup."""

    kinds = frozenset({Kind("cilium.io", "CiliumCIDRGroup")})
    spec = nested("spec", CidrGroupSpec)


class SelectedPods(View):
    """What a Service selects."""

    selector = string_map("selector")


class CalledService(Subject):
    """A Service, as far as policies ask of it."""

    kinds = frozenset({Kind("", "Service")})
    spec = nested("spec", SelectedPods)


PEERS_FROM = ("fromEndpoints", "fromEntities", "fromCIDR", "fromCIDRSet", "fromNodes", "fromGroups")
PEERS_TO = (
    "toEndpoints",
    "toEntities",
    "toCIDR",
    "toCIDRSet",
    "toNodes",
    "toGroups",
    "toServices",
    "toFQDNs",
)


def peer_lists(rule: CiliumRule, *, inwards: bool) -> Sequence[str]:
    """The keys under which a rule of a direction names who is on the other side, where it does."""
    return [key for key in (PEERS_FROM if inwards else PEERS_TO) if rule.get(key) is not None]
