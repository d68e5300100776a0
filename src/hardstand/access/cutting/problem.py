"""The question of a cut, in numbers: nodes, the links between them, and the elements that links stand on.

A link stands as long as none of the elements that it needs is taken away; one element may hold many links, and a link
may need several elements. So what is looked for is a hitting set of paths, and no minimum cut of a flow network, where
each link would be paid for by itself.
"""

from collections import deque
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Link:
    """From one node to another. Taking any of `needs` away ends it; with none it cannot be ended."""

    start: int
    end: int
    needs: frozenset[int]


@dataclass(frozen=True, slots=True)
class Problem:
    """Nodes and elements are numbered from 0. What may not be taken away is no element here."""

    nodes: int
    links: tuple[Link, ...]
    starts: frozenset[int]
    targets: frozenset[int]
    weights: tuple[int, ...]
    """What taking each element away costs: above 0."""

    def __post_init__(self) -> None:
        if any(weight < 1 for weight in self.weights):
            raise ValueError("what costs nothing would be taken away for nothing: weights are above 0")

    def cost(self, elements: Iterable[int]) -> int:
        """What taking these away costs together."""
        return sum(self.weights[one] for one in elements)

    def leaving(self) -> Sequence[Sequence[int]]:
        """For each node the numbers of the links that start there."""
        found: list[list[int]] = [[] for _ in range(self.nodes)]
        for at, link in enumerate(self.links):
            found[link.start].append(at)
        return found


def way(
    problem: Problem, gone: Collection[int] = (), leaving: Sequence[Sequence[int]] | None = None
) -> tuple[int, ...] | None:
    """The numbers of the links of a shortest path from a start to a target without the elements that are gone.

    Empty where a start is a target itself; None where there is no path. `leaving`: as `Problem.leaving` has it.
    """
    leaving = problem.leaving() if leaving is None else leaving
    gone = gone if isinstance(gone, frozenset | set) else frozenset(gone)
    came: dict[int, int] = dict.fromkeys(sorted(problem.starts), -1)
    pending = deque(came)
    while pending:
        node = pending.popleft()
        if node in problem.targets:
            return _back(problem, came, node)
        for at in leaving[node]:
            link = problem.links[at]
            if link.end not in came and link.needs.isdisjoint(gone):
                came[link.end] = at
                pending.append(link.end)
    return None


def _back(problem: Problem, came: dict[int, int], node: int) -> tuple[int, ...]:
    steps = []
    while (at := came[node]) >= 0:
        steps.append(at)
        node = problem.links[at].start
    return tuple(reversed(steps))


def pruned(problem: Problem, cut: Iterable[int]) -> frozenset[int]:
    """A cut without what it can do without, the dearest left out first."""
    leaving, kept = problem.leaving(), set(cut)
    for one in sorted(kept, key=lambda element: (-problem.weights[element], -element)):
        if way(problem, kept - {one}, leaving) is None:
            kept.remove(one)
    return frozenset(kept)


def quick(problem: Problem) -> frozenset[int]:
    """Some cut, by taking away the cheapest element of each path that is left. There must be one."""
    leaving = problem.leaving()
    chosen: set[int] = set()
    while (left := way(problem, chosen, leaving)) is not None:
        held = {element for at in left for element in problem.links[at].needs}
        if not held:
            raise ValueError("there is a path that no element ends")
        chosen.add(min(held, key=lambda element: (problem.weights[element], element)))
    return pruned(problem, chosen)
