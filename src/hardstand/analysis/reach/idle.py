"""What Kubernetes' own policies name and nothing in a picture is: policies that select no pod, peers that are nobody,
and named ports that no pod has.

Nothing of it makes an answer wrong for what was read. It is told because the pods may be made by what was not read,
such as a custom resource of which an operator makes them, or because a name is misspelt.
"""

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hardstand.analysis.reach.kubernetes import is_about
from hardstand.analysis.reach.peers import NAMESPACE_NAME, Peers
from hardstand.analysis.reach.rule import Direction
from hardstand.inventory.neighbours import Neighbours
from hardstand.inventory.views.network import NetworkPolicy, NetworkPolicyPeer, NetworkPolicyRule
from hardstand.model.violation import MalformedFieldError


@dataclass(frozen=True, slots=True)
class Idle:
    """What is named and is not there, for a person."""

    policies: Sequence[str]
    """Policies that select no pod."""
    peers: Sequence[str]
    """Peers of rules, of policies that select some pod, that are nobody."""
    ports: Sequence[str]
    """Sentences about named ports that no pod has which the rule is about, with the nearest name."""


def idle_in(neighbours: Neighbours, peers: Peers) -> Idle:
    """What policies name and nothing that was read is. Policies that cannot be read are not among it."""
    policies: list[str] = []
    nobody: list[str] = []
    ports: list[str] = []
    for policy in neighbours.anywhere(NetworkPolicy):
        try:
            if selects_nothing(policy, peers):
                policies.append(_called(policy))
                continue
            for where, rule, inwards in _rules(policy):
                nobody.extend(_nobody(policy, where, rule, peers, inwards=inwards))
                ports.extend(_unnamed(policy, where, rule, peers, inwards=inwards))
        except MalformedFieldError:
            continue  # `Estate.unread` tells of it.
    return Idle(policies, nobody, ports)


def selects_nothing(policy: NetworkPolicy, peers: Peers) -> bool:
    """Tell whether no pod that was read is selected. MalformedFieldError where that cannot be read."""
    return not peers.in_namespace(policy.namespace or "") & peers.selected(policy.spec.pod_selector)


def _called(policy: NetworkPolicy) -> str:
    return f"NetworkPolicy {policy.namespace}/{policy.name}"


def _rules(policy: NetworkPolicy) -> Iterator[tuple[str, NetworkPolicyRule, bool]]:
    """The rules of the directions that a policy is about."""
    for direction in Direction:
        inwards = direction is Direction.INGRESS
        if is_about(policy, direction):
            for at, rule in enumerate(policy.spec.ingress if inwards else policy.spec.egress):
                yield f"{'ingress' if inwards else 'egress'}[{at}]", rule, inwards


def _nobody(
    policy: NetworkPolicy, where: str, rule: NetworkPolicyRule, peers: Peers, *, inwards: bool
) -> Iterator[str]:
    for at, other in enumerate(rule.from_ if inwards else rule.to):
        if not other.ip_block.exists and not _meant(policy, other, peers) and not _is_of_the_cluster(other):
            yield f"{_called(policy)} {where}.{'from' if inwards else 'to'}[{at}]"


def _is_of_the_cluster(other: NetworkPolicyPeer) -> bool:
    """Tell whether a peer is of the namespace that a cluster comes with, whose pods are in nobody's files."""
    return other.namespace_selector.match_labels.get(NAMESPACE_NAME) == "kube-system"


def _meant(policy: NetworkPolicy, other: NetworkPolicyPeer, peers: Peers) -> int:
    home = peers.in_namespace(policy.namespace or "")
    these = peers.in_namespaces(other.namespace_selector) if other.namespace_selector.exists else home
    return these & peers.selected(other.pod_selector) if other.pod_selector.exists else these


def _unnamed(
    policy: NetworkPolicy, where: str, rule: NetworkPolicyRule, peers: Peers, *, inwards: bool
) -> Iterator[str]:
    called = _called_by(policy, rule, peers, inwards=inwards)
    for one in rule.ports:
        protocol = one.protocol or "TCP"
        if not isinstance(one.port, str) or not called or peers.by_port(one.port, protocol, called):
            continue
        known = sorted({port.name for peer in peers.among(called) for port in peer.ports if port.name})
        near = difflib.get_close_matches(one.port, known, n=1)
        hint = f": did you mean `{near[0]}`?" if near else ""
        yield f"nothing that {_called(policy)} {where} lets be called has a {protocol} port named `{one.port}`{hint}"


def _called_by(policy: NetworkPolicy, rule: NetworkPolicyRule, peers: Peers, *, inwards: bool) -> int:
    """The pods that a rule lets be called."""
    if inwards:
        return peers.in_namespace(policy.namespace or "") & peers.selected(policy.spec.pod_selector)
    if not rule.to:
        return peers.pods
    found = 0
    for other in rule.to:
        found |= 0 if other.ip_block.exists else _meant(policy, other, peers)
    return found & peers.pods
