"""Leaves out of a problem what no smallest cut depends on. What is left has a smallest cut that is one of the whole.

- A link counts only where its start can be reached from a start, and a target from its end; none counts that leads
  from a node to itself.
- A path that comes back to a start, or goes on from a target, holds a shorter one: links into the one and out of the
  other are left out.
- Of two links between the same nodes, the one that needs all that the other needs, and more, ends with the other.
- Of elements that hold exactly the same links, only the cheapest is worth taking; of equals the first.

The last two may each make room for the other, so they are done until nothing changes.
"""

from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from hardstand.access.cutting.problem import Link, Problem


@dataclass(frozen=True, slots=True)
class Reduced:
    """A smaller problem, and which element of the whole each of its elements is."""

    problem: Problem
    elements: tuple[int, ...]


def reduced(problem: Problem) -> Reduced:
    """The same question with less in it. Its starts and targets are one node each: 0 and 1."""
    links = _without_twins(_merged(problem, _between(problem)))
    while True:
        fewer = _without_twins(_one_of_each(problem, links))
        if fewer == links:
            break
        links = fewer
    elements = tuple(sorted({element for link in links for element in link.needs}))
    number = {element: at for at, element in enumerate(elements)}
    ends = {0, 1}.union(*((link.start, link.end) for link in links))
    nodes = {old: new for new, old in enumerate(sorted(ends))}
    small = Problem(
        len(nodes),
        tuple(Link(nodes[one.start], nodes[one.end], frozenset(map(number.__getitem__, one.needs))) for one in links),
        frozenset({0}),
        frozenset({1}),
        tuple(problem.weights[element] for element in elements),
    )
    return Reduced(small, elements)


def _between(problem: Problem) -> list[Link]:
    """The links on some way from a start to a target."""
    forth = _reached(problem.starts, ((one.start, one.end) for one in problem.links), problem.targets)
    back = _reached(problem.targets, ((one.end, one.start) for one in problem.links), problem.starts)
    return [
        one
        for one in problem.links
        if one.start in forth
        and one.end in back
        and one.start != one.end
        and one.end not in problem.starts
        and one.start not in problem.targets
    ]


def _reached(starts: Iterable[int], arrows: Iterable[tuple[int, int]], ends: frozenset[int]) -> set[int]:
    """What can be reached; nothing is reached by way of `ends`."""
    onward: dict[int, list[int]] = defaultdict(list)
    for start, end in arrows:
        onward[start].append(end)
    found = set(starts)
    pending = deque(found)
    while pending:
        node = pending.popleft()
        for after in () if node in ends else onward.get(node, ()):
            if after not in found:
                found.add(after)
                pending.append(after)
    return found


def _merged(problem: Problem, links: Iterable[Link]) -> list[Link]:
    """The links with all starts as node 0 and all targets as node 1; other nodes are counted on from 2."""

    def number(node: int) -> int:
        return 0 if node in problem.starts else 1 if node in problem.targets else node + 2

    return [Link(number(one.start), number(one.end), one.needs) for one in links]


def _without_twins(links: Iterable[Link]) -> list[Link]:
    """Without links that end whenever another between the same nodes does, in an order that depends on nothing else."""
    by_ends: dict[tuple[int, int], list[frozenset[int]]] = defaultdict(list)
    for one in sorted(set(links), key=_order):
        kept = by_ends[one.start, one.end]
        if not any(needs <= one.needs for needs in kept):  # Those with fewer needs come first.
            kept.append(one.needs)
    return [Link(*ends, needs) for ends, kept in by_ends.items() for needs in kept]


def _order(link: Link) -> tuple[int, int, int, Sequence[int]]:
    return (link.start, link.end, len(link.needs), sorted(link.needs))


def _one_of_each(problem: Problem, links: Sequence[Link]) -> list[Link]:
    """The links, needing only one of the elements that hold exactly the same of them."""
    held: dict[int, list[int]] = defaultdict(list)
    for at, link in enumerate(links):
        for element in link.needs:
            held[element].append(at)
    best: dict[tuple[int, ...], int] = {}
    for element in sorted(held, key=lambda one: (problem.weights[one], one)):
        best.setdefault(tuple(held[element]), element)
    kept = frozenset(best.values())
    return [Link(one.start, one.end, one.needs & kept) for one in links]
