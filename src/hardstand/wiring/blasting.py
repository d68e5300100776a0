"""The board of what was read: everything that may fall, ready to be asked for any workload."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from hardstand.analysis.blast.board import Board, board_of
from hardstand.analysis.blast.ground import BLAST_READS, Looking, ground_of
from hardstand.analysis.blast.radius import sums
from hardstand.analysis.blast.sensitivity import SENSITIVITY_READS, sensitivity
from hardstand.analysis.rbac.own import own_roles
from hardstand.analysis.rbac.permissions import Permissions
from hardstand.baseline.baseline import Baseline
from hardstand.inventory.neighbours import Neighbours
from hardstand.inventory.objects import World
from hardstand.model.run import RadiusTold, Run
from hardstand.wiring.request import ScanRequest
from hardstand.wiring.surveying import Reads, Surveyed, surveyed

BOARD_READS: Reads = (*BLAST_READS, *SENSITIVITY_READS)
"""What has to be read."""


def board_in(found: Surveyed, baseline: Baseline) -> Board:
    """The board of what was read with BOARD_READS. What could not be read at all is not in its doubts."""

    def permissions(neighbours: Neighbours) -> Permissions:
        return Permissions.of(neighbours, settled=found.settled, assumed=own_roles().values())

    asked = sensitivity(baseline, found.neighbours, found.cluster)
    return board_of(ground_of(found.neighbours, Looking(permissions, asked, found.settled)))


def radii(request: ScanRequest) -> tuple[RadiusTold, ...]:
    """How far the fall of each workload reaches that a request leads to, which must have been read with BOARD_READS.

    Never raises for bad input: what could not be read makes the numbers what falls at least.
    Of a workload that is in several environments the widest radius is told.
    """
    found = surveyed(request, BOARD_READS)
    every = (one for apart in _apart(found) for one in _radii(apart, request.settings.baseline))
    widest: dict[tuple[str, str, str], RadiusTold] = {}
    for one in every:
        key = (one.namespace, one.kind, one.name)
        if key not in widest or one.total > widest[key].total:
            widest[key] = one
    return tuple(widest.values())


def _apart(found: Surveyed) -> Iterator[Surveyed]:
    """What was read, each environment that places tell apart by itself: nothing goes from one to another."""
    for name in found.neighbours.environments:
        yield replace(found, neighbours=found.neighbours.seen_from(World(name, None)))


def _radii(found: Surveyed, baseline: Baseline) -> Iterator[RadiusTold]:
    board = board_in(found, baseline)
    at_least = bool(found.unreadable or board.ground.doubts)
    for node, owner in zip(board.ground.nodes, board.ground.workloads, strict=True):
        told = sums(board, node)
        yield RadiusTold(owner.namespace, owner.kind, owner.name, told.total, at_least or told.at_least)


def with_radii(run: Run, told: Sequence[RadiusTold]) -> Run:
    """The run with these radii, and with each finding's that is about one of the workloads."""
    known = {(one.kind, one.namespace, one.name): one.total for one in told}
    findings = [
        replace(one, blast=total)
        if (total := known.get((one.object.kind, one.object.namespace or "", one.object.name))) is not None
        else one
        for one in run.findings
    ]
    return replace(run, findings=tuple(findings), blast=tuple(told))


def unread(found: Surveyed) -> Sequence[str]:
    """What could not be read at all: it may hold anything, so that more may fall."""
    return [f"{one.path}:{one.line}:{one.column} could not be read" for one in found.unreadable]
