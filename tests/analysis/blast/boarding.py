"""Boards of estates that tests write as YAML, and a plain search that boards are held against."""

import heapq
from collections.abc import Iterable, Mapping

from hardstand.analysis.blast.board import Board, board_of
from hardstand.analysis.blast.ground import BLAST_READS, Ground, Looking, ground_of
from hardstand.analysis.blast.radius import Part, Radius, radius
from hardstand.analysis.blast.sensitivity import SENSITIVITY_READS, sensitivity
from hardstand.analysis.blast.weights import FAR
from hardstand.analysis.escalation.graph import Node
from hardstand.analysis.rbac.own import own_roles
from hardstand.analysis.rbac.permissions import Permissions
from hardstand.baseline.load import built_in
from hardstand.inventory.neighbours import Keeping, Neighbours
from hardstand.inventory.objects import KubeObject
from tests.analysis.objects import objects


def grounded(several: Iterable[KubeObject], *, settled: bool = False) -> Ground:
    keeping = Keeping.of([*BLAST_READS, *SENSITIVITY_READS])
    kept = [found for one in several if (found := keeping.prune(one)) is not None]
    neighbours = Neighbours(kept, keeping, complete=True)

    def permissions(picture: Neighbours) -> Permissions:
        return Permissions.of(picture, settled=settled, assumed=own_roles().values())

    return ground_of(neighbours, Looking(permissions, sensitivity(built_in(), neighbours), settled))


def boarded(text: str, *, settled: bool = False) -> Board:
    return board_of(grounded(objects(text), settled=settled))


def place(word: str) -> Node:
    """`shop/Deployment/web`."""
    namespace, _, name = word.partition("/")
    return Node("workload", namespace, name)


def radius_of(board: Board, word: str, **asked: int) -> Radius:
    return radius(board, place(word), **asked)


def counted(found: Radius) -> Mapping[str, int]:
    """What every part counts, by its word."""
    return {one.thing.word: one.points for one in found.parts}


def part_of(found: Radius, word: str) -> Part:
    (one,) = (part for part in found.parts if part.thing.word == word)
    return one


def plainly(board: Board, start: Node, most_hops: int | None) -> Mapping[Node, int]:
    """What falls, and with how many halvings: one node after another, with no sets and nothing shared."""
    leaving: dict[int, list[tuple[int, int, int]]] = {}
    for number, names in enumerate(board.leaving):
        for name in names:
            way = board.ways[name]
            ends = [end for end in range(len(board.nodes)) if way.ends >> end & 1]
            leaving.setdefault(number, []).extend((way.cost, way.hops, end) for end in ends)
    queue = [(0, 0, board.numbers[start])]
    seen: set[tuple[int, int, int]] = set()
    found: dict[Node, int] = {}
    while queue:
        cost, hops, number = label = heapq.heappop(queue)
        if label in seen or cost >= FAR:
            continue
        seen.add(label)
        found.setdefault(board.nodes[number], cost)
        for more, hop, end in leaving.get(number, ()):
            if most_hops is None or hops + hop <= most_hops:
                heapq.heappush(queue, (cost + more, hops + hop, end))
    return found
