"""Which grants lie on a way to the power over the cluster, by the graph of escalation.

A grant does where some step needs it from whose end there is a way on. The shortest such way is told; where only ways
are left that depend on what others do, they are told as what may be.
"""

from collections.abc import Callable, Mapping

from hardstand.access.review.campaign import Power, Told
from hardstand.analysis.escalation.building import graph_of
from hardstand.analysis.escalation.graph import ADMIN, Graph, Node, Step
from hardstand.analysis.escalation.paths import distances, shortest, sure_only
from hardstand.analysis.escalation.picture import Picture
from hardstand.analysis.escalation.powers import said
from hardstand.analysis.rbac.grants import Grant

_DOUBTS_SHOWN = 3


def powers_of(picture: Picture) -> Callable[[Grant], Power]:
    """A function that tells of a grant of the picture whether it lies on a way to power."""
    graph = graph_of(picture)
    sure, perhaps = _nearest(graph, sure_only), _nearest(graph, lambda _: True)
    doubts = tuple(dict.fromkeys(map(str, picture.doubts)))

    def power(grant: Grant) -> Power:
        step = sure.get(grant)
        if step is not None:
            return Power(Told.YES, _way(graph, step, sure_only))
        step = perhaps.get(grant)
        if step is not None:
            return Power(Told.YES, ("it depends on what others do:", *_way(graph, step, lambda _: True)))
        if doubts:
            return Power(Told.UNKNOWN, doubts[:_DOUBTS_SHOWN])
        return Power(Told.NO)

    return power


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


def _way(graph: Graph, step: Step, usable: Callable[[Step], bool]) -> tuple[str, ...]:
    """The step and what comes after it, one sentence each."""
    on: list[Step] = [step]
    if step.end != ADMIN:
        ends: frozenset[Node] = frozenset({ADMIN})
        on += [each for path in shortest(graph, [step.end], ends, usable) for each in path.steps]
    return tuple(f"{said(one.start)} {one.sentence}: {said(one.end)}" for one in on if one.kind.counts or one is step)
