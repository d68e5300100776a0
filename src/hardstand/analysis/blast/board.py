"""The board: everything that may fall, numbered, and the steps between, as sets of bits.

Steps that cost the same and come of the same are one, and many workloads share them: where no policy is, all reach all,
and that is one set. So what is asked of a thousand workloads costs little more than what is asked of one.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from hardstand.analysis.blast.cutting import NOTHING, Cut
from hardstand.analysis.blast.ground import Ground
from hardstand.analysis.blast.things import INTERNET, METADATA, Sort, data_of, sort_of
from hardstand.analysis.blast.weights import WEIGHTS
from hardstand.analysis.escalation.graph import ADMIN, NODE, SECRETS, Node, Step
from hardstand.analysis.escalation.powers import KUBELET, SOME, UNPLACED
from hardstand.analysis.escalation.steps.nodes import MAYBE
from hardstand.model.tier import Data


class Ways(NamedTuple):
    """What can be come to from somewhere by one sort of step."""

    cost: int
    """How often it halves what lies behind it."""
    hops: int
    """1 where something is done, 0 where it only says what one has already."""
    ends: int
    """To what, as a set of nodes."""


@dataclass(frozen=True)
class Board:
    """Everything of a picture that may fall, and the steps. Workloads have the first numbers, in their order.

    The pods of a workload are one with it, on whichever nodes they run: what opened one opens the next.
    """

    ground: Ground
    nodes: Sequence[Node]
    numbers: Mapping[Node, int]
    """The number of each node; that of a workload is the number of all places of its pods too."""
    leaving: Sequence[Sequence[int]]
    """From each node its ways, by their places in `ways`."""
    ways: Sequence[Ways]
    cut: Cut = NOTHING
    """What is taken away in it."""

    @cached_property
    def active(self) -> int:
        """The nodes from which anything leads on."""
        return sum(1 << number for number, several in enumerate(self.leaving) if several)

    @cached_property
    def worths(self) -> Sequence[tuple[Sort, int, int]]:
        """What things count: the sort, the worth, and the set of those that are worth it."""
        found: dict[tuple[Sort, int], int] = defaultdict(int)
        for number, node in enumerate(self.nodes):
            sort, worth = self.sort(node), self.worth(node)
            if sort is not None and worth:
                found[sort, worth] |= 1 << number
        return [(sort, worth, bits) for (sort, worth), bits in sorted(found.items())]

    def sort(self, node: Node) -> Sort | None:
        """What a node is told as; a pod of which no workload is known is no thing of its own."""
        sort = sort_of(node)
        return None if sort is Sort.WORKLOAD and self.numbers[node] >= len(self.ground.nodes) else sort

    def worth(self, node: Node) -> int:
        """What a node counts where it falls at once."""
        match self.sort(node):
            case None:
                return 0
            case Sort.DATA:
                return WEIGHTS.data[self._data[node]]
            case Sort.NODE if not node.name:
                return 0  # Any of the nodes: each of them counts, or where none is known, some node.
            case Sort.OUTSIDE:
                return {INTERNET: WEIGHTS.internet, METADATA: WEIGHTS.metadata}.get(node, WEIGHTS.destination)
            case sort:
                return _WORTH[sort]

    def data(self, node: Node) -> Data:
        """The class of the data that a node stands for."""
        return self._data[node]

    def cost(self, start: Node, end: Node) -> int:
        """What the cheapest step between two nodes costs. ValueError where there is none."""
        bit, ways = 1 << self.numbers[end], (self.ways[one] for one in self.leaving[self.numbers[start]])
        return min(way.cost for way in ways if way.ends & bit)

    @cached_property
    def steps(self) -> Mapping[tuple[Node, Node], Step]:
        """The cheapest step of the graph of escalation between two nodes, and of those the first."""
        found: dict[tuple[Node, Node], Step] = {}
        for step in self.ground.graph.steps:
            start, end = self.nodes[self.numbers[step.start]], self.nodes[self.numbers[step.end]]
            before = found.get((start, end))
            if not self.cut.takes(step, start) and (before is None or cost_of(step) < cost_of(before)):
                found[start, end] = step
        return found

    @cached_property
    def _data(self) -> Mapping[Node, Data]:
        held = self.ground.holdings
        pairs = zip(self.ground.nodes, self.ground.workloads, strict=True)
        return {data_of(node): held[owner].data if owner in held else Data.PUBLIC for node, owner in pairs}


_WORTH = {
    Sort.WORKLOAD: WEIGHTS.workload,
    Sort.IDENTITY: WEIGHTS.identity,
    Sort.SECRET: WEIGHTS.secret,
    Sort.NODE: WEIGHTS.node,
    Sort.CLUSTER: WEIGHTS.cluster,
}


def cost_of(step: Step) -> int:
    """How often a step of the graph of escalation halves what lies behind it."""
    if step.kind is MAYBE:
        return 0 if step.start == Node(KUBELET) else WEIGHTS.beside  # Any kubelet that one likes is the right one.
    if not step.kind.counts:
        return 0
    return WEIGHTS.acts if step.kind.sure else WEIGHTS.perhaps


def board_of(ground: Ground, cut: Cut = NOTHING) -> Board:
    """The board of a picture; `cut`: of what is taken away in it."""
    making = _Making(ground, cut)
    making.rights()
    making.contents()
    making.machines()
    making.everything()
    making.network()
    return making.board()


class _Making:
    """Gathers steps by where they begin, what they cost and whether they are hops."""

    def __init__(self, ground: Ground, cut: Cut) -> None:
        self._ground = ground
        self._cut = cut
        self._nodes: list[Node] = list(ground.nodes)
        self._numbers = {node: number for number, node in enumerate(self._nodes)}
        self._numbers |= {place: self._numbers[home] for place, home in ground.places.items()}
        self._out: dict[int, dict[tuple[int, int], int]] = defaultdict(lambda: defaultdict(int))

    def _number(self, node: Node) -> int:
        found = self._numbers.get(node)
        if found is None:
            found = self._numbers[node] = len(self._nodes)
            self._nodes.append(node)
        return found

    def _add(self, start: Node, ends: Iterable[Node], cost: int = 0, hops: int = 0) -> None:
        self._out[self._number(start)][cost, hops] |= sum(1 << number for number in {self._number(end) for end in ends})

    def rights(self) -> None:
        """The steps of the graph of escalation."""
        for step in self._ground.graph.steps:
            if not self._cut.takes(step, self._ground.places.get(step.start, step.start)):
                self._add(step.start, (step.end,), cost_of(step), int(step.kind.counts))

    def contents(self) -> None:
        """Whoever is in a workload has what its pods have."""
        for node, owner in zip(self._ground.nodes, self._ground.workloads, strict=True):
            held = self._ground.holdings.get(owner)
            given = [Node(SECRETS, owner.namespace, name) for name in held.secrets] if held else []
            self._add(node, (data_of(node), *(one for one in given if (node, one) not in self._cut.secrets)))

    def machines(self) -> None:
        """Root of a node has the pods that run there; of some node, perhaps those of which nobody knows where."""
        there: dict[str, dict[Node, None]] = defaultdict(dict)
        for inmate in self._ground.inmates:
            home = self._ground.of(inmate)
            if home is not None:
                there[inmate.node][home] = None
        for name, homes in there.items():
            self._add(Node(NODE, "", name) if name else Node(UNPLACED), homes)
        if not self._ground.picture.nodes:
            self._add(Node(NODE), (Node(NODE, "", SOME),))

    def everything(self) -> None:
        """Who may do everything has all; who reads the Secrets of a namespace, or those of a name, has each of them."""
        accounts = self._ground.picture.accounts.items()
        known = (Node("serviceaccount", home, name) for home, names in accounts for name in names)
        self._add(ADMIN, (*self._ground.nodes, *known, Node(SECRETS), Node(NODE)))
        for home, name in self._ground.secrets:
            one = (Node(SECRETS, home, name),)
            for wider in (Node(SECRETS), Node(SECRETS, home), Node(SECRETS, "", name)):
                self._add(wider, one)

    def network(self) -> None:
        """Who calls whom."""
        calls, cut = self._ground.calls, self._cut
        closed = sum(1 << self._numbers[one] for one in cut.closed)
        for number, node in enumerate(self._ground.nodes):
            if node in cut.silent:
                continue
            near, far = calls.of(number)
            self._out[number][WEIGHTS.listens, 1] |= near & ~closed
            self._out[number][WEIGHTS.silent, 1] |= far & ~closed
            called = calls.outside(number)
            self._add(node, (one for one in called if one != METADATA))
            if METADATA in called:
                self._add(node, (METADATA,), WEIGHTS.perhaps, 1)

    def board(self) -> Board:
        """All of it, with what is the same told once."""
        ways: dict[Ways, int] = {}
        leaving: list[Sequence[int]] = []
        for number in range(len(self._nodes)):
            found = (Ways(cost, hops, ends) for (cost, hops), ends in sorted(self._out[number].items()) if ends)
            leaving.append([ways.setdefault(one, len(ways)) for one in found])
        return Board(self._ground, self._nodes, self._numbers, leaving, list(ways), self._cut)
