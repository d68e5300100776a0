"""Whether the network policies of a namespace deny by default.

Source: https://kubernetes.io/docs/concepts/services-networking/network-policies/#default-policies
"""

from collections.abc import Sequence

from hardstand.analysis.selecting import asks_nothing
from hardstand.inventory.views.network import NetworkPolicy, NetworkPolicyRule, NetworkPolicySpec

DIRECTIONS = ("Ingress", "Egress")
FIELDS = (
    "spec.podSelector",
    "spec.policyTypes",
    "spec.ingress.from",
    "spec.ingress.ports",
    "spec.egress.to",
    "spec.egress.ports",
)
"""What a control that asks this reads of policies."""


def denies_all(policy: NetworkPolicy, direction: str) -> bool:
    """Tell whether the policy isolates every pod of its namespace in that direction, and does not let all through."""
    return _governs_all(policy, direction) and not allows_all(policy, direction)


def allows_all(policy: NetworkPolicy, direction: str) -> bool:
    """Tell whether the policy lets everything through for every pod, which undoes a denial, since policies add up."""
    return _governs_all(policy, direction) and any(_is_open(rule) for rule in _rules(policy.spec, direction))


def _governs_all(policy: NetworkPolicy, direction: str) -> bool:
    """Without `policyTypes` a policy is about ingress, and about egress too when it has egress rules."""
    types = policy.spec.policy_types or (DIRECTIONS if policy.spec.egress else DIRECTIONS[:1])
    return direction in types and asks_nothing(policy.spec.pod_selector)


def _rules(spec: NetworkPolicySpec, direction: str) -> Sequence[NetworkPolicyRule]:
    return spec.ingress if direction == "Ingress" else spec.egress


def _is_open(rule: NetworkPolicyRule) -> bool:
    return not rule.from_ and not rule.to and not rule.ports
