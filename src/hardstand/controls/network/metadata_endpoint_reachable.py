"""Pod can call the cloud's metadata endpoint, for no policy limits what leaves it.

Why
    At 169.254.169.254 clouds tell a machine its credentials. One fault by which a program can be made to send a request
    is then enough to become the node in the cloud.

Fix
    Deny egress by default in the namespace, and allow what is needed without this address. Give pods identities of
    their own (IRSA, Pod Identity, Workload Identity), and let the cloud answer nodes alone: on AWS a hop limit of 1.

When it is fine
    Where the machines are of no cloud, or the cloud answers no pods.

References
    - https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html
    - https://docs.aws.amazon.com/eks/latest/best-practices/identity-and-access-management.html
"""

from hardstand.analysis.reach.blocks import block
from hardstand.analysis.reach.connections import port
from hardstand.analysis.reach.rule import Direction
from hardstand.analysis.reach.spans import spans
from hardstand.controls.api import (
    HIGH,
    MINIMUM,
    WEEKS_2_4,
    Confidence,
    Given,
    NotApplicableError,
    Violations,
    Why,
    control,
)
from hardstand.controls.network._reach import METADATA, NETWORK_READS, network_of, policies_told, undecided
from hardstand.inventory.views.workload import Workload


@control(
    severity=HIGH,
    confidence=Confidence.MEDIUM,
    stage=WEEKS_2_4,
    maturity=MINIMUM,
    frameworks=(
        "production-checklist:P4.3",
        "nsa-cisa:network.cloud-infrastructure",
        "nist-800-53:SC-7",
        "nist-800-53:AC-4",
        "iso-27001:A.8.22",
    ),
    reads=NETWORK_READS,
    wide=True,
)
def check(workload: Workload, given: Given) -> Violations:
    """Where a rule of a NetworkPolicy allows it, the policy is told, and not each of its pods."""
    network = network_of(given)
    pods = network.pods_of(workload)
    endpoints = network.peers.blocks(spans(map(block, METADATA)))
    asked = port("TCP", 80)
    if network.connections(network.estate.surely, pods, endpoints) & asked:
        if not pods & ~network.limited_by_rules:
            raise NotApplicableError(Why.NO_SUBJECT)
        policies_told(network, given, workload, pods, Direction.EGRESS)
        free = pods & ~network.isolated(Direction.EGRESS)
        yield workload.pod_metadata.violates(
            "may call the cloud's metadata endpoint: nothing limits what it calls"
            if free
            else "may call the cloud's metadata endpoint: its policies allow it",
            "labels",
            cause=f"isolation:{workload.namespace}" if free else "",
        )
        return
    maybe = network.connections(network.estate.perhaps, pods, endpoints) & asked
    undecided(network, "whether it may call the cloud's metadata endpoint cannot be told" if maybe else "")
