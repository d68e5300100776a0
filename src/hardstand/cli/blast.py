"""Tell what falls with a workload, how far, and which one change shrinks that most.

  hardstand blast shop/web deploy/
  hardstand blast shop/web[Deployment] --cluster --max-hops 2
  hardstand blast --all estate.json.zst

Whoever is in a workload's pods has what lies in them, reaches others over the network as far as policies let them, is
whoever its token makes them, and on its node where it breaks out. From what falls it goes on. Everything is told once,
by its cheapest way; what it counts is halved by every step that must be done, and the number is the sum.

WORKLOAD is NAMESPACE/NAME, or NAMESPACE/NAME[KIND] where several have the name. --all tells the sums of all workloads.
Exit status: 0 it could look, 2 it could not, or not at everything. Where something could not be told, the number is
what falls at least, and what may be more is said.
"""

import argparse
import re
import sys
from collections.abc import Sequence

from hardstand.analysis.blast.board import Board
from hardstand.analysis.blast.changes.best import best
from hardstand.analysis.blast.radius import radius, sums
from hardstand.analysis.escalation.graph import Node
from hardstand.cli.baselines import add_baseline_arguments, baseline_of
from hardstand.cli.errors import COULD_NOT_LOOK, PASSED, UsageError, nearest
from hardstand.cli.net.environments import add_environment, of_one_environment, warn_of_contested
from hardstand.cli.rbac.asking import add_input, survey_of
from hardstand.network.blast.json import as_json, called
from hardstand.network.blast.mermaid import as_mermaid
from hardstand.network.blast.text import as_ranking, as_text
from hardstand.network.blast.told import One, Ranked
from hardstand.wiring.blasting import BOARD_READS, board_in, unread
from hardstand.wiring.surveying import Surveyed

_NAMED = re.compile(r"(?P<namespace>[^/\[\]]+)/(?:(?P<before>[^/\[\]]+)/)?(?P<name>[^/\[\]]+)(?:\[(?P<kind>[^\]]+)\])?")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's arguments."""
    parser.add_argument(
        "words", nargs="*", metavar="WORKLOAD PATH",
        help="the workload (none with --all), then manifests, charts, kustomizations or a snapshot",
    )  # fmt: skip
    parser.add_argument("--all", dest="everything", action="store_true", help="all workloads, the widest radius first")
    parser.add_argument("--max-hops", type=_count, metavar="N", help="count only what falls after so many hops")
    parser.add_argument(
        "--top", type=_count, default=20, metavar="N", help="with --all, how many are told (default 20)"
    )
    parser.add_argument("--whole", action="store_true", help="tell every part, also where many are alike")
    parser.add_argument(
        "--format", choices=("text", "json", "mermaid"), default="text", help="format on standard output"
    )
    add_baseline_arguments(parser)
    add_environment(parser)
    add_input(parser)


def run(arguments: argparse.Namespace) -> int:
    """Look, tell, and give the exit status."""
    word = _asked(arguments)
    baseline = baseline_of(arguments)
    found = of_one_environment(arguments, survey_of(arguments, BOARD_READS, baseline))
    board = board_in(found, baseline)
    told = _one(arguments, board, found, word) if word else _all(arguments, board, found)
    sys.stdout.write(_written(arguments, told, found))
    return COULD_NOT_LOOK if found.unreadable else PASSED


def _asked(arguments: argparse.Namespace) -> str:
    """The workload that is asked for, empty for all. UsageError where neither is said, or both."""
    arguments.paths = arguments.words if arguments.everything else arguments.words[1:]
    if arguments.everything:
        if arguments.format == "mermaid":
            raise UsageError("--all is no picture", "name a workload, or give --format text or json")
        return ""
    if not arguments.words:
        raise UsageError("no workload is named", "write `hardstand blast NAMESPACE/NAME PATH`, or --all")
    word: str = arguments.words[0]
    if _NAMED.fullmatch(word) is None:
        raise UsageError(f"{word!r} is no workload", "write NAMESPACE/NAME, or NAMESPACE/NAME[KIND]; --all is for all")
    return word


def _one(arguments: argparse.Namespace, board: Board, found: Surveyed, word: str) -> One:
    start = named(word, board.ground.nodes)
    told = radius(board, start, most_hops=arguments.max_hops)
    changes = best(board, told, most_hops=arguments.max_hops)
    return One(told, changes, (*unread(found), *warn_of_contested(found), *told.doubts))


def _all(arguments: argparse.Namespace, board: Board, found: Surveyed) -> Ranked:
    several = [(node, sums(board, node, most_hops=arguments.max_hops)) for node in board.ground.nodes]
    several.sort(key=lambda one: (-one[1].total, one[0]))
    return Ranked(several, (*unread(found), *warn_of_contested(found), *board.ground.doubts))


def _written(arguments: argparse.Namespace, told: One | Ranked, found: Surveyed) -> str:
    if arguments.format == "json":
        return as_json(told, found.cluster, found.unreadable, arguments.max_hops)
    if isinstance(told, Ranked):
        return as_ranking(told, arguments.top)
    return as_mermaid(told) if arguments.format == "mermaid" else as_text(told, whole=arguments.whole)


def named(word: str, nodes: Sequence[Node]) -> Node:
    """The workload that a person names. UsageError where there is none, or several."""
    parts = _NAMED.fullmatch(word)
    if parts is None:
        raise UsageError(f"{word!r} is no workload", "write NAMESPACE/NAME, or NAMESPACE/NAME[KIND]")
    kind = (parts["kind"] or parts["before"] or "").lower()
    found = [one for one in nodes if one.namespace == parts["namespace"] and _is(one, kind, parts["name"])]
    if not found:
        known = [called(one).partition("[")[0] for one in nodes]
        raise UsageError(f"there is no workload {word} with pods in what was read", nearest(word, known))
    if len(found) > 1:
        raise UsageError(f"{word} is several workloads", f"write one of {', '.join(map(called, found))}")
    return found[0]


def _is(node: Node, kind: str, name: str) -> bool:
    own, _, rest = node.name.partition("/")
    return rest == name and kind in ("", own.lower())


def _count(word: str) -> int:
    if not word.isdecimal() or not 1 <= int(word) <= 1_000_000:
        raise argparse.ArgumentTypeError(f"{word!r} is no number from 1 on")
    return int(word)
