"""Network policy lets pods call the cloud's metadata endpoint.

Why
    At 169.254.169.254 (over IPv6 fd00:ec2::254) clouds tell a machine its credentials. Whoever can make a pod send a
    request there, by a fault in one program, may become the node in the cloud.

Fix
    Add `169.254.169.254/32` to the `except` of the address block, and give pods an identity of their own (IRSA, Pod
    Identity, Workload Identity). Where the rule names no addresses at all, name what is meant to be called.

When it is fine
    Agents that must read what the cloud tells of their machine. On GKE, pods with Workload Identity get their tokens
    from this address; except their policies by name.

References
    - https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html
    - https://cloud.google.com/kubernetes-engine/docs/how-to/network-policy#network-policy-and-workload-identity-federation-for-gke
    - https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/network-policy-v1/
"""

from hardstand.analysis.egress_rules import addresses, calls, egress_rules
from hardstand.analysis.reach.blocks import address, block
from hardstand.analysis.reach.spans import holds
from hardstand.controls.api import HIGH, MINIMUM, WEEKS_2_4, NotNative, Repair, Violations, control
from hardstand.inventory.views.network import IpBlock, NetworkPolicy

_ENDPOINTS = ("169.254.169.254/32", "fd00:ec2::254/128")


@control(
    severity=HIGH,
    stage=WEEKS_2_4,
    maturity=MINIMUM,
    frameworks=(
        "production-checklist:P4.3",
        "nsa-cisa:network.cloud-infrastructure",
        "nist-800-53:SC-7",
        "nist-800-53:AC-4",
        "iso-27001:A.8.22",
    ),
    fix=Repair("Leave the metadata endpoint out of the block", safe=False),
    cel=NotNative.LONG,
)
def check(policy: NetworkPolicy) -> Violations:
    """No egress rule may be about the endpoint on TCP 80; what allows everything is told by a control of its own."""
    for rule in egress_rules(policy):
        if not calls(rule, 80, ("TCP",)):
            continue
        if not rule.to:
            yield rule.violates("lets pods call any address, the metadata endpoint among them: it names no `to`")
        for peer in rule.to:
            if peer.ip_block.exists:
                yield from _open(peer.ip_block)


def _open(one: IpBlock) -> Violations:
    meant = [cidr for cidr in _ENDPOINTS if holds(addresses(one), address(cidr.partition("/")[0]))]
    if not meant:
        return
    message = f"lets pods call the metadata endpoint {' and '.join(meant)}"
    whole = block(one.cidr or "")
    if any(block(cidr) == whole for cidr in meant):
        yield one.violates(message, "cidr")  # Nothing would be left of it.
    else:
        yield one.violates(message, "cidr", edits=[one.put([*one.excepts, *meant], "except")])
