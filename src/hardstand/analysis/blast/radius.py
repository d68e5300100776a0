"""A radius: what falls with a workload, each once, by its cheapest way, and what it counts; it is its parts' sum."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from hardstand.analysis.blast.board import Board
from hardstand.analysis.blast.hops import Hop, hops_of
from hardstand.analysis.blast.spreading import Spread, spread
from hardstand.analysis.blast.things import Sort, said
from hardstand.analysis.escalation.graph import Node
from hardstand.analysis.reach.peers import numbers_in
from hardstand.model.tier import Data


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that falls."""

    sort: Sort
    thing: Node
    worth: int
    """What it counts where it falls at once."""
    halvings: int
    """How often that is halved by the steps on the way."""
    way: tuple[Hop, ...] = ()
    """How it is come to; nothing for the workload itself."""
    data: Data | None = None
    """Of data, its class."""

    @property
    def points(self) -> int:
        """What it counts."""
        return self.worth >> self.halvings

    @property
    def hops(self) -> int:
        """How often something is done on the way."""
        return sum(one.counts for one in self.way)

    @property
    def said(self) -> str:
        """The thing as people name it."""
        return said(self.thing)


@dataclass(frozen=True, slots=True)
class Sums:
    """What a radius comes to, without what is in it."""

    total: int
    by_sort: Mapping[Sort, int]
    counts: Mapping[Sort, int]
    """How many things of each sort count anything."""
    at_least: bool = False
    """Something of it may call others, for all that is known of the policies, so that more may fall."""


@dataclass(frozen=True, slots=True)
class Radius:
    """What falls with a workload."""

    start: Node
    parts: tuple[Part, ...]
    """What counts most comes first."""
    unread: tuple[str, ...] = ()
    """What could not be read in the picture, so that more may fall."""
    unsettled: tuple[str, ...] = ()
    """Which policies cannot be told, so that more may fall."""

    @property
    def doubts(self) -> tuple[str, ...]:
        """Why more may fall."""
        return (*self.unread, *self.unsettled)

    @property
    def total(self) -> int:
        """The number: the sum of its parts."""
        return sum(one.points for one in self.parts)

    @property
    def sums(self) -> Sums:
        """The parts added up by what they are."""
        totals: dict[Sort, int] = defaultdict(int)
        counts: dict[Sort, int] = defaultdict(int)
        for one in self.parts:
            totals[one.sort] += one.points
            counts[one.sort] += 1
        by_sort = {sort: totals[sort] for sort in Sort if sort in totals}
        return Sums(self.total, by_sort, dict(counts), bool(self.unsettled))

    @property
    def classes(self) -> Mapping[Data, int]:
        """How many workloads with data of each class fall, or are reached."""
        found = Counter(one.data for one in self.parts if one.data is not None)
        return dict(sorted(found.items(), reverse=True))


def radius(board: Board, start: Node, *, most_hops: int | None = None) -> Radius:
    """What falls with a workload of the board."""
    found = spread(board, board.numbers[start], most_hops=most_hops, ways=True)
    parts = sorted(_parts(board, found), key=lambda one: (-one.points, one.halvings, one.sort, one.thing))
    return Radius(start, tuple(parts), tuple(board.ground.doubts), tuple(_unsettled(board, found)))


def sums(board: Board, start: Node, *, most_hops: int | None = None) -> Sums:
    """What `radius` adds up to, in a fraction of the time: for many workloads."""
    found = spread(board, board.numbers[start], most_hops=most_hops)
    totals: dict[Sort, int] = defaultdict(int)
    counts: dict[Sort, int] = defaultdict(int)
    for sort, worth, bits in board.worths:
        for cost, level in enumerate(found.levels):
            points = worth >> cost
            if points and (many := (level & bits).bit_count()):
                totals[sort] += points * many
                counts[sort] += many
    by_sort = {sort: totals[sort] for sort in Sort if sort in totals}
    return Sums(sum(totals.values()), by_sort, dict(counts), any(_more(board, found)))


def _parts(board: Board, found: Spread) -> Iterator[Part]:
    for sort, worth, bits in board.worths:
        for cost, level in enumerate(found.levels):
            if not worth >> cost:
                continue
            for number in numbers_in(level & bits):
                node = board.nodes[number]
                way = hops_of(board, [board.nodes[one] for one in found.way(number)])
                yield Part(sort, node, worth, cost, way, board.data(node) if sort is Sort.DATA else None)


def _unsettled(board: Board, found: Spread) -> Iterator[str]:
    """Why more may fall, of what fell: policies that may let it call others, for all that is known."""
    for number, more in _more(board, found):
        others = [said(board.nodes[one]) for one in numbers_in(more)]
        several = f"{others[0]} and {len(others) - 1} more" if len(others) > 1 else others[0]
        yield f"whether {said(board.nodes[number])} may call {several} cannot be told from the policies"


def _more(board: Board, found: Spread) -> Iterator[tuple[int, int]]:
    """The workloads that fell and may call others, for all that is known; with those of them that did not fall."""
    calls = board.ground.calls
    if not calls.open:
        return
    fell = 0
    for level in found.levels:
        fell |= level
    for number in numbers_in(fell & calls.open):
        if more := calls.perhaps(number) & ~fell:
            yield number, more
