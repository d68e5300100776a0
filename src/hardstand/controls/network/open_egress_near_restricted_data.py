"""Workload that can reach restricted data may call any address of the internet.

Why
    Who takes over a workload takes what it reaches, and needs a way out for it. Where all of the internet may be called
    that way is open, on a port that nobody looks at.

Fix
    Deny egress by default, and allow the few places outside that the workload calls, by address or, with a plugin that
    knows names, by name; or send what leaves through a proxy that knows them.

When it is fine
    A proxy through which all others leave, and which itself decides what may be called. Except it by name.

References
    - https://kubernetes.io/docs/concepts/services-networking/network-policies/#default-deny-all-egress-traffic
    - https://attack.mitre.org/tactics/TA0010/
"""

from hardstand.analysis.classing import Classing
from hardstand.analysis.reach.connections import NONE, Connections
from hardstand.analysis.reach.rows import Rows
from hardstand.analysis.reach.rule import Direction
from hardstand.analysis.traits import traits_of
from hardstand.controls.api import HIGH, PRODUCTION, WEEKS_2_4, Given, NotApplicableError, Violations, Why, control
from hardstand.controls.network._reach import NETWORK_READS, Network, names_of, network_of, policies_told, undecided
from hardstand.inventory.views.workload import Workload
from hardstand.model.tier import Data


@control(
    severity=HIGH,
    stage=WEEKS_2_4,
    maturity=PRODUCTION,
    frameworks=(
        "production-checklist:P4.3",
        "production-checklist:P4.1",
        "nist-800-53:SC-7(5)",
        "nist-800-53:AC-4",
        "pci-dss:1.3.2",
        "iso-27001:A.8.12",
        "iso-27001:A.8.22",
    ),
    reads=NETWORK_READS,
    wide=True,
)
def check(workload: Workload, given: Given) -> Violations:
    """What handles restricted data, or may call what does, must not be allowed every address of the internet."""
    network = network_of(given)
    pods = network.pods_of(workload)
    restricted = given.around(_restricted)
    surely, perhaps = network.estate.surely, network.estate.perhaps
    if not restricted:
        raise NotApplicableError(Why.NOT_DECLARED)
    reached = pods & restricted or _reached(surely, pods, restricted)
    out = _out(network, surely, pods)
    if reached and out:
        policies_told(network, given, workload, pods, Direction.EGRESS)
        what = "handles" if pods & restricted else f"reaches {names_of(network.peers.among(reached))}, with"
        free = pods & ~network.isolated(Direction.EGRESS)
        yield workload.pod_metadata.violates(
            f"{what} restricted data, and may call all of the internet on {out}",
            "labels",
            cause=f"isolation:{workload.namespace}" if free else "",
        )
        return
    if not reached and not _reached(perhaps, pods, restricted):
        undecided(network, "")
        raise NotApplicableError(Why.NO_SUBJECT)
    maybe = _out(network, perhaps, pods)
    undecided(network, "whether it reaches restricted data and the internet cannot be told" if maybe else "")


def _restricted(given: Given) -> int:
    """The pods that handle restricted data, by what the baseline declares or they say of themselves."""
    network, baseline = network_of(given), given.baseline
    if baseline is None:
        return 0
    classing, found = Classing(baseline), 0
    for peer in network.peers.among(network.peers.pods):
        for owner in peer.owners:
            workload = network.workloads.get(owner)
            if workload is None:
                continue
            traits = traits_of(workload.object, baseline.names)
            if classing.data(traits, given.environments(workload)).value >= Data.RESTRICTED:
                found |= peer.bit
    return found


def _reached(rows: Rows, pods: int, restricted: int) -> int:
    found = 0
    while pods:
        bit = pods & -pods
        pods ^= bit
        for bits in rows.row(bit.bit_length() - 1).values():
            found |= bits & restricted & ~bit
    return found


def _out(network: Network, rows: Rows, pods: int) -> Connections:
    """What may be called at every address of the internet, of either family, by some of the pods."""
    found = NONE
    for family in network.families:
        for peer in network.peers.among(pods):
            left, masks = family, network.estate.universe.whole
            for mask, bits in rows.row(peer.number).items():
                if bits & family:
                    left &= ~bits
                    masks &= mask
            if family and not left:
                found |= network.estate.universe.connections(masks)
    return found
