"""Data store can be reached from workloads of another environment.

Why
    What runs in a test environment is less watched, less patched and open to more people. Where it reaches the stores
    of production, a fault or a mistake there is one in production.

Fix
    Let the network policies of the store's namespace take connections from its own environment alone, and give what
    must cross over, such as a copy of data, a policy and a reason of its own.

When it is fine
    Stores that are meant for several environments, such as one of logs. Except them by name.

References
    - https://kubernetes.io/docs/concepts/services-networking/network-policies/
    - https://kubernetes.io/docs/concepts/security/multi-tenancy/#network-isolation
"""

from hardstand.analysis.reach.connections import Connections
from hardstand.analysis.reach.rows import Rows
from hardstand.analysis.reach.rule import Direction
from hardstand.controls.api import HIGH, MINIMUM, WEEKS_2_4, Given, NotApplicableError, Violations, Why, control
from hardstand.controls.network._reach import (
    NETWORK_READS,
    Network,
    callers_of,
    names_of,
    network_of,
    policies_told,
    undecided,
)
from hardstand.controls.network._stores import store_of
from hardstand.inventory.views.workload import Workload


@control(
    severity=HIGH,
    stage=WEEKS_2_4,
    maturity=MINIMUM,
    frameworks=(
        "production-checklist:P4.2",
        "nsa-cisa:network.namespaces",
        "nist-800-53:SC-7",
        "nist-800-53:AC-4",
        "pci-dss:1.4.2",
        "iso-27001:A.8.22",
        "iso-27001:A.8.31",
    ),
    reads=NETWORK_READS,
    needs_boundary=True,
    wide=True,
)
def check(workload: Workload, given: Given) -> Violations:
    """No pod of another environment may reach the ports of a store."""
    store, asked = store_of(workload)
    if not store:
        raise NotApplicableError(Why.NO_SUBJECT)
    network = network_of(given)
    pods = network.pods_of(workload)
    own = given.environments(workload)
    if not own:
        for name in given.perhaps(workload):
            raise given.untold(workload, name)
        raise NotApplicableError(Why.NO_SUBJECT)
    away = _away(given, own)
    callers = _callers(network, network.estate.surely, away, pods, asked)
    if callers:
        policies_told(network, given, workload, pods, Direction.INGRESS)
        who = names_of(network.peers.among(callers))
        isolated = pods & network.isolated(Direction.INGRESS)
        yield workload.pod_metadata.violates(
            f"is a store ({store}) of {', '.join(own)} that other environments reach: {who}",
            "labels",
            cause="" if isolated else f"isolation:{workload.namespace}",
        )
        return
    maybe = _callers(network, network.estate.perhaps, away, pods, asked)
    who = names_of(network.peers.among(maybe))
    undecided(network, f"whether {who} of another environment reaches it cannot be told" if maybe else "")


def _away(given: Given, own: tuple[str, ...]) -> int:
    """The pods that lie in environments, and in none of these."""
    known = given.around(_environments)
    return sum(bits for names, bits in known.items() if names and not set(names) & set(own))


def _environments(given: Given) -> dict[tuple[str, ...], int]:
    """All pods by the environments that they lie in."""
    network = network_of(given)
    found: dict[tuple[str, ...], int] = {}
    for peer in network.peers.among(network.peers.pods):
        workload = network.workloads.get(peer.owners[0])
        if workload is not None:
            names = given.environments(workload)
        else:
            labels = network.peers.namespaces.get(peer.namespace, {})
            names = given.placing.of(peer.pods[0].file, peer.namespace, labels)
        found[names] = found.get(names, 0) | peer.bit
    return found


def _callers(network: Network, rows: Rows, among: int, pods: int, asked: Connections) -> int:
    found = 0
    for by_mask in callers_of(rows, among, pods).values():
        for mask, callers in by_mask.items():
            if network.estate.universe.connections(mask) & asked:
                found |= callers
    return found
