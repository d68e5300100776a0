"""Database or other data store can be reached from outside of the cluster.

Why
    Stores are made to be called by programs beside them. One that an address of the internet reaches is found by
    scanners within hours, and then a guessed password or one fault in its login is enough.

Fix
    Take the load balancer, node port, Ingress or route away from the store, or let its network policy take connections
    from the pods that use it alone.

When it is fine
    Stores that machines outside must call, with encryption and passwords, from addresses that a policy names.

References
    - https://kubernetes.io/docs/concepts/services-networking/network-policies/
    - https://kubernetes.io/docs/concepts/services-networking/service/#publishing-services-service-types
"""

from collections.abc import Mapping

from hardstand.analysis.reach.connections import NONE, Connections
from hardstand.analysis.reach.rule import Direction
from hardstand.controls.api import (
    HIGH,
    MINIMUM,
    WEEK_1,
    Confidence,
    Given,
    NotApplicableError,
    Violations,
    Why,
    control,
)
from hardstand.controls.network._reach import NETWORK_READS, Network, network_of, policies_told, undecided
from hardstand.controls.network._stores import store_of
from hardstand.inventory.views.workload import Workload


@control(
    severity=HIGH,
    confidence=Confidence.MEDIUM,
    stage=WEEK_1,
    maturity=MINIMUM,
    frameworks=(
        "production-checklist:P4.3",
        "nist-800-190:4.4.3",
        "nist-800-53:SC-7",
        "nist-800-53:AC-4",
        "pci-dss:1.4.2",
        "soc2:CC6.6",
        "iso-27001:A.8.20",
    ),
    reads=NETWORK_READS,
    wide=True,
)
def check(workload: Workload, given: Given) -> Violations:
    """Neither what lets the outside in nor an address that a policy names may reach the ports of a store.

    A pod has an address of its own that the internet does not reach: that no policy isolates it is told elsewhere.
    """
    store, asked = store_of(workload)
    if not store:
        raise NotApplicableError(Why.NO_SUBJECT)
    network = network_of(given)
    pods = network.pods_of(workload)
    found = _ways(network, pods, asked, certain=True)
    if found and pods & ~network.isolated(Direction.INGRESS):
        policies_told(network, given, workload, pods, Direction.INGRESS)
    for way, connections in found.items():
        message = f"is a store ({store}) that the outside reaches on {connections} through {way}"
        yield workload.pod_metadata.violates(message, "labels", cause=f"entrance:{way}")
    if not found:
        way = next(iter(_ways(network, pods, asked, certain=False)), "")
        undecided(network, f"whether the outside reaches it through {way} cannot be told" if way else "")


def _ways(network: Network, pods: int, asked: Connections, *, certain: bool) -> Mapping[str, Connections]:
    """The ways in from outside, each with the connections of the store that it is for."""
    found: dict[str, Connections] = {}
    for one in network.estate.entering:
        if one.pods & pods and one.connections & asked and not one.text.endswith(" (internal)"):
            connections = network.entered(one, pods, certain=certain) & asked
            if connections:
                found[one.text] = found.get(one.text, NONE) | connections
    named = network.named_addresses(pods)
    if named and (connections := network.connections(network.rows(certain=certain), named, pods) & asked):
        found["addresses of the internet that a network policy allows"] = connections
    return found
