"""Which workloads are data stores."""

from hardstand.analysis.reach.connections import Connections
from hardstand.analysis.stores import store_in
from hardstand.inventory.views.workload import Workload


def store_of(workload: Workload) -> tuple[str, Connections]:
    """What a workload stores with, and the connections that it is asked by; empty where it is no store."""
    containers = workload.pod.regular_containers
    declared = [(port.protocol or "TCP", port.container_port) for one in containers for port in one.ports]
    images = [one.image for one in containers if one.image]
    return store_in(images, [(protocol, number) for protocol, number in declared if number is not None])
