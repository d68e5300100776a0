"""In which column each node stands: callers to the left of what they call.

Callers outside are in the first column, what is called outside in the last. Among the others the lines that would have
to go back are found first, by the heuristic of Eades, Lin and Smyth ("A fast and effective heuristic for the feedback
arc set problem", 1993), and drawn backwards; then each node stands right behind the last of its callers.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from math import isqrt

from hardstand.network.picture.scene import Band, Link, Node, Scene, Shape

MOST_COLUMNS = 8
"""Columns of workloads; what would stand farther to the right shares the last one's place with others of its kind."""


def columns(scene: Scene) -> Mapping[str, int]:
    """The column of each node; only links between two of the middle may lead to the same or an earlier one."""
    middle = [one.id for one in scene.nodes.values() if one.shape in (Shape.WORKLOAD, Shape.GROUP)]
    inner = [link for link in scene.links if _is_inner(link, scene.nodes)]
    linked = {end for link in inner for end in (link.source, link.target)}
    order = {one: at for at, one in enumerate(_sequence(sorted(linked), inner))}
    forward = [(link.source, link.target) for link in inner if order[link.source] < order[link.target]]
    forward += [(link.target, link.source) for link in inner if order[link.source] > order[link.target]]
    found = _nearer(_longest(sorted(order, key=lambda one: order[one]), forward), forward)
    found |= _alone([scene.nodes[one] for one in middle if one not in linked], found, scene)
    first = 1 if any(one.shape is Shape.CALLER for one in scene.nodes.values()) else 0
    placed = {one: min(at, MOST_COLUMNS - 1) + first for one, at in found.items()}
    last = max(placed.values(), default=first) + 1
    for one in scene.nodes.values():
        if one.shape is Shape.CALLER:
            placed[one.id] = 0
        elif one.shape is Shape.CALLED:
            placed[one.id] = last
    return placed


def _is_inner(link: Link, nodes: Mapping[str, Node]) -> bool:
    outside = (Shape.CALLER, Shape.CALLED)
    return nodes[link.source].shape not in outside and nodes[link.target].shape not in outside


def _sequence(nodes: Sequence[str], links: Iterable[Link]) -> Sequence[str]:
    """The nodes in an order in which few links go back."""
    outgoing: dict[str, set[str]] = defaultdict(set)
    incoming: dict[str, set[str]] = defaultdict(set)
    for link in links:
        outgoing[link.source].add(link.target)
        incoming[link.target].add(link.source)
    left: list[str] = []
    right: list[str] = []
    remaining = list(nodes)
    while remaining:
        sinks = [one for one in remaining if not outgoing[one]]
        sources = [one for one in remaining if outgoing[one] and not incoming[one]]
        if sinks:
            right = [*sinks, *right]
            gone = sinks
        elif sources:
            left += sources
            gone = sources
        else:
            best = max(remaining, key=lambda one: (len(outgoing[one]) - len(incoming[one]), one))
            left.append(best)
            gone = [best]
        for one in gone:
            for other in outgoing.pop(one, ()):
                incoming[other].discard(one)
            for other in incoming.pop(one, ()):
                outgoing[other].discard(one)
        remaining = [one for one in remaining if one not in gone]
    return [*left, *right]


def _longest(order: Sequence[str], forward: Iterable[tuple[str, str]]) -> dict[str, int]:
    """How many links the longest way to each node has."""
    callers: dict[str, list[str]] = defaultdict(list)
    for source, target in forward:
        callers[target].append(source)
    found: dict[str, int] = {}
    for one in order:
        found[one] = max((found[caller] + 1 for caller in callers[one]), default=0)
    return found


def _nearer(found: dict[str, int], forward: Iterable[tuple[str, str]]) -> dict[str, int]:
    """Callers that nobody calls stand right before the first that they call, and not all at the left."""
    called: dict[str, list[str]] = defaultdict(list)
    targets = set()
    for source, target in forward:
        called[source].append(target)
        targets.add(target)
    for one in found:
        if one not in targets and called[one]:
            found[one] = min(found[other] for other in called[one]) - 1
    return found


def _alone(nodes: Sequence[Node], found: Mapping[str, int], scene: Scene) -> dict[str, int]:
    """What no line within the cluster touches fills up the columns that are shortest in its band.

    What calls the outside, which is at the right, begins there.
    """
    most = max([*found.values(), min(MOST_COLUMNS, isqrt(len(nodes))) - 1, 0])
    heights: dict[tuple[Band | None, int], int] = defaultdict(int)
    for one, at in found.items():
        heights[scene.nodes[one].band, at] += 1
    leaving = {link.source for link in scene.links} - {link.target for link in scene.links}
    placed: dict[str, int] = {}
    for node in nodes:
        wanted = range(most, -1, -1) if node.id in leaving else range(most + 1)
        at = min(wanted, key=lambda column: heights[node.band, column])
        heights[node.band, at] += 1
        placed[node.id] = at
    return placed
