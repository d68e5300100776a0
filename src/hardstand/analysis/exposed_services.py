"""How a Service is reached from outside the cluster by itself, without an Ingress or a route.

A node port is open on every address of every node. Nodes mostly have private addresses, and where they have public
ones a firewall stands before them by every big provider's default, so it counts as the private network; who knows
better declares it. The same holds for ports that pods claim on their node.
"""

from collections.abc import Iterator, Sequence

from hardstand.analysis.addresses import is_address, is_private_range
from hardstand.analysis.entrances import names_private_network
from hardstand.analysis.inferred import Asked, Reason, short
from hardstand.analysis.load_balancers import addresses, is_internal, source_ranges
from hardstand.inventory.views.services import Service
from hardstand.model.tier import Exposure

SERVICE_FIELDS = (
    "metadata.annotations",
    "spec.type",
    "spec.selector",
    "spec.clusterIP",
    "spec.externalIPs",
    "spec.externalName",
    "spec.loadBalancerIP",
    "spec.loadBalancerSourceRanges",
    "spec.loadBalancerClass",
    "status.loadBalancer.ingress.ip",
)
"""What this, and who follows routes to Services, reads of them."""


def directly(service: Service, asked: Asked) -> Sequence[Reason[Exposure]]:
    """How the Service itself lets the outside in. What cannot be read is noted in `asked` and tells nothing.

    A headless Service has no address that anything outside could be sent to, whatever else it says.
    """
    spec = service.get("spec")
    if isinstance(spec, dict) and spec.get("type") in (None, "ClusterIP") and spec.get("externalIPs") is None:
        return ()  # Nearly all Services, told without reading more of them.
    return asked.all(_questions, service)


def _questions(service: Service, asked: Asked) -> Iterator[Reason[Exposure]]:
    who = str(service.object.ref)
    if "None" not in asked.of(lambda one: (one.spec.cluster_ip,), service, who):
        yield from asked.of(_by_type, service, who)
        yield from asked.of(_by_address, service, who)


def _by_type(service: Service) -> Iterator[Reason[Exposure]]:
    who = str(service.object.ref)
    if service.spec.type == "NodePort":
        yield Exposure.PRIVATE, f"{who} opens a port on every node and selects it"
    elif service.spec.type == "LoadBalancer":
        if _is_private(service):
            yield Exposure.PRIVATE, f"{who} has a load balancer for private networks and selects it"
        else:
            yield Exposure.INTERNET, f"{who} has a public load balancer and selects it"


def _by_address(service: Service) -> Iterator[Reason[Exposure]]:
    """Source of `externalIPs`: https://kubernetes.io/docs/concepts/services-networking/service/#external-ips."""
    for one in service.spec.external_ips:
        if is_address(one):
            level = Exposure.PRIVATE if is_private_range(one) else Exposure.INTERNET
            yield level, f"{service.object.ref} takes connections at {short(one)} and selects it"


def _is_private(service: Service) -> bool:
    if is_internal(service, {}) or names_private_network(service.spec.load_balancer_class or ""):
        return True
    ranges = [block for _, block in source_ranges(service)]
    if ranges and all(map(is_private_range, ranges)):
        return True
    held = addresses(service)
    return bool(held) and all(map(is_private_range, held))
