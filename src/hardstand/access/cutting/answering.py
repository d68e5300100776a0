"""The whole answer: the cut, what goes with it, what is to be changed, and the proof that it is enough."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TypeAlias

from hardstand.access.cutting.changes import Removal, picture_without, removals
from hardstand.access.cutting.cut import Cut, Standing, leading, smallest
from hardstand.access.cutting.keeping import Keeping
from hardstand.access.cutting.losses import Loss, losses
from hardstand.access.cutting.running import Running
from hardstand.analysis.escalation.graph import Element, Graph, Node, Step, key_of
from hardstand.analysis.rbac.grants import Grant
from hardstand.analysis.rbac.permissions import Permissions
from hardstand.inventory.neighbours import Neighbours


@dataclass(frozen=True, slots=True)
class Looked:
    """What is seen in a picture."""

    permissions: Permissions
    graph: Graph
    """How one becomes another."""
    starts: Collection[Node]
    """Whose paths are to end."""
    targets: Collection[Node]
    """Where no path may lead."""


Looking: TypeAlias = Callable[[Neighbours], Looked]
"""Looks at a picture."""


class UnprovenError(Exception):
    """The changed picture still has a path: the cut is not to be relied on."""

    def __init__(self, left: Collection[Node]) -> None:
        """`left`: which targets are still reached."""
        names = ", ".join(sorted(str(one) for one in left))
        super().__init__(f"read again with the changes made, {names} can still be reached; no cut is given")


@dataclass(frozen=True, slots=True)
class Answer:
    """What is to be taken away so that no path is left, and what comes of it."""

    starts: tuple[Node, ...]
    targets: tuple[Node, ...]
    """Those of the power that is asked for which are there."""
    reaching: tuple[Node, ...]
    """The starts from which there is a path."""
    outcome: Cut | Standing
    losses: tuple[Loss, ...] = ()
    removals: tuple[Removal, ...] = ()
    ended: int = 0
    """How many steps of the graph are gone with the cut."""
    unread: tuple[str, ...] = ()
    """Workloads of which it could not be told whom they run as."""
    kept: tuple[tuple[Step, tuple[tuple[Element, str], ...]], ...] = ()
    """Where there is no cut: the path that stays, and for each step why what it needs may not go."""

    @property
    def grants(self) -> tuple[Grant, ...]:
        """The grants that go."""
        return tuple(one.grant for one in self.losses)


def answered(neighbours: Neighbours, look: Looking, keeping: Keeping, *, seconds: float) -> Answer:
    """Find the smallest cut in a picture, and prove it by looking at the changed picture anew.

    UnprovenError where that still has a path, NoSolverError where there is no solver.
    """
    seen, running = look(neighbours), Running(neighbours)
    permissions, graph = seen.permissions, seen.graph
    firsts, lasts = tuple(sorted(set(seen.starts))), frozenset(seen.targets)
    back = leading(graph, lasts)
    reaching = tuple(one for one in firsts if one in back)
    outcome = smallest(graph, reaching, lasts, keeping.weigh(permissions, running), seconds=seconds)
    last = tuple(sorted(lasts))
    if isinstance(outcome, Standing):
        return Answer(firsts, last, reaching, outcome, kept=tuple(map(_kept(keeping), outcome.steps)))
    keys = {key_of(one) for one in outcome.elements}
    gone = [one for one in permissions.grants if key_of(one) in keys]
    done = removals(gone)
    after = look(picture_without(neighbours, done))
    left = after.graph.reachable(firsts) & frozenset(after.targets)
    if left:
        raise UnprovenError(left)
    ended = sum(any(key_of(need) in keys for need in step.needs) for step in graph.steps)
    lost = tuple(losses(permissions, gone, running))
    return Answer(firsts, last, reaching, outcome, lost, tuple(done), ended, tuple(running.unreadable))


def _kept(keeping: Keeping) -> Callable[[Step], tuple[Step, tuple[tuple[Element, str], ...]]]:
    def reasons(step: Step) -> tuple[Step, tuple[tuple[Element, str], ...]]:
        needs = sorted(step.needs, key=key_of)
        return step, tuple((one, keeping.why(one) or "") for one in needs)

    return reasons
