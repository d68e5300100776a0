"""What it depends on whether a connection is allowed, where that cannot be told: the conditions of rules about it."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from hardstand.analysis.reach.connections import ALL, Connections
from hardstand.analysis.reach.rule import Direction, Policies

OWN_NODE = "a pod's own node always reaches it; another does not"
_ANYBODY = -1


class Conditional(NamedTuple):
    """A condition, and the connections that it matters for, as sets of ends that call and are called."""

    callers: int
    called: int
    connections: Connections
    text: str


class Conditions:
    """The conditions of all rules."""

    def __init__(self, policies: Policies) -> None:
        self._all = list(_conditional(policies))

    def of(self, callers: int) -> Sequence[Conditional]:
        """Those that matter for what any of some ends call."""
        return [one for one in self._all if one.callers & callers]


def told(among: Sequence[Conditional], called: int, unsure: Connections) -> tuple[str, ...]:
    """The conditions that connections of which nobody can tell depend on, each once and in the order of the rules."""
    found = (one.text for one in among if one.called & called and one.connections & unsure)
    return tuple(dict.fromkeys(found))


def _conditional(policies: Policies) -> Iterator[Conditional]:
    for direction in Direction:
        inwards = direction is Direction.INGRESS
        for stage in policies.towards(direction):
            for rule in stage.rules:
                if rule.condition:
                    callers, called = (rule.peers, rule.about) if inwards else (rule.about, rule.peers)
                    yield Conditional(callers, called, rule.connections, rule.condition)
            for one in stage.isolating:
                if one.condition:
                    callers, called = (_ANYBODY, one.about) if inwards else (one.about, _ANYBODY)
                    yield Conditional(callers, called, ALL, one.condition)
