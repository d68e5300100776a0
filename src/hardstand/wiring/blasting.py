"""The board of what was read: everything that may fall, ready to be asked for any workload."""

from collections.abc import Sequence

from hardstand.analysis.blast.board import Board, board_of
from hardstand.analysis.blast.ground import BLAST_READS, Looking, ground_of
from hardstand.analysis.blast.sensitivity import SENSITIVITY_READS, sensitivity
from hardstand.analysis.rbac.own import own_roles
from hardstand.analysis.rbac.permissions import Permissions
from hardstand.baseline.baseline import Baseline
from hardstand.inventory.neighbours import Neighbours
from hardstand.wiring.surveying import Reads, Surveyed

BOARD_READS: Reads = (*BLAST_READS, *SENSITIVITY_READS)
"""What has to be read."""


def board_in(found: Surveyed, baseline: Baseline) -> Board:
    """The board of what was read with BOARD_READS. What could not be read at all is not in its doubts."""

    def permissions(neighbours: Neighbours) -> Permissions:
        return Permissions.of(neighbours, settled=found.settled, assumed=own_roles().values())

    asked = sensitivity(baseline, found.neighbours, found.cluster)
    return board_of(ground_of(found.neighbours, Looking(permissions, asked, found.settled)))


def unread(found: Surveyed) -> Sequence[str]:
    """What could not be read at all: it may hold anything, so that more may fall."""
    return [f"{one.path}:{one.line}:{one.column} could not be read" for one in found.unreadable]
