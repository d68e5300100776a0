"""Kubernetes' own network policies as rules.

Source: https://kubernetes.io/docs/concepts/services-networking/network-policies/ and
https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/network-policy-v1/.

Where the text leaves something to the network plugin: an `ipBlock` is about addresses outside of the cluster, as it
says they should be, unless the plugin is known to count pods among them (`Peers.blocks_hold_pods`); pods on their
node's network are neither isolated nor selected; and the transports a rule names
are all that it is about, while a rule without ports is about every protocol.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from hardstand.analysis.reach.blocks import blocks
from hardstand.analysis.reach.connections import ALL, ALL_TRANSPORT, Connections, port, ports, together
from hardstand.analysis.reach.known import only
from hardstand.analysis.reach.peers import Peers, Sort
from hardstand.analysis.reach.rule import Direction, Effect, Isolating, Origin, Rule, Stage
from hardstand.analysis.reach.spans import Spans
from hardstand.analysis.reach.unread import unreadable
from hardstand.inventory.views.network import (
    IpBlock,
    NetworkPolicy,
    NetworkPolicyPeer,
    NetworkPolicyPort,
    NetworkPolicyRule,
)
from hardstand.inventory.views.selectors import LabelSelector
from hardstand.model.path import Path
from hardstand.model.violation import MalformedFieldError

STAGE = "NetworkPolicy"
FIELDS = ("spec",)


def spans_named(policies: Iterable[NetworkPolicy], direction: Direction) -> Iterator[Spans]:
    """The addresses that rules of a direction name."""
    for policy in policies:
        try:
            rules = policy.spec.ingress if direction is Direction.INGRESS else policy.spec.egress
            for peer in (peer for rule in rules for peer in (*rule.from_, *rule.to)):
                if peer.ip_block.exists:
                    yield blocks(peer.ip_block.cidr or "", peer.ip_block.excepts)
        except (MalformedFieldError, ValueError):
            continue  # `rules_of` says so.


def rules_of(
    policies: Iterable[NetworkPolicy], direction: Direction, peers: Peers
) -> tuple[list[Rule], list[Isolating]]:
    """The rules of one direction, and what the policies isolate there.

    A policy that cannot be read may isolate everything in its namespace and may allow it everything.
    """
    rules: list[Rule] = []
    isolating: list[Isolating] = []
    for policy in policies:
        try:
            made, isolates = _read(policy, direction, peers)
        except MalformedFieldError as error:
            made, isolates = unreadable(
                _origin(policy, ("spec",)), peers.in_namespace(policy.namespace or ""), str(error), peers
            )
        rules.extend(made)
        isolating.extend(isolates)
    return rules, isolating


def stage(rules: Sequence[Rule], isolating: Sequence[Isolating]) -> Stage:
    """The one stage that all policies of Kubernetes are."""
    return Stage(STAGE, rules, isolating, ordered=False)


def is_about(policy: NetworkPolicy, direction: Direction) -> bool:
    """Tell whether a policy isolates in a direction.

    Without `policyTypes` it is about ingress, and about egress too when it has a rule for that. Source: the field's
    own description in the API reference.
    """
    types = policy.spec.policy_types
    if types:
        return str(direction) in types
    return direction is Direction.INGRESS or bool(policy.spec.egress)


_OF_POLICIES = ("podSelector", "policyTypes", "ingress", "egress")
_OF_PEERS = ("podSelector", "namespaceSelector", "ipBlock")


def _must_say_its_types(policy: NetworkPolicy) -> None:
    """MalformedFieldError where it cannot be told in which directions a policy isolates."""
    only(policy.spec, _OF_POLICIES)
    for at, one in enumerate(policy.spec.policy_types):
        if one not in tuple(map(str, Direction)):
            raise policy.spec.malformed("Ingress or Egress", "policyTypes", at)


def _must_be_valid(policy: NetworkPolicy) -> None:
    """MalformedFieldError for what the API server refuses: it is then not in force, whatever it says.

    Source: pkg/apis/networking/validation/validation.go of Kubernetes; `kubectl` refuses unknown fields.
    """
    _must_select(policy.spec.pod_selector)
    for rules, side in ((policy.spec.ingress, "from"), (policy.spec.egress, "to")):
        for rule in rules:
            only(rule, (side, "ports"))
            for port_ in rule.ports:
                _must_be_port(port_)
            for other in rule.from_ if side == "from" else rule.to:
                only(other, _OF_PEERS)
                _must_select(other.pod_selector)
                _must_select(other.namespace_selector)
                if other.ip_block.exists and (other.pod_selector.exists or other.namespace_selector.exists):
                    raise other.malformed("alone, without a selector beside it", "ipBlock")


def _must_select(selector: LabelSelector) -> None:
    for one in selector.match_expressions:
        if (one.operator in ("In", "NotIn")) is not bool(one.values):
            raise one.malformed("values for In and NotIn, and none for Exists and DoesNotExist", "values")


def _must_be_port(one: NetworkPolicyPort) -> None:
    only(one, ("port", "endPort", "protocol"))
    if isinstance(one.port, str) and not _NAME.fullmatch(one.port):
        raise one.malformed("a number, or the name of a port", "port")
    if isinstance(one.port, int) and not 1 <= one.port <= _LAST:
        raise one.malformed(f"from 1 to {_LAST}", "port")
    if one.end_port is not None and not (isinstance(one.port, int) and one.port <= one.end_port <= _LAST):
        raise one.malformed(f"from `port`, a number, to {_LAST}", "endPort")


_LAST = 65535
_NAME = re.compile(r"(?=.{1,15}$)(?!.*--)(?=.*[a-z])[a-z0-9]([a-z0-9-]*[a-z0-9])?")
"""A name of a port: https://www.rfc-editor.org/rfc/rfc6335#section-5.1, in small letters."""


def _read(policy: NetworkPolicy, direction: Direction, peers: Peers) -> tuple[list[Rule], list[Isolating]]:
    _must_say_its_types(policy)
    if not is_about(policy, direction):
        return [], []
    _must_be_valid(policy)
    home = peers.in_namespace(policy.namespace or "")
    about = home & peers.selected(policy.spec.pod_selector)
    inwards = direction is Direction.INGRESS
    written = policy.spec.ingress if inwards else policy.spec.egress
    rules: list[Rule] = []
    for at, rule in enumerate(written):
        origin = _origin(policy, ("spec", "ingress" if inwards else "egress", at))
        others = rule.from_ if inwards else rule.to
        meant, maybe = _meant(others, home, peers) if others else (peers.all, 0)
        for connections, these, those in _split(rule, about, meant, peers, inwards=inwards):
            rules.append(Rule(Effect.ALLOW, these, those, connections, origin))
        for connections, these, those in _split(rule, about, maybe, peers, inwards=inwards) if maybe else ():
            rules.append(Rule(Effect.ALLOW, these, those, connections, origin, _ADDRESS))
    return rules, [Isolating(about, _origin(policy, ("spec",)))]


def _origin(policy: NetworkPolicy, steps: Path) -> Origin:
    return Origin("NetworkPolicy", policy.namespace, policy.name, steps, policy.object.origin.file)


_ADDRESS = "the address is in the block, which the picture does not tell"


def _with_addresses(peers: Peers) -> int:
    """What blocks may hold besides addresses outside of the cluster."""
    return peers.of_sort(Sort.HOST) | peers.of_sort(Sort.NAME) | (peers.pods if peers.blocks_hold_pods else 0)


def holding_pods(policies: Iterable[NetworkPolicy], peers: Peers) -> list[str]:
    """The policies with blocks that hold addresses of pods, or may: whether that counts is the plugin's matter."""
    return [
        f"{policy.namespace}/{policy.name}"
        for policy in policies
        if any(peers.may_hold_pods(spans) for direction in Direction for spans in spans_named([policy], direction))
    ]


def _meant(others: Sequence[NetworkPolicyPeer], home: int, peers: Peers) -> tuple[int, int]:
    """The ends that the peers of a rule are, and those that they may be."""
    found = maybe = 0
    for other in others:
        if other.ip_block.exists:
            spans = _block(other.ip_block)
            others_there, perhaps = peers.with_address(spans, _with_addresses(peers))
            found |= peers.blocks(spans) | others_there
            maybe |= perhaps
            continue
        if not other.namespace_selector.exists and not other.pod_selector.exists:
            raise other.malformed("podSelector, namespaceSelector or ipBlock")
        these = peers.in_namespaces(other.namespace_selector) if other.namespace_selector.exists else home
        if other.pod_selector.exists:
            these &= peers.selected(other.pod_selector)
        if other.namespace_selector.exists and _is_empty(other):
            these |= peers.of_sort(Sort.ENTRANCE)
        found |= these
    return found, maybe & ~found


def _is_empty(other: NetworkPolicyPeer) -> bool:
    """Tell whether a peer means every pod: what lets requests in from outside is one, wherever it runs."""
    selectors = (other.namespace_selector, other.pod_selector)
    return not any(one.match_labels or one.match_expressions for one in selectors)


def _block(view: IpBlock) -> Spans:
    try:
        return blocks(view.cidr or "", view.excepts)
    except ValueError as error:
        raise view.malformed("addresses such as 10.0.0.0/8", "cidr") from error


def _split(
    rule: NetworkPolicyRule, about: int, meant: int, peers: Peers, *, inwards: bool
) -> Iterator[tuple[Connections, int, int]]:
    """The connections of a rule with the ends that they are for: a named port is another one for other pods."""
    if not rule.ports:
        yield ALL, about, meant
        return
    named = [one for one in rule.ports if isinstance(one.port, str)]
    plain = together(_numbered(one) for one in rule.ports if not isinstance(one.port, str))
    if plain:
        yield (ALL if plain == ALL_TRANSPORT else plain), about, meant
    for one in named:
        protocol = one.protocol or "TCP"
        for number, these in peers.by_port(str(one.port), protocol, about if inwards else meant).items():
            yield port(protocol, number), *((these, meant) if inwards else (about, these))


def _numbered(one: NetworkPolicyPort) -> Connections:
    protocol = one.protocol or "TCP"
    try:
        if one.port is None:
            return ports(protocol)
        return ports(protocol, int(one.port), one.end_port if one.end_port is not None else int(one.port))
    except ValueError as error:
        raise one.malformed("TCP, UDP or SCTP", "protocol") from error
