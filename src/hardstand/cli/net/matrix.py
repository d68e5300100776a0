"""Tell of all workloads at once who may reach whom: everything, some, nothing, or nobody can tell.

  hardstand net matrix deploy/
  hardstand net matrix --by namespace --cluster
  hardstand net matrix --format csv estate.json.zst > matrix.csv

In the text, workloads that are alike in every pair are one row, and what does not fit goes on below; the other formats
have every row and column. All addresses outside of the cluster are one end, `internet`.

Exit status: 0 it is told, 2 it could not look.
"""

import argparse
import shutil
import sys
from collections.abc import Iterable

from hardstand.cli.baselines import add_baseline_arguments
from hardstand.cli.errors import COULD_NOT_LOOK, PASSED
from hardstand.cli.net.asking import Network, add_input, network_of
from hardstand.network.forms.matrix_data import matrix_as_csv, matrix_as_json, matrix_as_markdown
from hardstand.network.forms.matrix_text import as_text
from hardstand.network.reaching.matrix import Matrix, matrix_of

INTERMIXED = True
"""Paths may come after options."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's arguments."""
    parser.add_argument("paths", nargs="*", metavar="PATH", help="manifests, charts, kustomizations, or a snapshot")
    parser.add_argument("--by", choices=("workload", "namespace"), default="workload", help="what the rows are")
    parser.add_argument(
        "--format", choices=("text", "json", "csv", "markdown"), default="text", help="format on standard output"
    )
    add_baseline_arguments(parser)
    add_input(parser)


def run(arguments: argparse.Namespace) -> int:
    """Look, tell, and give the exit status."""
    network = network_of(arguments)
    for piece in _told(arguments.format, matrix_of(network.estate, arguments.by), network):
        sys.stdout.write(piece)
    return PASSED if network.readable else COULD_NOT_LOOK


def _told(form: str, matrix: Matrix, network: Network) -> Iterable[str]:
    if form == "json":
        return matrix_as_json(matrix, network.found.cluster, network.estate.doubts, network.found.unreadable)
    if form == "csv":
        return matrix_as_csv(matrix)
    if form == "markdown":
        return matrix_as_markdown(matrix)
    return as_text(matrix, _width())


def _width() -> int:
    """That of the terminal; of a file what is easily read."""
    return shutil.get_terminal_size((112, 24)).columns if sys.stdout.isatty() else 112
