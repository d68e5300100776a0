"""Administrators' policies as rules: ClusterNetworkPolicy and what came before it.

Sources: https://network-policy-api.sigs.k8s.io/reference/spec/ and the types of kubernetes-sigs/network-policy-api,
apis/v1alpha2 (ClusterNetworkPolicy: `Accept`, `Deny`, `Pass`, tiers `Admin` and `Baseline`) and apis/v1alpha1
(AdminNetworkPolicy: `Allow`, `Deny`, `Pass`; BaselineAdminNetworkPolicy, of which there is one and which passes
nothing on).

The lower the priority's number the sooner a policy is asked, and in a policy the rules stand in order. Two policies of
one priority that are about the same connection may be asked in either order: nobody can tell, and `ties` says of which.
`networks` are about all traffic, that between pods too. Pods on their node's network are no subjects and no peers.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from typing import NamedTuple

from hardstand.analysis.reach.blocks import block, blocks
from hardstand.analysis.reach.connections import ALL, Connections, port, ports
from hardstand.analysis.reach.peers import Peers, Sort
from hardstand.analysis.reach.rule import Direction, Effect, Origin, Rule, Stage
from hardstand.analysis.reach.spans import Spans, spans
from hardstand.analysis.reach.unread import unread
from hardstand.inventory.views.admin_policies import AdminPeer, AdminPolicy, AdminPort, AdminRule, AdminSubject
from hardstand.model.violation import MalformedFieldError

ADMIN, BASELINE = "Admin", "Baseline"
FIELDS = ("spec",)
_ACTIONS = {"Accept": Effect.ALLOW, "Allow": Effect.ALLOW, "Deny": Effect.DENY, "Pass": Effect.PASS}


def spans_named(policies: Iterable[AdminPolicy], direction: Direction) -> Iterator[Spans]:
    """The addresses that rules of a direction name."""
    for policy in policies:
        try:
            rules = policy.spec.ingress if direction is Direction.INGRESS else policy.spec.egress
            for peer in (peer for rule in rules for peer in (*rule.from_, *rule.to)):
                for one in peer.networks:
                    yield blocks(one)
        except (MalformedFieldError, ValueError):
            continue  # `stage` says so.


def names_named(policies: Iterable[AdminPolicy]) -> Iterator[str]:
    """The host names that policies name."""
    for policy in policies:
        try:
            for peer in (peer for rule in policy.spec.egress for peer in rule.to):
                yield from peer.domain_names
        except MalformedFieldError:
            continue


def stage(policies: Iterable[AdminPolicy], tier: str, direction: Direction, peers: Peers) -> Stage:
    """The rules of a tier in one direction, in the order in which they are asked.

    Rules of policies that may be asked in either order, where that matters, are conditional.
    """
    read: list[tuple[tuple[int, str], list[Rule]]] = []
    rules: list[Rule] = []
    for policy in sorted((one for one in policies if _tier(one) in (tier, None)), key=_order):
        try:
            read.append((_order(policy), _rules(policy, direction, peers)))
        except MalformedFieldError as error:
            why = unread(str(policy.object.ref), str(error))
            read.append((_order(policy), [_anything(policy, why, peers)]))
    for _, same in groupby(read, key=lambda one: one[0][0]):
        rules.extend(_asked_together([(name, several) for (_, name), several in same]))
    return Stage(f"{tier} tier", rules)


def _anything(policy: AdminPolicy, why: str, peers: Peers) -> Rule:
    return Rule(Effect.PASS, peers.pods, peers.all, ALL, _origin(policy), why, unsupported=True)


def _asked_together(several: Sequence[tuple[str, Sequence[Rule]]]) -> Iterator[Rule]:
    """The rules of policies of one priority: those of two that do not agree hold only if theirs is asked first."""
    for at, (name, rules) in enumerate(several):
        others = [other for place, (_, each) in enumerate(several) if place != at for other in each]
        against = next((other for other in others if any(_disagree(one, other) for one in rules)), None)
        for one in rules:
            if against is None or one.condition:
                yield one
            else:
                why = f"{name} is asked before {against.origin.name}, which has the same priority"
                yield replace(one, condition=why)


def _disagree(one: Rule, other: Rule) -> bool:
    return bool(
        one.effect is not other.effect
        and one.about & other.about
        and one.peers & other.peers
        and one.connections & other.connections
    )


def _tier(policy: AdminPolicy) -> str | None:
    """The tier of a policy; None where that cannot be read, so that it may be of any."""
    try:
        return policy.tier if policy.tier in (ADMIN, BASELINE) else None
    except MalformedFieldError:
        return None


def _order(policy: AdminPolicy) -> tuple[int, str]:
    try:
        return policy.spec.priority or 0, policy.name
    except MalformedFieldError:
        return 0, policy.name


def ties(policies: Iterable[AdminPolicy], direction: Direction, peers: Peers) -> Iterator[tuple[str, str]]:
    """Policies of one tier and priority that do not agree about the same pods: which is asked first is not defined."""
    same: dict[tuple[str, int], list[tuple[str, list[Rule]]]] = defaultdict(list)
    for policy in policies:
        try:
            made = _rules(policy, direction, peers)
        except MalformedFieldError:
            continue  # It is told that it cannot be read.
        same[_tier(policy) or "", _order(policy)[0]].append((policy.name, made))
    for several in same.values():
        for at, (name, rules) in enumerate(several):
            for other, others in several[at + 1 :]:
                if any(_disagree(a, b) for a in rules for b in others):
                    yield name, other


def _origin(policy: AdminPolicy, *steps: str | int, title: str = "") -> Origin:
    return Origin(policy.kind.name, None, policy.name, ("spec", *steps), policy.object.origin.file, title)


def _rules(policy: AdminPolicy, direction: Direction, peers: Peers) -> list[Rule]:
    inwards = direction is Direction.INGRESS
    if _tier(policy) is None:
        raise policy.spec.malformed("Admin or Baseline", "tier")
    about = _subject(policy.spec.subject, peers)
    found: list[Rule] = []
    for at, rule in enumerate(policy.spec.ingress if inwards else policy.spec.egress):
        action = _ACTIONS.get(rule.action or "")
        if action is None:
            raise rule.malformed("Accept, Allow, Deny or Pass", "action")
        origin = _origin(policy, "ingress" if inwards else "egress", at, title=rule.name or "")
        for meant in _meant(rule, rule.from_ if inwards else rule.to, peers):
            for connections, these, those in _split(rule, about, meant.bits, peers, inwards=inwards):
                found.append(Rule(action, these, those, connections, origin, meant.condition))
    return found


def _subject(subject: AdminSubject, peers: Peers) -> int:
    if subject.namespaces.exists:
        return peers.in_namespaces(subject.namespaces)
    if subject.pods.exists:
        return peers.in_namespaces(subject.pods.namespace_selector) & peers.selected(subject.pods.pod_selector)
    raise subject.malformed("namespaces or pods")


class _Meant(NamedTuple):
    bits: int
    condition: str = ""


def _meant(rule: AdminRule, others: Sequence[AdminPeer], peers: Peers) -> Iterator[_Meant]:
    """The ends that the peers of a rule are; of those that they may be, with what it depends on."""
    if not others:
        raise rule.malformed("a list of at least one peer")
    certain = 0
    perhaps: list[_Meant] = []
    for other in others:
        surely, maybe = _pods_meant(other, peers), _Meant(0)
        if surely is None:
            surely, maybe = _others_meant(other, peers)
        certain |= surely
        perhaps.append(maybe)
    yield _Meant(certain)
    for one in perhaps:
        if left := one.bits & ~certain:
            yield _Meant(left, one.condition)


def _pods_meant(other: AdminPeer, peers: Peers) -> int | None:
    """The pods that a peer means; all namespaces hold what lets requests in from outside too, wherever it runs."""
    if other.namespaces.exists:
        everywhere = not (other.namespaces.match_labels or other.namespaces.match_expressions)
        return peers.in_namespaces(other.namespaces) | (peers.of_sort(Sort.ENTRANCE) if everywhere else 0)
    if other.pods.exists:
        return peers.in_namespaces(other.pods.namespace_selector) & peers.selected(other.pods.pod_selector)
    return None


def _others_meant(other: AdminPeer, peers: Peers) -> tuple[int, _Meant]:
    """What a peer means that is no pod by its labels, and what it may mean."""
    if other.nodes.exists:
        unknown = peers.named("a node")
        return peers.nodes_selected(other.nodes), _Meant(unknown, "the node has the labels that are asked for")
    if other.networks:
        meant = _networks(other)
        surely, maybe = peers.with_address(meant, peers.pods | peers.of_sort(Sort.HOST) | peers.of_sort(Sort.NAME))
        why = f"the address is in {', '.join(other.networks)}, which the picture does not tell"
        return peers.blocks(meant) | surely, _Meant(maybe, why)
    if other.domain_names:
        certain = 0
        for name in other.domain_names:
            certain |= peers.named(name)
        return certain, _Meant(peers.of_sort(Sort.BLOCK), f"the address is that of {', '.join(other.domain_names)}")
    raise other.malformed("namespaces, pods, nodes, networks or domainNames")


def _networks(peer: AdminPeer) -> Spans:
    try:
        return spans(map(block, peer.networks))
    except ValueError as error:
        raise peer.malformed("addresses such as 10.0.0.0/8", "networks") from error


def _split(
    rule: AdminRule, about: int, meant: int, peers: Peers, *, inwards: bool
) -> Iterator[tuple[Connections, int, int]]:
    """The connections of a rule with the ends that they are for: a named port is another one for other pods."""
    wanted = rule.asked_ports
    if not wanted:
        yield ALL, about, meant
        return
    plain = Connections()
    for one in wanted:
        if one.named is None:
            plain |= _numbered(one)
    if plain:
        yield plain, about, meant
    for one in wanted:
        if one.named is not None:
            for protocol in (one.protocol,) if one.protocol else ("TCP", "UDP", "SCTP"):
                for number, these in peers.by_port(one.named, protocol, about if inwards else meant).items():
                    yield port(protocol, number), *((these, meant) if inwards else (about, these))


def _numbered(one: AdminPort) -> Connections:
    try:
        return ports(one.protocol) if one.first is None else ports(one.protocol, one.first, one.last)
    except ValueError as error:
        raise one.view.malformed("TCP, UDP or SCTP") from error
