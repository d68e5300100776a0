"""Network policy lets pods ask any resolver for names.

Why
    Where pods may send DNS to any address, names leave the cluster past its own resolver: nothing is logged there, no
    filter sees them, and data can be carried out in them, which is what tunnels over DNS do.

Fix
    Name in `to` the cluster's resolver (`namespaceSelector` for `kube-system`, `podSelector` for `k8s-app: kube-dns`,
    or the address of a cache on the node), and leave every other resolver to it.

When it is fine
    The cluster's own resolver, which asks those outside. Name their addresses instead where they are known.

References
    - https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/
    - https://attack.mitre.org/techniques/T1071/004/
"""

from hardstand.analysis.egress_rules import addresses, calls, egress_rules
from hardstand.analysis.intended.addresses import PUBLIC, spans_of
from hardstand.analysis.reach.blocks import V4, V6
from hardstand.analysis.reach.spans import difference
from hardstand.controls.api import MEDIUM, PRODUCTION, WEEKS_2_4, NotNative, Repair, Violations, control
from hardstand.inventory.views.network import IpBlock, NetworkPolicy, NetworkPolicyRule
from hardstand.model.path import Value

_INTERNET = tuple(tuple(one for one in spans_of(PUBLIC) if family[0] <= one[0] <= family[1]) for family in (V4, V6))
"""The addresses of the internet, by family."""
_RESOLVER: dict[str, Value] = {
    "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "kube-system"}},
    "podSelector": {"matchLabels": {"k8s-app": "kube-dns"}},
}


@control(
    severity=MEDIUM,
    stage=WEEKS_2_4,
    maturity=PRODUCTION,
    frameworks=(
        "production-checklist:P4.3",
        "production-checklist:P4.2",
        "nsa-cisa:network.policies",
        "nist-800-53:SC-7",
        "nist-800-53:AC-4",
        "iso-27001:A.8.22",
    ),
    fix=Repair("Let pods ask the cluster's resolver alone", safe=False),
    cel=NotNative.LONG,
)
def check(policy: NetworkPolicy) -> Violations:
    """No egress rule may be about port 53 of the whole internet; what allows everything is told elsewhere."""
    for rule in egress_rules(policy):
        if not calls(rule, 53, ("UDP", "TCP")):
            continue
        if not rule.to:
            message = "lets pods ask any resolver: the rule about port 53 names no `to`"
            edits = [rule.put([_RESOLVER], "to")] if _is_about_names_alone(rule) else []
            yield rule.violates(message, edits=edits)
        for peer in rule.to:
            if peer.ip_block.exists and _is_the_internet(peer.ip_block):
                yield peer.ip_block.violates("lets pods ask any resolver, for it holds the whole internet", "cidr")


def _is_about_names_alone(rule: NetworkPolicyRule) -> bool:
    return all(one.port == 53 and one.end_port in (None, 53) for one in rule.ports)


def _is_the_internet(one: IpBlock) -> bool:
    """Tell whether a block holds all of the internet, of either family; without private networks is still all."""
    there = addresses(one)
    return any(not difference(family, there) for family in _INTERNET)
