"""What the egress rules of Kubernetes' network policies let pods call outside of the cluster.

Source: https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/network-policy-v1/
"""

from collections.abc import Iterator, Sequence

from hardstand.analysis.reach.blocks import blocks
from hardstand.analysis.reach.kubernetes import is_about
from hardstand.analysis.reach.rule import Direction
from hardstand.analysis.reach.spans import Spans
from hardstand.inventory.views.network import IpBlock, NetworkPolicy, NetworkPolicyPort, NetworkPolicyRule


def egress_rules(policy: NetworkPolicy) -> Iterator[NetworkPolicyRule]:
    """The egress rules that count, but for those that allow everything: they are a fault of their own."""
    if is_about(policy, Direction.EGRESS):
        yield from (rule for rule in policy.spec.egress if rule.to or rule.ports)


def addresses(block: IpBlock) -> Spans:
    """The addresses of a block. MalformedFieldError for what is none."""
    try:
        return blocks(block.cidr or "", block.excepts)
    except ValueError as error:
        raise block.malformed("addresses such as 10.0.0.0/8", "cidr") from error


def calls(rule: NetworkPolicyRule, number: int, protocols: Sequence[str]) -> bool:
    """Tell whether a rule is about a port of one of some protocols. A name is not: what is outside names no ports."""
    return not rule.ports or any(_is(one, number) and (one.protocol or "TCP") in protocols for one in rule.ports)


def _is(one: NetworkPolicyPort, number: int) -> bool:
    if one.port is None:
        return True
    return isinstance(one.port, int) and one.port <= number <= (one.end_port or one.port)
