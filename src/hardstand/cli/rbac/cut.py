"""Find the fewest grants to take away so that no path is left from some identities to the power over a cluster.

  hardstand rbac cut --from serviceaccount:shop/web deploy/
  hardstand rbac cut --from group:dev --from group:contractors --to secrets --cluster
  hardstand rbac cut --from user:jane --keep ops-admin estate.json.zst

Grants are weighed by how much else uses them, and the cut that weighs least is found: proven to be the least, or, when
the time is over, told with how far from it it may be. What else stops working is shown. The changes follow: a diff for
`git apply`, commands for a cluster, a kustomization for what is rendered. Before they are shown, everything is judged
again with them made, and no path may be left.

What Kubernetes gives itself is left alone without --system, and so are the baseline's personas for emergencies.
It needs the extra `solver`. Exit status: 0 nothing to cut, 1 there is a path, 2 it could not look.
"""

import argparse
import math
import sys
from collections.abc import Collection, Sequence
from dataclasses import replace

from hardstand.access.cutting.answering import Answer, Looked, UnprovenError, answered
from hardstand.access.cutting.json import as_json
from hardstand.access.cutting.keeping import Keeping
from hardstand.access.cutting.running import RUNNING_READS
from hardstand.access.cutting.solving import NoSolverError
from hardstand.access.cutting.text import as_text
from hardstand.analysis.escalation.building import graph_of
from hardstand.analysis.escalation.ends import ends_named, start_named, starts_of
from hardstand.analysis.escalation.graph import CLUSTER_ADMIN, Graph, Node
from hardstand.analysis.escalation.picture import ESCALATION_READS, Picture, picture_of
from hardstand.baseline.baseline import Baseline
from hardstand.cli.baselines import add_baseline_arguments, baseline_of
from hardstand.cli.errors import BLOCKED, COULD_NOT_LOOK, PASSED, UsageError
from hardstand.cli.rbac.asking import add_format, add_input, permissions_in, subject_named, survey_of
from hardstand.cli.rbac.cut_changes import CHANGES_READS, Changes, changes_of
from hardstand.cli.rbac.grant_places import place_texts, places
from hardstand.inventory.neighbours import Neighbours
from hardstand.wiring.surveying import Surveyed

_SECONDS = 60.0
_SORTS = frozenset({"user", "group", "serviceaccount", "sa"})


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's arguments."""
    parser.add_argument("paths", nargs="*", metavar="PATH", help="manifests, charts, kustomizations, or a snapshot")
    parser.add_argument(
        "--from", dest="starts", action="append", default=[], metavar="SUBJECT",
        help="whose paths are to end, or workload:NAMESPACE/NAME; repeatable (default: everybody but Kubernetes' own)",
    )  # fmt: skip
    parser.add_argument(
        "--to", dest="target", default=CLUSTER_ADMIN, metavar="TARGET",
        help="where no path may lead: cluster-admin, node, secrets, … (default cluster-admin)",
    )  # fmt: skip
    parser.add_argument("--sure", action="store_true", help="only end paths whose every step works by itself")
    parser.add_argument(
        "--keep", action="append", default=[], metavar="NAME",
        help="leave this alone: a binding, or all that is given to a subject (user:jane); repeatable",
    )  # fmt: skip
    parser.add_argument("--system", action="store_true", help="take in the bindings that Kubernetes makes itself")
    parser.add_argument(
        "--seconds", type=_seconds, default=_SECONDS, metavar="N",
        help=f"look for the least cut at most this long (default {_SECONDS:g}); then the best that was found is told",
    )  # fmt: skip
    parser.add_argument(
        "--all",
        dest="everything",
        action="store_true",
        help="tell of every grant all that stops, not of a few the most",
    )
    add_format(parser)
    add_baseline_arguments(parser)
    add_input(parser)


def run(arguments: argparse.Namespace) -> int:
    """Find, prove and tell; give the exit status."""
    baseline = baseline_of(arguments)
    keeping = _keeping(arguments, baseline)
    found = survey_of(arguments, [*ESCALATION_READS, *RUNNING_READS, *CHANGES_READS], baseline)
    look = _Looking(arguments, found, keeping)
    try:
        answer = answered(found.neighbours, look, keeping, seconds=arguments.seconds)
    except NoSolverError as error:
        raise UsageError(str(error)) from error
    except UnprovenError as error:
        raise UsageError(str(error), "this is a defect in Hardstand; please report it") from error
    changes = changes_of(answer.removals, found, arguments.default_namespace)
    sys.stdout.write(_told(arguments, answer, look.doubts or (), found, changes))
    if found.unreadable or (look.doubts and not answer.reaching):
        return COULD_NOT_LOOK
    return BLOCKED if answer.reaching else PASSED


class _Looking:
    """Looks at pictures: at what was read, and at the same with changes made. Keeps the doubts of the first."""

    def __init__(self, arguments: argparse.Namespace, found: Surveyed, keeping: Keeping) -> None:
        self._arguments = arguments
        self._found = found
        self._keeping = keeping
        self.doubts: tuple[str, ...] | None = None

    def __call__(self, neighbours: Neighbours) -> Looked:
        """What is seen. UsageError for a start, a target or something to keep that is not there or is no such thing."""
        permissions = permissions_in(replace(self._found, neighbours=neighbours))
        picture = picture_of(neighbours, permissions, settled=self._found.settled)
        if self.doubts is None:
            self.doubts = tuple(picture.doubts)
            for word in self._keeping.unmet(permissions):
                raise UsageError(f"--keep {word} names no binding and no subject", "leave it out, or correct it")
        try:
            named = [node for word in self._arguments.starts for node in start_named(word, picture)]
            graph = graph_of(picture, named)
            ends = ends_named(self._arguments.target, graph)
        except ValueError as error:
            raise UsageError(str(error)) from error
        if self._arguments.sure:
            graph = Graph(step for step in graph.steps if step.kind.sure)
        return Looked(permissions, graph, named or self._everybody(picture, graph, ends), ends)

    def _everybody(self, picture: Picture, graph: Graph, ends: Collection[Node]) -> list[Node]:
        """Everybody but Kubernetes' own, who has got there anyway, and those who are to keep what they have."""
        some = (one for one in starts_of(picture, graph) if one not in ends)
        return [one for one in some if one.who is None or self._keeping.spares(one.who) is None]


def _keeping(arguments: argparse.Namespace, baseline: Baseline) -> Keeping:
    subjects = [subject_named(word) for word in arguments.keep if word.partition(":")[0].lower() in _SORTS]
    return Keeping(arguments.keep, subjects, baseline, arguments.system)


def _told(
    arguments: argparse.Namespace, answer: Answer, doubts: Sequence[str], found: Surveyed, changes: Changes
) -> str:
    where = places(found, answer.grants)
    if arguments.format == "json":
        return as_json(answer, arguments.target, doubts, found.unreadable, where.get, changes.as_object())
    lines = place_texts(found, where)
    text = as_text(answer, arguments.target, doubts, lambda grant: lines.get(grant, ""), whole=arguments.everything)
    return text + changes.as_text()


def _seconds(word: str) -> float:
    try:
        number = float(word)
    except ValueError:
        number = math.nan
    if not 0 <= number < math.inf:
        raise argparse.ArgumentTypeError(f"{word!r} is no number of seconds")
    return number
