"""Which grants lie on a way to the power over the cluster, by the graph of escalation.

A grant does where some step needs it from whose end there is a way on. The shortest such way is told; where only ways
are left that depend on what others do, they are told as what may be.
"""

from collections.abc import Callable, Mapping

from hardstand.access.review.campaign import Power, Told
from hardstand.analysis.escalation.building import graph_of
from hardstand.analysis.escalation.graph import ADMIN, Graph, Step
from hardstand.analysis.escalation.paths import distances, shortest, sure_only
from hardstand.analysis.escalation.picture import Picture
from hardstand.analysis.escalation.powers import said
from hardstand.analysis.rbac.grants import Grant

_DOUBTS_SHOWN = 3


def powers_of(picture: Picture) -> Callable[[Grant], Power]:
    """A function that tells of a grant of the picture whether it lies on a way to power."""
    graph = graph_of(picture)
    sure, perhaps = _Ways(graph, sure_only), _Ways(graph, lambda _: True)
    doubts = tuple(dict.fromkeys(map(str, picture.doubts)))

    def power(grant: Grant) -> Power:
        if way := sure.of(grant):
            return Power(Told.YES, way)
        if way := perhaps.of(grant):
            return Power(Told.YES, ("it depends on what others do:", *way))
        if doubts:
            return Power(Told.UNKNOWN, doubts[:_DOUBTS_SHOWN])
        return Power(Told.NO)

    return power


class _Ways:
    """The shortest ways to power over steps that are usable, found once for all grants."""

    def __init__(self, graph: Graph, usable: Callable[[Step], bool]) -> None:
        self._first = _nearest(graph, usable)
        ends = sorted({step.end for step in self._first.values()} - {ADMIN})
        self._on = {path.start: path.steps for path in shortest(graph, ends, frozenset({ADMIN}), usable)}

    def of(self, grant: Grant) -> tuple[str, ...]:
        """The step that needs a grant and what comes after it, one sentence each; nothing where there is none."""
        step = self._first.get(grant)
        if step is None:
            return ()
        steps = (step, *self._on.get(step.end, ()))
        return tuple(f"{said(one.start)} {one.sentence}: {said(one.end)}" for one in steps if one.kind.counts)


def _nearest(graph: Graph, usable: Callable[[Step], bool]) -> Mapping[Grant, Step]:
    """For each grant the step that needs it and is nearest to the power."""
    far = distances(graph, [ADMIN], usable)
    best: dict[Grant, tuple[int, Step]] = {}
    for step in graph.steps:
        if step.end not in far or not usable(step):
            continue
        length = far[step.end] + step.kind.counts
        for need in step.needs:
            if isinstance(need, Grant) and (need not in best or length < best[need][0]):
                best[need] = length, step
    return {grant: step for grant, (_, step) in best.items()}
