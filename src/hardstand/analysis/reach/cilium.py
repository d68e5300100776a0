"""Cilium's own network policies as rules.

Sources: https://docs.cilium.io/en/stable/security/policy/language/ (what rules mean),
https://docs.cilium.io/en/stable/security/policy/intro/ (when a policy isolates; `enableDefaultDeny`),
https://docs.cilium.io/en/stable/security/policy/deny/ (what is denied is denied whatever else is allowed) and
https://docs.cilium.io/en/stable/security/host-firewall/ (policies about nodes).

Cilium adds its policies and those of Kubernetes up: a pod that any of them isolates may do what any of them allows. A
rule that names nobody and no ports, such as `- {}`, isolates and allows nothing; one that names ports alone is about
everybody; a list that is there and empty is nobody.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from hardstand.analysis.reach.blocks import blocks
from hardstand.analysis.reach.cilium_ends import Addresses, CiliumEnds, addresses_named
from hardstand.analysis.reach.cilium_ports import authenticated, ports_of
from hardstand.analysis.reach.known import only
from hardstand.analysis.reach.likely import Drafted, Likely, cut, isolating, mistrusted, perhaps
from hardstand.analysis.reach.peers import Sort
from hardstand.analysis.reach.rule import Direction, Effect, Isolating, Origin, Rule
from hardstand.analysis.reach.spans import Spans
from hardstand.inventory.views.cilium import (
    PEERS_FROM,
    PEERS_TO,
    CidrGroup,
    CiliumPolicy,
    CiliumRule,
    CiliumSpec,
    peer_lists,
)
from hardstand.model.path import Path
from hardstand.model.violation import MalformedFieldError

FIELDS = ("spec", "specs")
_HOST = "Cilium's host firewall is on"
_RULE = {"toPorts", "icmps", "authentication"}
_SPEC = {
    "endpointSelector",
    "nodeSelector",
    "ingress",
    "egress",
    "ingressDeny",
    "egressDeny",
    "enableDefaultDeny",
    "description",
    "labels",
    "log",
}


class Made(NamedTuple):
    """The rules of policies: those that deny come before those that allow, of whatever make."""

    denying: list[Rule]
    allowing: list[Rule]
    isolating: list[Isolating]


class _Asked(NamedTuple):
    """What ends on one side ask of all that selectors mean on the other (`fromRequires`, `toRequires`)."""

    about: Likely
    others: Likely


def spans_named(policies: Iterable[CiliumPolicy], direction: Direction) -> Iterator[Spans]:
    """The addresses that rules of a direction name."""
    keys = ("fromCIDR", "fromCIDRSet") if direction is Direction.INGRESS else ("toCIDR", "toCIDRSet")
    for rule in _rules(policies, direction):
        for key in keys:
            try:
                yield from (one.spans for one in addresses_named(rule, key) if one.spans)
            except MalformedFieldError:
                continue  # `rules_of` says so.


def spans_of_groups(groups: Iterable[CidrGroup], policies: Sequence[CiliumPolicy]) -> Iterator[Spans]:
    """The addresses of groups, and what rules leave of them."""
    excepts = {
        tuple(one.excepts)
        for direction in Direction
        for rule in _rules(policies, direction)
        for key in ("fromCIDRSet", "toCIDRSet")
        for one in _readable(rule, key)
    }
    for group in groups:
        try:
            for cidr in group.spec.cidrs:
                yield from (blocks(cidr, left) for left in {(), *excepts})
        except (MalformedFieldError, ValueError):
            continue


def names_named(policies: Iterable[CiliumPolicy]) -> Iterator[str]:
    """The host names, and patterns of them, that policies name."""
    for rule in _rules(policies, Direction.EGRESS):
        try:
            yield from (name for one in rule.to_names if (name := one.name or one.pattern))
        except MalformedFieldError:
            continue


def _readable(rule: CiliumRule, key: str) -> Iterator[Addresses]:
    try:
        yield from (one for one in addresses_named(rule, key) if one.group)
    except MalformedFieldError:
        return


def _rules(policies: Iterable[CiliumPolicy], direction: Direction) -> Iterator[CiliumRule]:
    """All rules of a direction that can be read."""
    for policy in policies:
        try:
            for spec in policy.specs:
                for _, several in _sections(spec, direction):
                    yield from several
        except MalformedFieldError:
            continue


def _sections(spec: CiliumSpec, direction: Direction) -> Iterator[tuple[str, Sequence[CiliumRule]]]:
    if direction is Direction.INGRESS:
        yield from (("ingressDeny", spec.ingress_deny), ("ingress", spec.ingress))
    else:
        yield from (("egressDeny", spec.egress_deny), ("egress", spec.egress))


def rules_of(policies: Sequence[CiliumPolicy], direction: Direction, ends: CiliumEnds) -> Made:
    """The rules of one direction, and what the policies isolate there.

    A policy that cannot be read may isolate all that it may be about, deny it everything and allow it everything.
    """
    made = Made([], [], [])
    asked = list(_asked(policies, direction, ends))
    for policy in policies:
        try:
            read, isolates = _read(policy, direction, ends, asked)
        except MalformedFieldError as error:
            pods, hosts = ends.peers.pods, ends.peers.of_sort(Sort.HOST)
            about = pods | hosts if policy.home is None else ends.peers.in_namespace(policy.home)
            read, isolates = mistrusted(_origin(policy, ()), about, str(error), ends.peers)
        made.denying.extend(rule for rule in read if rule.effect is Effect.DENY)
        made.allowing.extend(rule for rule in read if rule.effect is Effect.ALLOW)
        made.isolating.extend(isolates)
    return made


def _asked(policies: Iterable[CiliumPolicy], direction: Direction, ends: CiliumEnds) -> Iterator[_Asked]:
    for policy in policies:
        try:
            for spec in policy.specs:
                for rule in spec.ingress if direction is Direction.INGRESS else spec.egress:
                    required = rule.from_requires if direction is Direction.INGRESS else rule.to_requires
                    for one in required:
                        yield _Asked(_about(spec, policy, ends), ends.endpoints(one, policy.home))
        except MalformedFieldError:
            continue  # `_read` says so.


def _read(
    policy: CiliumPolicy, direction: Direction, ends: CiliumEnds, asked: Sequence[_Asked]
) -> tuple[list[Rule], list[Isolating]]:
    """What a policy says. One about nodes may not be in force; what it allows is then allowed all the same."""
    rules: list[Rule] = []
    isolates: list[Isolating] = []
    for where, spec in _placed(policy):
        about = _about(spec, policy, ends)
        held = about if spec.endpoint_selector.exists else about & perhaps(about.all, _HOST)
        written = False
        for section, several in _sections(spec, direction):
            action = Effect.DENY if section.endswith("Deny") else Effect.ALLOW
            for at, rule in enumerate(several):
                written = True
                origin = _origin(policy, (*where, section, at))
                for draft in _drafts(
                    rule,
                    Drafted(action, origin, about if action is Effect.ALLOW else held, Likely()),
                    direction,
                    ends,
                    policy.home,
                    asked,
                ):
                    rules.extend(draft.rules())
        if _isolates(spec, direction, written=written):
            isolates.extend(isolating(held, _origin(policy, where)))
    return rules, isolates


def _placed(policy: CiliumPolicy) -> Iterator[tuple[Path, CiliumSpec]]:
    if policy.spec.exists:
        yield ("spec",), policy.spec
    for at, spec in enumerate(policy.more):
        yield ("specs", at), spec


def _about(spec: CiliumSpec, policy: CiliumPolicy, ends: CiliumEnds) -> Likely:
    only(spec, _SPEC)
    if spec.endpoint_selector.exists == spec.node_selector.exists:
        raise spec.malformed("one of endpointSelector and nodeSelector")
    if spec.node_selector.exists:
        if policy.home is not None:
            raise spec.malformed("no nodeSelector in a policy of a namespace", "nodeSelector")
        return ends.nodes(spec.node_selector)
    return ends.subject(spec.endpoint_selector, policy.home)


def _isolates(spec: CiliumSpec, direction: Direction, *, written: bool) -> bool:
    said = spec.default_deny.ingress if direction is Direction.INGRESS else spec.default_deny.egress
    return written if said is None else said


def _origin(policy: CiliumPolicy, steps: Path) -> Origin:
    return Origin(policy.kind.name, policy.home, policy.name, steps or ("spec",), policy.object.origin.file)


def _drafts(
    rule: CiliumRule,
    of: Drafted,
    direction: Direction,
    ends: CiliumEnds,
    home: str | None,
    asked: Sequence[_Asked],
) -> Iterator[Drafted]:
    """What one rule says: `of` has what the policy does, and to whom."""
    inwards = direction is Direction.INGRESS
    only(rule, _RULE | ({*PEERS_FROM, "fromRequires"} if inwards else {*PEERS_TO, "toRequires"}))
    keys = peer_lists(rule, inwards=inwards)
    if len([key for key in keys if rule.get(key)]) > 1:
        raise rule.malformed(f"one of {', '.join(keys)}, which Cilium takes one at a time")
    if "toServices" in keys and rule.get("toPorts") is not None:
        raise rule.malformed("no ports beside toServices, which Cilium does not take together", "toPorts")
    if any(not rule.get(key) for key in keys):
        return  # A list that is there and empty is nobody.
    if not keys and not rule.to_ports and not rule.icmps:
        return
    others = ends.others(rule, keys[0], home) if keys else Likely(ends.peers.all)
    pairs = [_Asked(of.about, others)]
    if keys and keys[0].endswith("Endpoints") and of.effect is Effect.ALLOW:
        pairs = list(_narrowed(pairs, asked))
    for about, meant in pairs:
        yield from _with_ports(rule, Drafted(of.effect, of.origin, about, meant), ends, inwards=inwards)


def _narrowed(pairs: Sequence[_Asked], asked: Sequence[_Asked]) -> Sequence[_Asked]:
    """The same without those on the other side that lack what is required of them."""
    for one in asked:
        left: list[_Asked] = []
        for pair in pairs:
            left.append(_Asked(pair.about & one.about, pair.others & one.others))
            left.append(_Asked(pair.about.among(~one.about.surely), pair.others))
        pairs = [pair for pair in left if pair.about.all and pair.others.all]
    return pairs


def _with_ports(rule: CiliumRule, of: Drafted, ends: CiliumEnds, *, inwards: bool) -> Iterator[Drafted]:
    for wanted in ports_of(rule):
        conditions = (*wanted.conditions, *authenticated(rule))
        for connections, called in cut(of.about if inwards else of.others, wanted.plain, wanted.named, ends.peers):
            yield Drafted(
                of.effect,
                of.origin,
                called if inwards else of.about,
                of.others if inwards else called,
                connections,
                conditions,
                wanted.unsupported,
            )
