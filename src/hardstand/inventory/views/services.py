"""Services: what gives pods an address.

Source of all fields: https://kubernetes.io/docs/reference/kubernetes-api/service-resources/service-v1/
"""

from hardstand.inventory.views.base import (
    Subject,
    View,
    int_or_string,
    integer,
    nested,
    string,
    string_map,
    strings,
    views,
)
from hardstand.model.kind import Kind


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
    cluster_ips = strings("clusterIPs")
    external_traffic_policy = string("externalTrafficPolicy")


class GivenAddress(View):
    """An address that a load balancer was given."""

    ip = string("ip")


class LoadBalancerStatus(View):
    """What became of a Service of type LoadBalancer."""

    addresses = views("ingress", GivenAddress)


class ServiceStatus(View):
    """What the cluster says of a Service."""

    load_balancer = nested("loadBalancer", LoadBalancerStatus)


class EndpointSlice(Subject):
    """An EndpointSlice: the addresses behind a Service, of which that of the API server has no selector.

    Source: https://kubernetes.io/docs/reference/kubernetes-api/service-resources/endpoint-slice-v1/
    """

    kinds = frozenset({Kind("discovery.k8s.io", "EndpointSlice")})


class Service(Subject):
    """A core Service (Knative's Service is a workload)."""

    kinds = frozenset({Kind("", "Service")})
    spec = nested("spec", ServiceSpec)
    status = nested("status", ServiceStatus)
