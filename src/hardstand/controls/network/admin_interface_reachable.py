"""Interface for administrators can be reached from outside of its zone.

Why
    Consoles, dashboards and the programs behind them can do to everything else what their users can. What reaches one
    without need is a step away from all that it manages, and their logins are rarely made to withstand it.

Fix
    Let the network policies around the interface take connections from its own zone alone, or declare the flow that is
    meant to be, with its reason, under `network.flows` of the baseline.

When it is fine
    Where the words mean something else in your house; set the parameters.

References
    - https://kubernetes.io/docs/concepts/services-networking/network-policies/
    - https://csrc.nist.gov/pubs/sp/800/207/final
"""

from collections.abc import Iterator

from hardstand.analysis import admin_pages
from hardstand.analysis.intended.table import Table
from hardstand.analysis.reach.connections import NONE, Connections
from hardstand.analysis.reach.rule import Direction
from hardstand.controls.api import HIGH, MINIMUM, WEEKS_2_4, Given, NotApplicableError, Violations, Why, control
from hardstand.controls.network._reach import (
    NETWORK_READS,
    Network,
    callers_of,
    names_of,
    network_of,
    policies_told,
    table_in,
    undecided,
)
from hardstand.controls.parameter import text_list
from hardstand.inventory.views.workload import Workload

ZONES = text_list("zones", "zones of the flow table that are administrators'", default=("admin",))
NAMES = text_list("names", "patterns for names of workloads that are for administrators", default=admin_pages.NAMES)


@control(
    severity=HIGH,
    stage=WEEKS_2_4,
    maturity=MINIMUM,
    frameworks=(
        "production-checklist:P4.2",
        "production-checklist:P4.3",
        "nist-800-53:SC-2",
        "nist-800-53:SC-7",
        "nist-800-53:AC-4",
        "pci-dss:1.4.2",
        "iso-27001:A.8.22",
    ),
    parameters=[ZONES, NAMES],
    reads=NETWORK_READS,
    wide=True,
)
def check(workload: Workload, given: Given) -> Violations:
    """Pods of a zone for administrators, or named like such, take calls from their zone and as the flow table says."""
    table = table_in(given)
    network = network_of(given)
    pods = network.pods_of(workload)
    zone = next((name for name, bits in table.zones.items() if bits & pods), "")
    if zone not in given[ZONES] and not admin_pages.is_for_admins(workload.name, given[NAMES]):
        raise NotApplicableError(Why.NO_SUBJECT)
    home = table.zones[zone] if zone else network.peers.in_namespace(workload.namespace or "")
    callers, connections = _beyond(network, table, pods, home, certain=True)
    if callers:
        policies_told(network, given, workload, pods, Direction.INGRESS)
        who = names_of(network.peers.among(callers))
        where = f"its zone `{zone}`" if zone else "its namespace"
        yield workload.pod_metadata.violates(
            f"is for administrators, and from outside of {where} {who} may call it on {connections}, "
            "which no flow of the baseline means",
            "labels",
            cause="" if pods & network.isolated(Direction.INGRESS) else f"isolation:{workload.namespace}",
        )
        return
    maybe, _ = _beyond(network, table, pods, home, certain=False)
    who = names_of(network.peers.among(maybe))
    undecided(network, f"whether {who} may call it cannot be told" if maybe else next(iter(table.faults), ""))


def _beyond(network: Network, table: Table, pods: int, home: int, *, certain: bool) -> tuple[int, Connections]:
    """Who may call some pods beyond what the table means, and how."""
    among = network.peers.pods & ~home
    found, how = 0, NONE
    for callers, target, connections in _calls(network, among, pods, certain=certain):
        meant = [one for stage in table.policies.egress for one in stage.rules if one.peers >> target & 1 and one.about]
        for peer in network.peers.among(callers):
            left = connections
            for one in meant:
                if one.about & peer.bit:
                    left -= one.connections
            if left:
                found, how = found | peer.bit, how | left
    return found, how


def _calls(network: Network, among: int, pods: int, *, certain: bool) -> Iterator[tuple[int, int, Connections]]:
    """Callers, the number of what they call, and how: pods, and of addresses those that policies or Services let in."""
    callers = among | network.named_addresses(pods)
    for target, by_mask in callers_of(network.rows(certain=certain), callers, pods).items():
        for mask, some in by_mask.items():
            yield some, target, network.estate.universe.connections(mask)
    for one in network.estate.entering:
        outside = one.callers & network.internet
        if outside and not one.text.endswith(" (internal)"):
            for peer in network.peers.among(one.pods & pods):
                yield outside, peer.number, network.entered(one, peer.bit, certain=certain)
