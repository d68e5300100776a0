"""Which change shrinks a radius most. What each would do is estimated on the board; what is told is proven.

A change cannot save more than what goes through what it takes away, and an estimate only takes steps away that the
changed picture lacks too. So the most promising are tried first, and those are proven that no other may beat.
"""

from dataclasses import dataclass
from typing import Final

from hardstand.analysis.blast.board import Board, board_of
from hardstand.analysis.blast.changes.candidates import candidates
from hardstand.analysis.blast.changes.change import Change
from hardstand.analysis.blast.ground import ground_of
from hardstand.analysis.blast.radius import Radius, sums

ESTIMATED: Final = 24
"""How many changes are estimated: those through which most goes."""
PROVEN: Final = 3
"""How many are proven by looking at the changed picture: those that promise most."""


@dataclass(frozen=True, slots=True)
class Proven:
    """A change, and what the radius is with it, by looking at the changed picture anew."""

    change: Change
    before: int
    after: int

    @property
    def saved(self) -> int:
        """By how much it shrinks."""
        return self.before - self.after


def best(board: Board, radius: Radius, *, most_hops: int | None = None) -> tuple[Proven, ...]:
    """The changes that shrink a radius most, the best first; none where nothing can be taken away."""
    before = radius.total
    estimated: list[tuple[int, Change]] = []
    for one in candidates(board, radius)[:ESTIMATED]:
        if len(estimated) >= PROVEN and before - one.through >= sorted(after for after, _ in estimated)[PROVEN - 1]:
            break  # Neither this one nor any behind it can be among the best.
        made = board_of(board.ground, one.change.cut)
        estimated.append((sums(made, radius.start, most_hops=most_hops).total, one.change))
    estimated.sort(key=lambda one: (one[0], one[1].breadth, one[1].taken, one[1].title))
    found = [prove(board, radius, change, most_hops=most_hops) for _, change in estimated[:PROVEN]]
    return tuple(sorted((one for one in found if one.saved > 0), key=lambda one: (one.after, one.change.breadth)))


def prove(board: Board, radius: Radius, change: Change, *, most_hops: int | None = None) -> Proven:
    """What the radius is when a change is made."""
    ground = board.ground
    after = board_of(ground_of(change.patched(ground.neighbours), ground.looking))
    return Proven(change, radius.total, sums(after, radius.start, most_hops=most_hops).total)
