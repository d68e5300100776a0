"""List how identities become others, a node or the cluster: each step with what allows it, and what ends it.

  hardstand rbac paths deploy/
  hardstand rbac paths --from serviceaccount:shop/web --to secrets --cluster
  hardstand rbac paths --from workload:shop/agent --all --max-length 4 estate.json.zst

Without --from, paths begin at everybody but Kubernetes' own identities, and at workloads that break out to their node.
Of each start the shortest path is told, and of starts that get there alike only one; --all tells every path that goes
through nothing twice, each in full. A step that depends on what others do, or on what no manifest shows, is told with
"may be"; --sure leaves such paths out.

--to is cluster-admin, node, secrets (all of the cluster's), node:NAME, secrets:NAMESPACE, or a subject.
Exit status: 0 there is no path, 1 there is one, 2 it could not look, or what could not be read may hide one.
"""

import argparse
import sys
from collections.abc import Callable, Iterable

from hardstand.access.known import Known
from hardstand.access.paths.answering import MAX_LENGTH, MAX_PATHS, Asked, Told, answered
from hardstand.access.paths.grouping import alone, grouped
from hardstand.access.paths.json import as_json
from hardstand.access.paths.mermaid import as_mermaid
from hardstand.access.paths.text import as_text
from hardstand.analysis.escalation.building import graph_of
from hardstand.analysis.escalation.ends import ends_named, start_named, starts_of
from hardstand.analysis.escalation.graph import CLUSTER_ADMIN, WORKLOAD
from hardstand.analysis.escalation.paths import Path
from hardstand.analysis.escalation.picture import ESCALATION_READS, Picture, picture_of
from hardstand.analysis.rbac.grants import Grant
from hardstand.cli.errors import BLOCKED, COULD_NOT_LOOK, PASSED, UsageError
from hardstand.cli.rbac.asking import add_input, doubtful, permissions_of, subject_named
from hardstand.cli.rbac.grant_places import place_texts, places
from hardstand.cli.rbac.naming import known_of, require
from hardstand.wiring.surveying import Surveyed


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's arguments."""
    parser.add_argument("paths", nargs="*", metavar="PATH", help="manifests, charts, kustomizations, or a snapshot")
    parser.add_argument(
        "--from", dest="starts", action="append", default=[], metavar="SUBJECT",
        help="where paths begin, or workload:NAMESPACE/NAME; repeatable (default: everybody but Kubernetes' own)",
    )  # fmt: skip
    parser.add_argument(
        "--to", dest="target", default=CLUSTER_ADMIN, metavar="TARGET",
        help="where they end: cluster-admin, node, secrets, … (default cluster-admin)",
    )  # fmt: skip
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--shortest", action="store_true", help="of each start the shortest path (the default)")
    which.add_argument("--all", dest="everything", action="store_true", help="all simple paths, the shorter first")
    parser.add_argument("--sure", action="store_true", help="only paths whose every step works by itself")
    parser.add_argument(
        "--max-length", type=_count, default=MAX_LENGTH, metavar="N", help=f"steps (default {MAX_LENGTH})"
    )
    parser.add_argument("--max-paths", type=_count, default=MAX_PATHS, metavar="N", help=f"paths (default {MAX_PATHS})")
    parser.add_argument(
        "--format", choices=("text", "json", "mermaid"), default="text", help="format on standard output"
    )
    add_input(parser)


def run(arguments: argparse.Namespace) -> int:
    """Look, tell, and give the exit status."""
    permissions, found = permissions_of(arguments, ESCALATION_READS)
    permissions = doubtful(permissions, found)
    _tell_unknown(arguments, known_of(permissions, found))
    picture = picture_of(found.neighbours, permissions, settled=found.settled)
    told = _told(arguments, picture)
    sys.stdout.write(_FORMATS[arguments.format](told, found, arguments.max_paths))
    if found.unreadable or (told.doubts and not told.identities):
        return COULD_NOT_LOOK
    return BLOCKED if told.identities else PASSED


def _tell_unknown(arguments: argparse.Namespace, known: Known) -> None:
    """Warn of whom nothing names. UsageError for a service account that is not there: nothing could be asked of it."""
    for word in arguments.starts:
        if not word.startswith(f"{WORKLOAD}:"):
            require(subject_named(word), known, "no path can begin there")
    if arguments.target.partition(":")[0].lower() in ("user", "group", "serviceaccount", "sa"):
        require(subject_named(arguments.target), known, "no path can end there")


def _told(arguments: argparse.Namespace, picture: Picture) -> Told:
    try:
        named = [node for word in arguments.starts for node in start_named(word, picture)]
        graph = graph_of(picture, named)
        ends = ends_named(arguments.target, graph)
    except ValueError as error:
        raise UsageError(str(error)) from error
    starts = named or starts_of(picture, graph)
    folds = arguments.format == "text" and not arguments.everything
    asked = Asked(
        starts,
        ends,
        arguments.target,
        everything=arguments.everything,
        sure=arguments.sure,
        max_length=arguments.max_length,
        max_paths=max(1, len(starts)) if folds else arguments.max_paths,  # Of what is folded, groups are counted.
    )
    return answered(graph, asked, picture.doubts)


def _text(told: Told, found: Surveyed, most: int) -> str:
    groups = (alone if told.asked.everything else grouped)(told.paths)[:most]
    where = places(found, _grants(one.first for one in groups))
    lines = place_texts(found, where)
    return as_text(told, groups, lambda grant: lines.get(grant, ""))


def _json(told: Told, found: Surveyed, _: int) -> str:
    return as_json(told, found.cluster, found.unreadable, places(found, _grants(told.paths)).get)


def _mermaid(told: Told, _: Surveyed, __: int) -> str:
    return as_mermaid(told)


_FORMATS: dict[str, Callable[[Told, Surveyed, int], str]] = {"text": _text, "json": _json, "mermaid": _mermaid}
"""Each is given how many are told at most."""


def _grants(paths: Iterable[Path]) -> list[Grant]:
    return [need for path in paths for need in path.needs if isinstance(need, Grant)]


def _count(word: str) -> int:
    if not word.isdecimal() or not 1 <= int(word) <= 1_000_000:
        raise argparse.ArgumentTypeError(f"{word!r} is no number from 1 on")
    return int(word)
