"""What could be taken away: everything that stands on the ways of a radius, each with what goes through it."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from hardstand.analysis.blast.board import Board
from hardstand.analysis.blast.changes.change import Change, Taken
from hardstand.analysis.blast.changes.patching import (
    kept_in,
    mute,
    with_pods,
    with_policy,
    without_grant,
    without_secret,
)
from hardstand.analysis.blast.cutting import Cut
from hardstand.analysis.blast.hops import CALLS, HOLDS, Hop
from hardstand.analysis.blast.radius import Radius
from hardstand.analysis.blast.things import said
from hardstand.analysis.escalation.graph import SECRETS, WORKLOAD, Fact, Node
from hardstand.analysis.escalation.steps.inmates import BREAKS_OUT, TOKEN
from hardstand.analysis.rbac.defaults import default_grant
from hardstand.analysis.rbac.grants import Grant
from hardstand.analysis.reach.rule import Direction
from hardstand.model.path import Value

_ALLOW_BACK = "what is needed is to be allowed again, and then counts again"
_Key = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A change, and how much goes through what it takes away: it cannot shrink the radius by more."""

    change: Change
    through: int


def candidates(board: Board, radius: Radius) -> list[Candidate]:
    """Every change that could shrink a radius, the most promising first."""
    found = _Finding(board)
    through: dict[_Key, int] = defaultdict(int)
    for part in radius.parts:
        keys = {key for hop in part.way for key in found.keys(hop)}
        for key in keys:
            through[key] += part.points
    made = [Candidate(found.made[key](), points) for key, points in through.items()]
    return sorted(made, key=lambda one: (-one.through, one.change.taken, one.change.title))


class _Finding:
    """Finds the changes that would take a hop away, by keys, so that none is made twice."""

    def __init__(self, board: Board) -> None:
        self._board = board
        self._ground = board.ground
        self.made: dict[_Key, Callable[[], Change]] = {}

    def keys(self, hop: Hop) -> Iterator[_Key]:
        """The keys of the changes that would take a hop away."""
        for key, make in self._of(hop):
            self.made.setdefault(key, make)
            yield key

    def _of(self, hop: Hop) -> Iterator[tuple[_Key, Callable[[], Change]]]:
        for need in hop.needs:
            if isinstance(need, Grant) and not default_grant(need):
                yield (Taken.GRANT, need), partial(self._grant, need)
        home = self._home(hop.start)
        if home is not None:
            if hop.kind == TOKEN.id:
                yield (Taken.TOKEN, home), partial(self._token, home)
            if hop.kind == BREAKS_OUT.id:
                yield (Taken.BREAK_OUT, home), partial(self._break_out, home)
            if hop.kind == HOLDS and hop.end.sort == SECRETS:
                yield (Taken.SECRET, home, hop.end), partial(self._secret, home, hop.end)
        if hop.kind == CALLS:
            yield from self._calls(hop)

    def _calls(self, hop: Hop) -> Iterator[tuple[_Key, Callable[[], Change]]]:
        ends = [(hop.start, Direction.EGRESS)]
        if hop.end.sort == WORKLOAD:
            ends.append((hop.end, Direction.INGRESS))
        for node, direction in ends:
            if not self._isolated(node, direction):
                yield (direction, node), partial(self._closed, node, direction)
                yield (direction, node.namespace), partial(self._closed_all, node.namespace, direction)

    def _home(self, node: Node) -> Node | None:
        """The workload that a place is of."""
        number = self._board.numbers[node]
        return node if number < len(self._ground.nodes) else None

    @property
    def _homes(self) -> Mapping[Node, Node]:
        return self._ground.places

    def _isolated(self, node: Node, direction: Direction) -> bool:
        return self._ground.calls.isolated(self._board.numbers[node], direction)

    def _grant(self, grant: Grant) -> Change:
        return Change(
            Taken.GRANT,
            grant.given_by,
            f"take {grant.who} out of {grant.given_by}, which gives {grant.role_called}",
            Cut(elements=frozenset((grant,))),
            lambda picture: without_grant(picture, grant),
        )

    def _token(self, home: Node) -> Change:
        places = frozenset(place for place, one in self._homes.items() if one == home)
        return Change(
            Taken.TOKEN,
            said(home),
            f"mount no token in {said(home)} (automountServiceAccountToken: false)",
            Cut(tokens=places),
            lambda picture: with_pods(picture, self._ground, home, mute),
            "a program that calls the API server cannot do so any more",
        )

    def _break_out(self, home: Node) -> Change:
        inmates = [one for one in self._ground.inmates if one.breaks_out and self._homes.get(one.place) == home]
        why = inmates[0].breaks_out if inmates else "it breaks out"
        facts = frozenset(one.fact for one in inmates)
        return Change(
            Taken.BREAK_OUT,
            said(home),
            f"take from {said(home)} what makes it root of its node: {why}",
            Cut(elements=frozenset[Grant | Fact](facts)),
            lambda picture: with_pods(picture, self._ground, home, kept_in),
        )

    def _secret(self, home: Node, secret: Node) -> Change:
        return Change(
            Taken.SECRET,
            said(secret),
            f"do not give {said(secret)} to {said(home)}",
            Cut(secrets=frozenset(((home, secret),))),
            lambda picture: with_pods(picture, self._ground, home, without_secret(secret.name)),
        )

    def _closed(self, node: Node, direction: Direction) -> Change:
        """A policy for the pods of a workload; a selector of their labels may mean pods of others too."""
        number = self._board.numbers[node]
        labels = self._ground.calls.labels(number)
        shared = dict(set.intersection(*(set(one.items()) for one in labels)))
        selector: dict[str, Value] = {"matchLabels": dict[str, Value](shared)} if shared else {}
        meant = [one for one in self._in(node.namespace) if self._means(shared, one)]
        return self._denied(direction, node.namespace, selector, frozenset(meant), said(node))

    def _closed_all(self, namespace: str, direction: Direction) -> Change:
        called = f"all workloads of {namespace}"
        return self._denied(direction, namespace, {}, frozenset(self._in(namespace)), called)

    def _denied(
        self, direction: Direction, namespace: str, selector: Mapping[str, Value], meant: frozenset[Node], called: str
    ) -> Change:
        """Who is isolated already is so by other policies, which go on to allow what they do."""
        shut = frozenset(one for one in meant if not self._isolated(one, direction))
        outwards = direction is Direction.EGRESS
        return Change(
            Taken.EGRESS if outwards else Taken.INGRESS,
            called,
            f"deny by default {f'what {called} may call' if outwards else f'who may call {called}'}",
            Cut(silent=shut) if outwards else Cut(closed=shut),
            lambda picture: with_policy(picture, namespace, selector, "Egress" if outwards else "Ingress"),
            _ALLOW_BACK,
            len(shut),
        )

    def _in(self, namespace: str) -> list[Node]:
        return [one for one in self._ground.nodes if one.namespace == namespace]

    def _means(self, shared: Mapping[str, str], node: Node) -> bool:
        several = self._ground.calls.labels(self._board.numbers[node])
        return any(shared.items() <= one.items() for one in several)
