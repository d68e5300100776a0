"""What tells who held which address, of a picture: what flows are resolved by, besides what the network is made of."""

from hardstand.inventory.views.base import Subject
from hardstand.inventory.views.extending import ClusterNode
from hardstand.inventory.views.services import EndpointSlice, Service
from hardstand.inventory.views.workload import Workload

HOLDER_READS: tuple[tuple[type[Subject], tuple[str, ...]], ...] = (
    (Workload, ("metadata.uid", "metadata.deletionTimestamp", "metadata.creationTimestamp", "status")),
    (Service, ("metadata.creationTimestamp", "spec.externalIPs", "status.loadBalancer")),
    (ClusterNode, ("metadata.creationTimestamp", "spec.podCIDR", "spec.podCIDRs", "status.addresses")),
    (EndpointSlice, ("metadata.labels", "metadata.creationTimestamp", "endpoints.addresses", "ports")),
)
"""The views that must be among the neighbours, and what must be kept of each."""
