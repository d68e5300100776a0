"""Steps of several rights, where each right may be given by several grants.

With k grants for one right and m for another there are k * m ways to have both. As single steps they would soon be
millions. So such a step is taken apart: from its start to a part by any of the k grants, from there on by any of the m.
That is k + m steps, and what of the grants must go so that no way is left is the same: all of the one row, or all of
the other. A part belongs to its start alone, unless all that is needed is needed before it.

Nobody is told of parts: paths are put together again here.
"""

from collections.abc import Iterable, Sequence
from itertools import chain

from hardstand.analysis.escalation.graph import Graph, Node, Step, StepKind

PART = "part"
"""The sort of nodes that stand within a step."""

HALF = StepKind(
    "part",
    "has one of the rights for it",
    "see the step after",
    "https://kubernetes.io/docs/reference/access-authn-authz/rbac/",
    counts=False,
)


def put_together(steps: Iterable[Step]) -> tuple[Step, ...]:
    """The steps of a walk, those that are taken apart as one each.

    A walk that begins at a part, or ends at one, keeps what is there of the step.
    """
    found: list[Step] = []
    pieces: list[Step] = []
    for step in steps:
        pieces.append(step)
        if step.end.sort != PART:
            found.append(_one(pieces))
            pieces = []
    return (*found, *pieces)


def _one(pieces: Sequence[Step]) -> Step:
    if len(pieces) == 1:
        return pieces[0]
    last = pieces[-1]
    needs = frozenset(chain.from_iterable(piece.needs for piece in pieces))
    proofs = {(one.grant, one.ruled): one for piece in pieces for one in piece.proofs}
    return Step(pieces[0].start, last.end, last.kind, needs, tuple(proofs.values()))


def leading_to(graph: Graph, node: Node) -> list[Step]:
    """One walk from where a step begins to a part of it; nothing where the node is no part."""
    walk: list[Step] = []
    while node.sort == PART and (before := graph.arriving.get(node)):
        walk.append(before[0])
        node = before[0].start
    return walk[::-1]
