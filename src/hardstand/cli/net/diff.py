"""Tell what two networks allow otherwise: before and after a change, or between two days.

  hardstand net diff main/deploy deploy
  hardstand net diff monday.json.zst friday.json.zst
  hardstand net diff --format markdown main/deploy deploy > comment.md

OLD and NEW are each a file, a folder or a snapshot. What is newly allowed comes first, addresses are told apart as
either of the two does, and what nobody can tell counts as allowed.

Exit status: 0 nothing is newly allowed; 1 something is, or may be; 2 it could not look.
"""

import argparse
import sys
from collections.abc import Iterable, Sequence

from hardstand.analysis.reach.estate import Estate, estate_of
from hardstand.cli.baselines import add_baseline_arguments
from hardstand.cli.errors import BLOCKED, COULD_NOT_LOOK, PASSED, UsageError
from hardstand.cli.net.asking import Network, add_input, network_of
from hardstand.model.run import Unreadable
from hardstand.network.forms.diff import diff_as_json, diff_as_markdown, diff_as_text
from hardstand.network.reaching.comparing import Compared, compared, told_apart_by


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's arguments."""
    parser.add_argument("old", metavar="OLD", help="manifests, charts, kustomizations, or a snapshot: as it was")
    parser.add_argument("new", metavar="NEW", help="the same as it is, or is to be")
    parser.add_argument(
        "--format", choices=("text", "json", "markdown"), default="text", help="format on standard output"
    )
    add_baseline_arguments(parser)
    add_input(parser, cluster=False)


def run(arguments: argparse.Namespace) -> int:
    """Compare, tell, and give the exit status."""
    networks = [_network(arguments, path) for path in (arguments.old, arguments.new)]
    old, new = _comparable([one.estate for one in networks], networks)
    found = compared(old, new)
    unreadable = [one for network in networks for one in network.found.unreadable]
    for piece in _told(arguments.format, found, networks, unreadable):
        sys.stdout.write(piece)
    if unreadable:
        return COULD_NOT_LOOK
    return BLOCKED if found.opened else PASSED


def _network(arguments: argparse.Namespace, path: str) -> Network:
    one = argparse.Namespace(**vars(arguments))
    one.paths = [path]
    network = network_of(one)
    if network.found.unreadable and not network.found.objects:
        # All of the other would be told as gone, or as new.
        raise UsageError(f"nothing of {path} could be read, so there is nothing to compare", "is it the right path?")
    return network


def _comparable(estates: Sequence[Estate], networks: Sequence[Network]) -> Sequence[Estate]:
    """Both with the addresses and names told apart that either of them tells apart."""
    told = [told_apart_by(one) for one in estates]
    blocks = [spans for several, _ in told for spans in several]
    names = [name for _, several in told for name in several]
    return [estate_of(one.found.neighbours, blocks=blocks, names=names) for one in networks]


def _told(form: str, found: Compared, networks: Sequence[Network], unreadable: Sequence[Unreadable]) -> Iterable[str]:
    if form == "json":
        doubts = dict.fromkeys(doubt for one in networks for doubt in one.estate.doubts)
        return diff_as_json(found, list(doubts), unreadable)
    return diff_as_markdown(found) if form == "markdown" else diff_as_text(found)
