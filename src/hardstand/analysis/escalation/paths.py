"""Paths through the graph: the shortest from each start, and all simple ones up to a bound.

A path's length is how often something is done in it; steps that only say what one has already are not counted. The
search knows how far it is from each node to the target, so that it never walks where the target is too far.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from hardstand.analysis.escalation.graph import Element, Graph, Node, Step

MOST_WORK = 2_000_000
"""As many steps as a search for all paths looks at before it gives up and says so."""


@dataclass(frozen=True, slots=True)
class Path:
    """A way from one node to another; no node comes twice."""

    steps: tuple[Step, ...]

    @property
    def start(self) -> Node:
        """Where it begins."""
        return self.steps[0].start

    @property
    def end(self) -> Node:
        """Where it ends."""
        return self.steps[-1].end

    @property
    def length(self) -> int:
        """How often something is done in it."""
        return sum(step.kind.counts for step in self.steps)

    @property
    def sure(self) -> bool:
        """Every step works by itself."""
        return all(step.kind.sure for step in self.steps)

    @property
    def needs(self) -> frozenset[Element]:
        """Everything that it needs: without any one of these it is none."""
        return frozenset(element for step in self.steps for element in step.needs)


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found."""

    paths: tuple[Path, ...]
    stopped: str = ""
    """Why there may be more; empty where these are all that were asked for."""


def sure_only(step: Step) -> bool:
    """Tell whether a step works by itself."""
    return step.kind.sure


def distances(graph: Graph, ends: Iterable[Node], usable: Callable[[Step], bool] = sure_only) -> Mapping[Node, int]:
    """How far it is from each node to the nearest of the ends; a node that is not among them does not get there."""
    far: dict[Node, int] = dict.fromkeys(ends, 0)
    pending = deque(far)
    done: set[Node] = set()
    arriving = graph.arriving
    while pending:
        node = pending.popleft()
        if node in done:
            continue
        done.add(node)
        for step in arriving.get(node, ()):
            if not usable(step):
                continue
            length = far[node] + step.kind.counts
            if length < far.get(step.start, length + 1):
                far[step.start] = length
                (pending.append if step.kind.counts else pending.appendleft)(step.start)
    return far


def shortest(
    graph: Graph, starts: Iterable[Node], ends: AbstractSet[Node], usable: Callable[[Step], bool] = sure_only
) -> list[Path]:
    """One shortest path from each start that has any, in the order of the starts."""
    toward = _toward(graph, ends, usable)
    found: list[Path] = []
    for start in starts:
        steps: list[Step] = []
        node = start
        while node in toward:
            steps.append(toward[node])
            node = steps[-1].end
        if steps:
            found.append(Path(tuple(steps)))
    return found


def _toward(graph: Graph, ends: AbstractSet[Node], usable: Callable[[Step], bool]) -> Mapping[Node, Step]:
    """From each node the step that is the first of a shortest path, and of those the one that comes first."""
    far = distances(graph, ends, usable)
    hops = _hops(graph, ends, far, usable)
    best: dict[Node, Step] = {}
    for step in graph.steps:
        start, end = step.start, step.end
        if start in ends or end not in hops or start not in hops or not usable(step):
            continue
        if far[start] == far[end] + step.kind.counts and hops[start] == hops[end] + 1:
            best.setdefault(start, step)
    return best


def _hops(
    graph: Graph, ends: Iterable[Node], far: Mapping[Node, int], usable: Callable[[Step], bool]
) -> Mapping[Node, int]:
    """How many steps of any kind a shortest path has at least; by these, no walk along them goes in a circle."""
    hops: dict[Node, int] = dict.fromkeys(ends, 0)
    layers: dict[int, list[Node]] = {}
    for node, length in far.items():
        layers.setdefault(length, []).append(node)
    for length in sorted(layers):
        _spread(graph, length, layers[length], far, hops, usable)
    return hops


def _spread(
    graph: Graph,
    length: int,
    layer: Sequence[Node],
    far: Mapping[Node, int],
    hops: dict[Node, int],
    usable: Callable[[Step], bool],
) -> None:
    """Give the nodes of one length their hops: from nearer ones over what counts, then on over what does not."""
    levels: dict[int, list[Node]] = {}
    for node in layer:
        if node in hops:
            levels.setdefault(hops[node], []).append(node)
            continue
        nearer = [
            hops[step.end] + 1
            for step in graph.leaving.get(node, ())
            if step.kind.counts and usable(step) and step.end in hops and far[step.end] == length - 1
        ]
        if nearer:
            levels.setdefault(min(nearer), []).append(node)
    while levels:
        level = min(levels)
        for node in levels.pop(level):
            if hops.setdefault(node, level) != level:
                continue
            for step in graph.arriving.get(node, ()):
                if not step.kind.counts and usable(step) and far.get(step.start) == length and step.start not in hops:
                    levels.setdefault(level + 1, []).append(step.start)


class Search:
    """All simple paths from some starts to some ends, shorter ones first, up to a length and a number."""

    def __init__(
        self,
        graph: Graph,
        ends: AbstractSet[Node],
        *,
        usable: Callable[[Step], bool] = sure_only,
        most_work: int = MOST_WORK,
    ) -> None:
        self._graph = graph
        self._ends = ends
        self._usable = usable
        self._far = distances(graph, ends, usable)
        self._work = most_work

    def run(self, starts: Iterable[Node], *, max_length: int, max_paths: int) -> Found:
        """The paths. Why it stopped early is said in the answer: too many, or too much to look at."""
        paths: list[Path] = []
        near = [start for start in starts if start in self._far and start not in self._ends]
        for length in range(max_length + 1):
            for start in near:
                for path in self._of_length(start, length):
                    if len(paths) == max_paths:
                        return Found(tuple(paths), f"there are more than {max_paths} paths")
                    paths.append(path)
                if self._work <= 0:
                    return Found(tuple(paths), "there was too much to look at")
        return Found(tuple(paths))

    def _of_length(self, start: Node, length: int) -> Iterator[Path]:
        """The simple paths of exactly this length, in the order of the graph's steps."""
        walked: list[Step] = []
        on: set[Node] = {start}
        left = length
        if self._far[start] > length:
            return
        stack: list[Iterator[Step]] = [iter(self._graph.leaving.get(start, ()))]
        while stack and self._work > 0:
            step = next(stack[-1], None)
            if step is None:
                stack.pop()
                if walked:
                    gone = walked.pop()
                    on.discard(gone.end)
                    left += gone.kind.counts
                continue
            self._work -= 1
            after = left - step.kind.counts
            if step.end in on or self._far.get(step.end, length + 1) > after or not self._usable(step):
                continue
            if step.end in self._ends:
                if not after:
                    yield Path((*walked, step))
                continue
            walked.append(step)
            on.add(step.end)
            left = after
            stack.append(iter(self._graph.leaving.get(step.end, ())))
