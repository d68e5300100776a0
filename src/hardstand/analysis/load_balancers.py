"""Who can reach a Service of type LoadBalancer, as the big providers' annotations have it.

Source: https://kubernetes.io/docs/concepts/services-networking/service/#internal-load-balancer and the documentation of
each provider's controller: the annotation's prefix says which one.
"""

from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase

from hardstand.inventory.views.services import Service
from hardstand.model.path import Path

_INTERNAL: Mapping[str, str] = {
    "cloud.google.com/load-balancer-type": "internal",
    "networking.gke.io/load-balancer-type": "internal",
    "load-balancer.hetzner.cloud/disable-public-network": "true",
    "oci-network-load-balancer.oraclecloud.com/internal": "true",
    "service.beta.kubernetes.io/alibaba-cloud-loadbalancer-address-type": "intranet",
    "service.beta.kubernetes.io/aws-load-balancer-scheme": "internal",
    "service.beta.kubernetes.io/azure-load-balancer-internal": "true",
    "service.beta.kubernetes.io/do-loadbalancer-network": "internal",
    "service.beta.kubernetes.io/oci-load-balancer-internal": "true",
    "service.beta.kubernetes.io/openstack-internal-load-balancer": "true",
    "service.beta.kubernetes.io/scw-loadbalancer-private": "true",
    "service.kubernetes.io/ibm-load-balancer-cloud-provider-ip-type": "private",
    "service.kubernetes.io/qcloud-loadbalancer-internal-subnetid": "?*",
}
"""Annotation and the value, in lower case, that makes the load balancer internal."""

_AWS = "service.beta.kubernetes.io/aws-load-balancer-"
_RANGES = (
    "service.beta.kubernetes.io/load-balancer-source-ranges",
    "service.beta.kubernetes.io/azure-allowed-ip-ranges",
    "service.beta.kubernetes.io/azure-allowed-service-tags",
)
"""Annotations with a list of those who may connect, separated by commas."""

_ADDRESSES = (
    "metallb.io/loadBalancerIPs",
    "metallb.universe.tf/loadBalancerIPs",
    "kube-vip.io/loadbalancerIPs",
    "lbipam.cilium.io/ips",
    "io.cilium/lb-ipam-ips",
)
"""Annotations with the addresses that a load balancer is to have, separated by commas."""


def is_internal(service: Service, also: Mapping[str, str]) -> bool:
    """Tell whether an annotation, one of `also` or a provider's, keeps the load balancer off the internet."""
    annotations = service.metadata.annotations
    if any(annotations.get(key) == value for key, value in also.items()):
        return True
    return asks_for_internal(annotations) or _is_internal_on_aws(service, annotations)


def asks_for_internal(annotations: Mapping[str, str]) -> bool:
    """Tell whether one of the providers' annotations asks for an internal load balancer in so many words."""
    return any(fnmatchcase(annotations.get(key, "").lower(), value) for key, value in _INTERNAL.items())


def addresses(service: Service) -> Sequence[str]:
    """The addresses that the load balancer has, else those that it is to have; empty when nobody says."""
    given = [one.ip for one in service.status.load_balancer.addresses if one.ip]
    if given:
        return given
    annotations = service.metadata.annotations
    asked = [service.spec.load_balancer_ip or "", *(annotations.get(key, "") for key in _ADDRESSES)]
    return [one.strip() for text in asked for one in text.split(",") if one.strip()]


def source_ranges(service: Service) -> Sequence[tuple[Path, str]]:
    """Who may connect, each with its place in the Service; empty when that is not restricted.

    The field wins over the annotations, as in Kubernetes' service controllers.
    """
    listed = service.spec.load_balancer_source_ranges
    if listed:
        return [(("spec", "loadBalancerSourceRanges", at), block.strip()) for at, block in enumerate(listed)]
    annotations = service.metadata.annotations
    return [
        (("metadata", "annotations", key), block.strip())
        for key in _RANGES
        for block in annotations.get(key, "").split(",")
        if block.strip()
    ]


def is_open(block: str) -> bool:
    """Tell whether a range holds every address of its family."""
    return block in ("Internet", "*") or block.endswith("/0")


def _is_internal_on_aws(service: Service, annotations: Mapping[str, str]) -> bool:
    """The in-tree annotation counts with any value but `false`; the load balancer controller is internal by default.

    Source: https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/service/annotations/
    """
    if annotations.get(_AWS + "internal", "false") not in ("", "false"):
        return True
    by_controller = service.spec.load_balancer_class == "service.k8s.aws/nlb" or annotations.get(_AWS + "type") in (
        "external",
        "nlb-ip",
    )
    return by_controller and (_AWS + "scheme") not in annotations
