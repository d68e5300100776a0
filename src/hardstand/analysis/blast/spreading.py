"""How a fall spreads: what it comes to at which cost, the cheapest first, and by which steps.

Costs are small whole numbers, so that everything of one cost is one set, and a walk is a few operations on sets. Where
hops are bounded a dear way of few hops may lead on where a cheap one of many does not: both are then walked.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from hardstand.analysis.blast.board import Board
from hardstand.analysis.blast.weights import FAR
from hardstand.analysis.reach.peers import numbers_in


class Label(NamedTuple):
    """Being somewhere at a cost, and after so many hops where these are counted."""

    node: int
    cost: int
    hops: int


@dataclass(frozen=True, slots=True)
class Spread:
    """What a fall comes to."""

    start: int
    levels: Sequence[int]
    """By cost, what falls at it and at no lower one, as sets of nodes."""
    before: Mapping[Label, Label]
    """Where each was come from; only where it was asked for."""
    first: Mapping[int, Label]
    """The label with which each node fell first; only where it was asked for."""

    def way(self, node: int) -> Sequence[int]:
        """The nodes from the start to one that fell, both among them."""
        label = self.first[node]
        found = [label.node]
        while label in self.before:
            label = self.before[label]
            found.append(label.node)
        return found[::-1]


def spread(board: Board, start: int, *, most_hops: int | None = None, ways: bool = False) -> Spread:
    """What falls with the node `start`; no more than `most_hops` are made. `ways`: keep how each was come to."""
    return _Spreading(board, start, most_hops, ways=ways).run()


class _Spreading:
    def __init__(self, board: Board, start: int, most_hops: int | None, *, ways: bool) -> None:
        self._board = board
        self._start = start
        self._counted = most_hops is not None
        self._most = min(most_hops, FAR) if most_hops is not None else 0
        self._keeps = ways
        self._cells: dict[tuple[int, int], int] = {(0, 0): 1 << start}
        self._seen = [0] * (self._most + 1)
        """By hops, all that was come to with no more of them."""
        self._levels = [0] * FAR
        self._fell = 0
        self._walked: dict[int, int] = {}
        """Ways that were walked, with the fewest hops at which they were."""
        self._before: dict[Label, Label] = {}
        self._first: dict[int, Label] = {}

    def run(self) -> Spread:
        for cost in range(FAR):
            for hops in range(self._most + 1):
                fresh = self._cells.pop((cost, hops), 0) & ~self._seen[hops]
                while fresh:
                    self._settle(fresh, cost, hops)
                    fresh = self._lead(fresh, cost, hops) & ~self._seen[hops]
        return Spread(self._start, self._levels, self._before, self._first)

    def _settle(self, fresh: int, cost: int, hops: int) -> None:
        for more in range(hops, self._most + 1):
            self._seen[more] |= fresh
        new = fresh & ~self._fell
        self._levels[cost] |= new
        self._fell |= new
        if self._keeps:
            self._first.update((number, Label(number, cost, hops)) for number in numbers_in(new))

    def _lead(self, fresh: int, cost: int, hops: int) -> int:
        """Walk on from what was come to just now; gives what is come to at the same cost and hops."""
        board, here = self._board, 0
        for number in numbers_in(fresh & board.active):
            for name in board.leaving[number]:
                if self._walked.get(name, FAR) <= hops:
                    continue
                self._walked[name] = hops
                way = board.ways[name]
                after = (cost + way.cost, hops + way.hops if self._counted else 0)
                if after[0] >= FAR or after[1] > self._most:
                    continue
                if after == (cost, hops):
                    here |= way.ends
                else:
                    self._cells[after] = self._cells.get(after, 0) | way.ends
                if self._keeps:
                    self._keep(Label(number, cost, hops), way.ends & ~self._seen[after[1]], after)
        return here

    def _keep(self, label: Label, ends: int, after: tuple[int, int]) -> None:
        for end in numbers_in(ends):
            self._before.setdefault(Label(end, *after), label)
