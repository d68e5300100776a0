"""How far the fall of each workload reaches, for verbs about something else: what they read is read once more."""

import argparse

from hardstand.cli.cluster import cluster_request
from hardstand.cli.errors import UsageError
from hardstand.cli.reading import request_of
from hardstand.engine.kinds import needed
from hardstand.engine.settings import Settings
from hardstand.inventory.neighbours import Keeping
from hardstand.model.run import RadiusTold
from hardstand.wiring import ClusterError
from hardstand.wiring.blasting import BOARD_READS, radii
from hardstand.wiring.clusters import with_survey


def read_once(arguments: argparse.Namespace) -> bool:
    """Tell whether something that the arguments name can be read only once."""
    return "-" in arguments.paths


def radii_of(arguments: argparse.Namespace, settings: Settings) -> tuple[RadiusTold, ...]:
    """The radii of what the arguments of `scan` or `plan fixes` name. UsageError where a cluster cannot be asked."""
    request = request_of(arguments, settings, one_shot=False)
    if arguments.cluster:
        try:
            request = with_survey(request, cluster_request(arguments), needed(Keeping.of(BOARD_READS)))
        except ClusterError as error:
            raise UsageError(str(error), error.hint) from error
    return radii(request)
