"""Pods that policies admit, or let be called, and of which nothing was read: files are never the whole cluster.

What was read of a running cluster is all there is. Of files it is not, so a rule whose peers select nothing, or the
pods of all namespaces, opens what is governed to pods that no comparison sees: nobody can tell whether there are such.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from hardstand.analysis.intended.rows import Meant, Row, split, sum_of, whole
from hardstand.analysis.intended.table import Table
from hardstand.analysis.reach.connections import Connections
from hardstand.analysis.reach.estate import Estate
from hardstand.analysis.reach.kubernetes import STAGE, is_about
from hardstand.analysis.reach.peers import NAMESPACE_NAME, numbers_in
from hardstand.analysis.reach.rule import Direction, Effect, Origin, Rule
from hardstand.baseline.classes import Matching
from hardstand.baseline.globs import Glob, labels_fit
from hardstand.baseline.network import Zone
from hardstand.inventory.views.network import NetworkPolicy, NetworkPolicyPeer
from hardstand.inventory.views.selectors import LabelSelector
from hardstand.model.violation import MalformedFieldError

_DOES = {Direction.INGRESS: "lets in", Direction.EGRESS: "lets call"}


class Unread:
    """Asks what policies open to whom nobody read, beside one table."""

    def __init__(self, estate: Estate, table: Table, zones: Mapping[str, Zone]) -> None:
        self._estate, self._table, self._zones = estate, table, zones
        self._peers = estate.peers
        self._several = len({peer.namespace for peer in self._peers.among(self._peers.pods)}) > 1

    def doubts(self, policies: Iterable[NetworkPolicy]) -> list[str]:
        """What no row means of these policies of Kubernetes, and of all policies of other makes, for a person."""
        there = list(policies)
        found: dict[str, None] = {}
        for direction in Direction:
            rules = self._rules(direction)
            for policy in there:
                try:
                    found.update(dict.fromkeys(self._of(policy, direction, rules)))
                except MalformedFieldError:
                    continue  # The estate has it among its doubts.
            found.update(dict.fromkeys(self._others(direction, rules)))
        return list(found)

    def _rules(self, direction: Direction) -> Mapping[Origin, Sequence[Rule]]:
        """The rules that allow something to pods of the table, by where they stand."""
        found: dict[Origin, list[Rule]] = defaultdict(list)
        for stage in self._estate.policies.towards(direction):
            for rule in stage.rules:
                if rule.effect is Effect.ALLOW and rule.about & self._table.governed:
                    found[rule.origin].append(rule)
        return found

    def _of(self, policy: NetworkPolicy, direction: Direction, rules: Mapping[Origin, Sequence[Rule]]) -> Iterator[str]:
        if not is_about(policy, direction):
            return
        inwards = direction is Direction.INGRESS
        for at, rule in enumerate(policy.spec.ingress if inwards else policy.spec.egress):
            steps = ("spec", "ingress" if inwards else "egress", at)
            origin = Origin(STAGE, policy.namespace, policy.name, steps, policy.object.origin.file)
            made = rules.get(origin, ())
            others = rule.from_ if inwards else rule.to
            if made and not others and not self._meant(made, Admitted(), direction):
                yield _said(origin, direction, "pods of all namespaces, of which not all were read")
            for other in others if made else ():
                what = self._unread(other, policy.namespace or "")
                if what and not self._meant(made, Admitted.of(other, policy.namespace or ""), direction):
                    yield _said(origin, direction, what, _selector(other))

    def _unread(self, other: NetworkPolicyPeer, home: str) -> str:
        """What a peer means of which nothing was read; empty where that cannot be told from what was read."""
        if other.ip_block.exists:
            return ""
        if not other.namespace_selector.exists:
            these = self._peers.in_namespace(home) & self._peers.selected(other.pod_selector)
            return "" if these else "pods of which nothing was read"
        where = other.namespace_selector
        if not where.match_labels and not where.match_expressions:
            return "pods of all namespaces, of which not all were read"
        these = self._peers.in_namespaces(where)
        if these and other.pod_selector.exists:
            return "" if these & self._peers.selected(other.pod_selector) else "pods of which nothing was read"
        return "" if these else "pods of namespaces that were not read"

    def _others(self, direction: Direction, rules: Mapping[Origin, Sequence[Rule]]) -> Iterator[str]:
        """Rules of other makes: told by what their peers come to, since each make has selectors of its own."""
        pods = self._peers.pods
        for origin, several in rules.items():
            if origin.kind == STAGE:
                continue
            every = (self._several or origin.namespace is None) and any(rule.peers & pods == pods for rule in several)
            if not every and any(rule.peers for rule in several):
                continue
            what = "pods of all namespaces, of which not all were read" if every else "pods of which nothing was read"
            if not self._meant(several, Admitted(), direction):
                yield _said(origin, direction, what)

    def _meant(self, rules: Sequence[Rule], admitted: "Admitted", direction: Direction) -> bool:
        """Tell whether rows mean all that rules allow with the pods that are admitted."""
        rows = [row for row in self._table.rows if self._covers(row, admitted, direction)]
        return all(
            not self._left(rows, 1 << number, rule.connections, direction)
            for rule in rules
            for number in numbers_in(rule.about & self._table.governed)
        )

    def _left(self, rows: Sequence[Row], bit: int, left: Connections, direction: Direction) -> Connections:
        """What no row means of the connections of one end."""
        for row in rows:
            if sum_of(row.destinations if direction is Direction.INGRESS else row.origins, self._peers) & bit:
                meant = (
                    split(row.ports, bit, self._peers) if direction is Direction.INGRESS else ((whole(row.ports), bit),)
                )
                for connections, _ in meant:
                    left -= connections
        return left

    def _covers(self, row: Row, admitted: "Admitted", direction: Direction) -> bool:
        others = row.origins if direction is Direction.INGRESS else row.destinations
        return any(admitted.is_within(match) for meant in others for match in self._matches(meant))

    def _matches(self, meant: Meant) -> Iterator[Matching]:
        """What a workload has to be to be this end, where that is said in one way."""
        if meant.is_outside:
            return
        zone = self._zones.get(meant.end.word)
        if zone is None:
            yield meant.end.matching
        elif meant.end.matching == Matching():
            yield zone.match


@dataclass(frozen=True, slots=True)
class Admitted:
    """The pods that a peer admits, as far as it says so in plain words."""

    namespaces: Sequence[str] | None = None
    """None is all, or what labels of namespaces tell."""
    labels: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, peer: NetworkPolicyPeer, home: str) -> "Admitted":
        """What a peer admits, from a policy in the namespace `home`."""
        where, names = peer.namespace_selector, None
        if not where.exists:
            names = [home]
        elif NAMESPACE_NAME in where.match_labels:
            names = [where.match_labels[NAMESPACE_NAME]]
        else:
            for one in where.match_expressions:
                if one.key == NAMESPACE_NAME and one.operator == "In":
                    names = list(one.values)
        return cls(names, peer.pod_selector.match_labels if peer.pod_selector.exists else {})

    def is_within(self, match: Matching) -> bool:
        """Tell whether all these pods surely match; what nobody can tell of pods that were not read is no."""
        if match.kind or match.image or match.environment or match.path or not _is_any(match.name):
            return False
        if not _is_any(match.namespace) and (
            self.namespaces is None
            or not all(any(one.fits(name) for one in match.namespace) for name in self.namespaces)
        ):
            return False
        return labels_fit(match.labels, self.labels)


def _is_any(several: Sequence[Glob]) -> bool:
    return not several or any(one.text == "*" for one in several)


def _said(origin: Origin, direction: Direction, what: str, peer: str = "") -> str:
    steps = "".join(f"[{one}]" if isinstance(one, int) else f" {one}" for one in origin.steps if one != "spec")
    where = f" ({peer})" if peer else ""
    return f"{origin.policy}{steps} {_DOES[direction]} {what}{where}; read them, too, or declare a row"


def _selector(peer: NetworkPolicyPeer) -> str:
    """A peer in short: the selectors that it has."""
    shown = (("namespaces", peer.namespace_selector), ("pods", peer.pod_selector))
    return "; ".join(f"{name} with {_labels(one)}" for name, one in shown if one.exists and _labels(one))


def _labels(one: LabelSelector) -> str:
    pairs = [f"{key}: {value}" for key, value in sorted(one.match_labels.items())]
    more = [f"{each.key} {each.operator} {', '.join(each.values)}".strip() for each in one.match_expressions]
    return ", ".join([*pairs, *more])
