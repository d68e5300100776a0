"""Calico's own network policies as rules.

Sources: https://docs.tigera.io/calico/latest/reference/resources/networkpolicy,
https://docs.tigera.io/calico/latest/reference/resources/globalnetworkpolicy,
https://docs.tigera.io/calico/latest/reference/resources/tier (tiers are asked in order, and in a tier the policies;
what is passed on goes to the next tier; what no rule of a tier is about is denied to whom a policy of it selects,
unless the tier's default action is `Pass`) and
https://docs.tigera.io/calico/latest/network-policy/policy-tiers/tiered-policy (the tiers of Kubernetes' own policies
and their orders). What no tier decides, the profile of a namespace allows.

Policies of Kubernetes are in the tier `default` with the order 1000, as projectcalico/calico,
libcalico-go/lib/backend/k8s/conversion has it. Policies of one order are asked by their names.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from hardstand.analysis.calico_selector import OF_ACCOUNT, OF_NAMESPACE
from hardstand.analysis.reach.blocks import block
from hardstand.analysis.reach.calico_ends import CalicoEnds, spans_of_entity
from hardstand.analysis.reach.calico_ports import called_at, conditions
from hardstand.analysis.reach.connections import ALL, Connections
from hardstand.analysis.reach.known import only
from hardstand.analysis.reach.likely import Drafted, Likely, isolating, mistrusted, perhaps
from hardstand.analysis.reach.peers import Sort
from hardstand.analysis.reach.rule import Direction, Effect, Isolating, Origin, Rule, Stage
from hardstand.analysis.reach.spans import Spans
from hardstand.analysis.reach.unread import unread
from hardstand.inventory.views.calico import AddressSet, CalicoPolicy, CalicoRule, CalledService, HostEndpoint, Tier
from hardstand.model.path import Path
from hardstand.model.violation import MalformedFieldError

FIELDS = ("metadata.labels", "spec")
DEFAULT = "default"
ORDERS = {
    "kube-admin": 1_000.0,
    "adminnetworkpolicy": 1_000.0,
    DEFAULT: 1_000_000.0,
    "kube-baseline": 10_000_000.0,
    "baselineadminnetworkpolicy": 10_000_000.0,
}
"""The tiers that are always there."""
OF_KUBERNETES = 1_000.0
"""The order of Kubernetes' own policies in the tier `default`."""
_SPEC = {
    "tier",
    "order",
    "selector",
    "namespaceSelector",
    "serviceAccountSelector",
    "types",
    "ingress",
    "egress",
    "doNotTrack",
    "preDNAT",
    "applyOnForward",
    "performanceHints",
}
_RULE = {
    "action",
    "protocol",
    "notProtocol",
    "icmp",
    "notICMP",
    "ipVersion",
    "source",
    "destination",
    "http",
    "metadata",
}
_ACTIONS = {"Allow": Effect.ALLOW, "Deny": Effect.DENY, "Pass": Effect.PASS, "Log": None}


class Placed(NamedTuple):
    """A stage, and when it is asked."""

    order: float
    name: str
    stage: Stage


class _Policy(NamedTuple):
    """The rules of one policy, and when they are asked in their tier."""

    order: float
    name: str
    rules: Sequence[Rule]
    isolating: Sequence[Isolating]


def spans_named(policies: Iterable[CalicoPolicy], direction: Direction) -> Iterator[Spans]:
    """The addresses that rules of a direction name."""
    for policy in policies:
        try:
            for rule in policy.spec.ingress if direction is Direction.INGRESS else policy.spec.egress:
                yield from spans_of_entity(rule.source)
                yield from spans_of_entity(rule.destination)
        except (MalformedFieldError, ValueError):
            continue  # `stages` says so.


def spans_of_sets(sets: Iterable[AddressSet]) -> Iterator[Spans]:
    """The addresses of sets."""
    for one in sets:
        try:
            for cidr in one.spec.nets:
                yield (block(cidr),)
        except (MalformedFieldError, ValueError):
            continue


def names_named(policies: Iterable[CalicoPolicy], sets: Iterable[AddressSet]) -> Iterator[str]:
    """The host names, and patterns of them, that policies and sets name."""
    for policy in policies:
        try:
            for rule in policy.spec.egress:
                yield from rule.destination.domains
        except MalformedFieldError:
            continue
    for one in sets:
        try:
            yield from one.spec.domains
        except MalformedFieldError:
            continue


def stages(
    policies: Sequence[CalicoPolicy],
    tiers: Sequence[Tier],
    direction: Direction,
    ends: CalicoEnds,
    kubernetes: tuple[Sequence[Rule], Sequence[Isolating]],
) -> Iterator[Placed]:
    """The tiers of one direction. `kubernetes`: the rules of Kubernetes' own policies, and what they isolate."""
    known = {one.name: one for one in tiers}
    by_tier: dict[str, list[_Policy]] = defaultdict(list)
    by_tier[DEFAULT].extend(_of_kubernetes(*kubernetes))
    for policy in policies:
        tier = _tier(policy)
        made = _made(policy, direction, ends)
        if made is not None:
            by_tier[tier].append(made)
    for name, several in by_tier.items():
        order, action, unknown = _asked(name, known)
        rules = [rule for one in sorted(several, key=lambda one: one[:2]) for rule in one.rules]
        isolates = [] if action == "Pass" else [one for each in several for one in each.isolating]
        if unknown:
            rules, isolates = _unplaced(rules, isolates, unknown)
        yield Placed(order, name, Stage(f"tier {name}", rules, isolates))


def _tier(policy: CalicoPolicy) -> str:
    """The tier of a policy. What cannot be read is told with its rules."""
    try:
        return policy.spec.tier or DEFAULT
    except MalformedFieldError:
        return DEFAULT


def _asked(name: str, known: Mapping[str, Tier]) -> tuple[float, str, str]:
    """When a tier is asked, what it does in the end, and, where that cannot be told, why."""
    usual = "Deny" if name == DEFAULT or name not in ORDERS else "Pass"
    tier = known.get(name)
    if tier is None:
        unknown = "" if name in ORDERS else f"the tier {name}, which is not in the picture, is asked before others"
        return ORDERS.get(name, -math.inf), usual, unknown
    try:
        order = tier.spec.order
        action = tier.spec.default_action or usual
    except MalformedFieldError as error:
        return -math.inf, usual, unread(f"the tier {name}", str(error))
    return ORDERS.get(name, math.inf if order is None else order), action, ""


def _unplaced(rules: Iterable[Rule], isolates: Iterable[Isolating], why: str) -> tuple[list[Rule], list[Isolating]]:
    """Rules of a tier of which nobody can tell when it is asked: they may decide, or others before them."""
    return (
        [
            Rule(
                one.effect,
                one.about,
                one.peers,
                one.connections,
                one.origin,
                " and ".join(filter(None, (one.condition, why))),
                unsupported=True,
            )
            for one in rules
        ],
        [Isolating(one.about, one.origin, " and ".join(filter(None, (one.condition, why)))) for one in isolates],
    )


def _of_kubernetes(rules: Sequence[Rule], isolates: Sequence[Isolating]) -> Iterator[_Policy]:
    by_policy: dict[tuple[str | None, str], tuple[list[Rule], list[Isolating]]] = defaultdict(lambda: ([], []))
    for rule in rules:
        by_policy[rule.origin.namespace, rule.origin.name][0].append(rule)
    for one in isolates:
        by_policy[one.origin.namespace, one.origin.name][1].append(one)
    for (_, name), (allowing, isolating_) in by_policy.items():
        yield _Policy(OF_KUBERNETES, f"knp.default.{name}", allowing, isolating_)


def _made(policy: CalicoPolicy, direction: Direction, ends: CalicoEnds) -> _Policy | None:
    """The rules of a policy; None where it says nothing of pods in this direction."""
    try:
        return _read(policy, direction, ends)
    except MalformedFieldError as error:
        about = ends.peers.pods if policy.home is None else ends.peers.in_namespace(policy.home)
        rules, isolates = mistrusted(_origin(policy, ("spec",)), about, str(error), ends.peers)
        return _Policy(-math.inf, policy.name, rules, isolates)


def _read(policy: CalicoPolicy, direction: Direction, ends: CalicoEnds) -> _Policy | None:
    spec = policy.spec
    only(spec, _SPEC)
    inwards = direction is Direction.INGRESS
    if spec.not_tracked or spec.before_dnat or not _is_about(policy, direction):
        return None  # Those of the first two sorts are about interfaces of nodes alone.
    about = ends.pods(spec.selector, spec, "selector")
    if policy.home is not None:
        about = about.among(ends.peers.in_namespace(policy.home))
    elif spec.namespace_selector:
        about &= ends.pods(spec.namespace_selector, spec, "namespaceSelector", OF_NAMESPACE)
    if spec.account_selector:
        about &= ends.pods(spec.account_selector, spec, "serviceAccountSelector", OF_ACCOUNT)
    rules: list[Rule] = []
    for at, rule in enumerate(spec.ingress if inwards else spec.egress):
        origin = _origin(policy, ("spec", "ingress" if inwards else "egress", at))
        for draft in _drafts(rule, about, policy.home, ends, origin, inwards=inwards):
            rules.extend(draft.rules())
    order = math.inf if spec.order is None else float(spec.order)
    isolates = list(isolating(about, _origin(policy, ("spec",))))
    return _Policy(order, policy.name.removeprefix(f"{_tier(policy)}."), rules, isolates)


def _is_about(policy: CalicoPolicy, direction: Direction) -> bool:
    """Without `types` a policy is about the directions that it has rules for, and about ingress if it has none."""
    spec = policy.spec
    if spec.types:
        for at, one in enumerate(spec.types):
            if one not in ("Ingress", "Egress"):
                raise spec.malformed("Ingress or Egress", "types", at)
        return str(direction) in spec.types
    if direction is Direction.EGRESS:
        return bool(spec.egress)
    return bool(spec.ingress) or not spec.egress


def _origin(policy: CalicoPolicy, steps: Path) -> Origin:
    return Origin(f"{policy.kind.name} (Calico)", policy.home, policy.name, steps, policy.object.origin.file)


def _drafts(
    rule: CalicoRule, about: Likely, home: str | None, ends: CalicoEnds, origin: Origin, *, inwards: bool
) -> Iterator[Drafted]:
    only(rule, _RULE)
    if rule.action not in _ACTIONS:
        raise rule.malformed("Allow, Deny, Pass or Log", "action")
    action = _ACTIONS[rule.action]
    if action is None:
        return  # What is logged goes on to the next rule.
    mine, others = (rule.destination, rule.source) if inwards else (rule.source, rule.destination)
    about &= ends.entity(mine, home)
    meant = ends.entity(others, home)
    if rule.ip_version is not None:
        if rule.ip_version not in (4, 6):
            raise rule.malformed("4 or 6", "ipVersion")
        meant &= ends.of_version(rule.ip_version)
    asked = tuple(conditions(rule))
    if rule.source.service.exists and not inwards:
        raise rule.source.malformed("no Services in the source of egress", "services")
    for connections, called in _called(rule, about if inwards else meant, home, ends):
        callers = meant & _callers(rule, home, ends) if inwards else about
        if inwards:
            yield Drafted(action, origin, called, callers, connections, asked)
        else:
            yield Drafted(action, origin, callers, called, connections, asked)


def _callers(rule: CalicoRule, home: str | None, ends: CalicoEnds) -> Likely:
    """Of callers those behind the Service that is named, whatever their ports."""
    if not rule.source.service.exists:
        return Likely(ends.peers.all)
    found = Likely()
    for _, meant in _behind(rule.source.service, home, ends):
        found |= meant
    return found


def _called(
    rule: CalicoRule, called: Likely, home: str | None, ends: CalicoEnds
) -> Iterator[tuple[Connections, Likely]]:
    """The connections of a rule by whom they are to; to a Service, those to the ports of its pods."""
    for connections, these in called_at(rule, called, ends.peers):
        if not rule.destination.service.exists:
            yield connections, these
            continue
        for to_service, behind in _behind(rule.destination.service, home, ends):
            yield connections & to_service, these & behind


def _behind(view: CalledService, home: str | None, ends: CalicoEnds) -> Iterator[tuple[Connections, Likely]]:
    namespace, name = view.namespace or home or DEFAULT, view.name or ""
    services = ends.services.named(namespace, name)
    outside = ends.peers.of_sort(Sort.BLOCK)
    if not services:
        why = f"it is behind Service {namespace}/{name}, which is not in the picture"
        yield ALL, perhaps(ends.peers.pods | outside | ends.peers.of_sort(Sort.HOST), why, unsupported=True)
    for service in services:
        for bits, connections in ends.services.behind(service).items():
            yield connections, Likely(bits)
        if not service.spec.selector:
            yield ALL, perhaps(outside, f"the address is one that Service {namespace}/{name} leads to")


def of_nodes(policies: Sequence[CalicoPolicy], hosts: Sequence[HostEndpoint], ends: CalicoEnds) -> Iterator[Rule]:
    """That policies about interfaces of nodes may deny what is to and from these: they are not evaluated."""
    if not any(policy.home is None for policy in policies):
        return
    for one in hosts:
        try:
            node = one.spec.node or ""
        except MalformedFieldError:
            node = ""
        about = ends.peers.named(f"node {node}") if node else ends.peers.of_sort(Sort.HOST)
        if about:
            origin = Origin("HostEndpoint", None, one.name, ("spec",), one.object.origin.file)
            why = f"a GlobalNetworkPolicy about the HostEndpoint {one.name} does, which is not evaluated"
            yield Rule(Effect.DENY, about, ends.peers.all, ALL, origin, why, unsupported=True)
