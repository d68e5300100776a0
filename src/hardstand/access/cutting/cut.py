"""The smallest cut of an escalation graph: which elements to take away so that no path is left.

What is taken away are elements, such as a grant, and not steps: a grant may make many steps, and a step may stand on
two grants. Elements with one key are one: the same subject in the same binding, written twice, goes twice.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from hardstand.access.cutting.problem import Link, Problem
from hardstand.access.cutting.solving import NoCutError, solve
from hardstand.analysis.escalation.graph import Element, Graph, Node, Step, key_of

Weigh: TypeAlias = Callable[[Sequence[Element]], Sequence[int | None]]
"""What taking each of the elements on some way away costs: above 0, or None where it may not be taken away."""

Key: TypeAlias = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Cut:
    """What to take away, and what it costs."""

    elements: tuple[Element, ...]
    """Sorted by their keys. Nothing where there is no path."""
    weights: tuple[int, ...]
    """Of each element."""
    bound: int
    """What any cut costs at least."""

    @property
    def weight(self) -> int:
        """What it costs."""
        return sum(self.weights)

    @property
    def exact(self) -> bool:
        """It is proven that no cut costs less."""
        return self.weight == self.bound


@dataclass(frozen=True, slots=True)
class Standing:
    """A path that nothing ends which may be taken away: there is no cut."""

    start: Node
    steps: tuple[Step, ...]
    """Nothing where the start is a target itself."""


def smallest(
    graph: Graph, starts: Iterable[Node], targets: Collection[Node], weigh: Weigh, *, seconds: float
) -> Cut | Standing:
    """The cheapest cut that leaves no path from any start to any target; or a path that stays in any case.

    The same graph gives the same cut, whatever order its steps are in, unless the time ends the search. NoSolverError
    where there is no solver.
    """
    starts, targets = frozenset(starts), frozenset(targets)
    steps = _between(graph, starts, targets)
    held = {key_of(element): element for step in steps for element in step.needs}
    keys = sorted(held)
    weights = zip(keys, weigh([held[key] for key in keys]), strict=True)
    costs = {key: cost for key, cost in weights if cost is not None}
    problem = _problem(steps, starts, targets, costs)
    try:
        solution = solve(problem, seconds=seconds)
    except NoCutError as error:
        path = tuple(steps[at] for at in error.links)
        return Standing(path[0].start if path else min(starts & targets), path)
    removable = list(costs)
    chosen = [removable[at] for at in sorted(solution.chosen)]
    return Cut(tuple(held[key] for key in chosen), tuple(costs[key] for key in chosen), solution.bound)


def leading(graph: Graph, targets: Iterable[Node]) -> set[Node]:
    """The nodes from which a target can be reached, the targets among them."""
    found = set(targets)
    pending = list(found)
    while pending:
        for step in graph.arriving.get(pending.pop(), ()):
            if step.start not in found:
                found.add(step.start)
                pending.append(step.start)
    return found


def _between(graph: Graph, starts: frozenset[Node], targets: frozenset[Node]) -> Sequence[Step]:
    """The steps on some way from a start to a target, sorted."""
    forth, back = graph.reachable(starts), leading(graph, targets)
    return sorted((one for one in graph.steps if one.start in forth and one.end in back), key=lambda one: one.key)


def _problem(
    steps: Sequence[Step], starts: frozenset[Node], targets: frozenset[Node], costs: dict[Key, int]
) -> Problem:
    ends = {node for step in steps for node in (step.start, step.end)}
    node = {one: at for at, one in enumerate(sorted(ends | starts | targets))}
    number = {key: at for at, key in enumerate(costs)}
    return Problem(
        len(node),
        tuple(
            Link(
                node[step.start],
                node[step.end],
                frozenset(number[key] for key in map(key_of, step.needs) if key in number),
            )
            for step in steps
        ),
        frozenset(node[one] for one in starts),
        frozenset(node[one] for one in targets),
        tuple(costs.values()),
    )
