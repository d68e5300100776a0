"""The steps of a way, in words: what is done, by which grant or policy, and over which ports."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from hardstand.analysis.blast.board import Board, cost_of
from hardstand.analysis.blast.things import DATA, METADATA, OUTSIDE, said
from hardstand.analysis.blast.weights import WEIGHTS
from hardstand.analysis.escalation.graph import NODE, WORKLOAD, Element, Node, Step
from hardstand.analysis.escalation.parts import PART, put_together
from hardstand.analysis.escalation.powers import UNPLACED

CALLS: Final = "calls"
HOLDS: Final = "holds"
PODS: Final = "pods"
INCLUDES: Final = "includes"
"""Kinds of hops that are no steps of escalation: over the network; to what a pod has; from a node to its pods; and to a
part of what one has."""


@dataclass(frozen=True, slots=True)
class Hop:
    """One step of a way."""

    start: Node
    end: Node
    kind: str
    """The id of a step of escalation; `calls`, `holds`, `pods`, `includes`."""
    text: str
    """What is done, without its subject."""
    halvings: int
    counts: bool
    """Something is done; else it only says what one has already."""
    step: Step | None = None
    """That of the graph of escalation."""

    @property
    def needs(self) -> frozenset[Element]:
        """The grants and facts that must be there."""
        return self.step.needs if self.step is not None else frozenset()

    @property
    def said(self) -> str:
        """Where it leads, as people name it."""
        return said(self.end)


def hops_of(board: Board, way: Sequence[Node]) -> tuple[Hop, ...]:
    """The hops along nodes. Steps that were taken apart are put together."""
    found: list[Hop] = []
    steps: list[Step] = []
    for start, end in pairwise(way):
        cost = board.cost(start, end)
        step = board.steps.get((start, end))
        if step is not None and cost_of(step) == cost:
            steps.append(step)
            if end.sort != PART:
                found += [_by_step(board, one) for one in put_together(steps)]
                steps = []
        else:
            found.append(_link(board, start, end, cost))
    return tuple(found)


def _by_step(board: Board, step: Step) -> Hop:
    start, end = board.nodes[board.numbers[step.start]], board.nodes[board.numbers[step.end]]
    return Hop(start, end, step.kind.id, step.sentence, cost_of(step), step.kind.counts, step)


def _link(board: Board, start: Node, end: Node, cost: int) -> Hop:
    if end == METADATA:
        return Hop(start, end, CALLS, "asks", cost, counts=True)
    if end.sort == OUTSIDE:
        return Hop(start, end, CALLS, "may call", cost, counts=False)
    if cost:
        return _call(board, start, end, cost)
    if start.sort == WORKLOAD:
        return Hop(start, end, HOLDS, "handles" if end.sort == DATA else "is given", cost, counts=False)
    if end.sort == WORKLOAD and start.sort == NODE:
        return Hop(start, end, PODS, "has what runs there", cost, counts=False)
    if end.sort == WORKLOAD and start.sort == UNPLACED:
        return Hop(start, end, PODS, "has those of them that are beside it", cost, counts=False)
    return Hop(start, end, INCLUDES, "which includes", cost, counts=False)


def _call(board: Board, start: Node, end: Node, cost: int) -> Hop:
    ports = board.ground.calls.connections(board.numbers[start], board.numbers[end])
    where = f"{ports}" if cost == WEIGHTS.listens else f"{ports}, at none of the ports that it declares"
    return Hop(start, end, CALLS, f"reaches over the network ({where})", cost, counts=True)
