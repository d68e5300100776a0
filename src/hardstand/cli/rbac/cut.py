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

from hardstand.access.cutting.answering import Answer, UnprovenError, answered
from hardstand.access.cutting.json import as_json
from hardstand.access.cutting.keeping import Keeping
from hardstand.access.cutting.running import RUNNING_READS
from hardstand.access.cutting.solving import NoSolverError
from hardstand.access.cutting.text import as_text
from hardstand.analysis.escalation.building import graph_of
from hardstand.analysis.escalation.graph import CLUSTER_ADMIN, NODE, SECRETS, Graph, Node, identity
from hardstand.analysis.escalation.picture import ESCALATION_READS, picture_of
from hardstand.analysis.rbac.permissions import Permissions
from hardstand.analysis.rbac.who import ACCOUNTS, ANONYMOUS, AUTHENTICATED, UNAUTHENTICATED, Sort, Who
from hardstand.baseline.baseline import Baseline
from hardstand.cli.baselines import add_baseline_arguments, baseline_of
from hardstand.cli.errors import BLOCKED, COULD_NOT_LOOK, PASSED, UsageError
from hardstand.cli.rbac.asking import add_format, add_input, permissions_in, subject_named, survey_of
from hardstand.cli.rbac.cut_changes import Changes, changes_of, places
from hardstand.inventory.neighbours import Neighbours
from hardstand.wiring.surveying import Surveyed

_SECONDS = 60.0
_SORTS = frozenset({"user", "group", "serviceaccount", "sa"})
_EVERYBODY = frozenset({ACCOUNTS, ANONYMOUS, AUTHENTICATED, UNAUTHENTICATED})
"""Names of Kubernetes for those who are not its own."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's arguments."""
    parser.add_argument("paths", nargs="*", metavar="PATH", help="manifests, charts, kustomizations, or a snapshot")
    parser.add_argument(
        "--from", dest="starts", action="append", default=[], metavar="SUBJECT",
        help="whose paths are to end; repeatable (default: everybody's but Kubernetes' own)",
    )  # fmt: skip
    parser.add_argument(
        "--to", choices=(CLUSTER_ADMIN, NODE, SECRETS), default=CLUSTER_ADMIN,
        help=f"where no path may lead (default {CLUSTER_ADMIN})",
    )  # fmt: skip
    parser.add_argument(
        "--keep", action="append", default=[], metavar="NAME",
        help="leave this alone: a binding, or all that is given to a subject (user:jane); repeatable",
    )  # fmt: skip
    parser.add_argument("--system", action="store_true", help="take in the bindings that Kubernetes makes itself")
    parser.add_argument(
        "--seconds", type=_seconds, default=_SECONDS, metavar="N",
        help=f"look for the least cut at most this long (default {_SECONDS:g}); then the best that was found is told",
    )  # fmt: skip
    add_format(parser)
    add_baseline_arguments(parser)
    add_input(parser)


def run(arguments: argparse.Namespace) -> int:
    """Find, prove and tell; give the exit status."""
    named = [subject_named(word) for word in arguments.starts]
    baseline = baseline_of(arguments)
    keeping = _keeping(arguments, baseline)
    found = survey_of(arguments, [*ESCALATION_READS, *RUNNING_READS], baseline)
    look = _Looking(found, keeping)
    try:
        answer = answered(
            found.neighbours,
            look,
            lambda graph: starts_of(graph, named),
            lambda graph: targets_of(graph, arguments.to),
            keeping,
            seconds=arguments.seconds,
        )
    except NoSolverError as error:
        raise UsageError(str(error)) from error
    except UnprovenError as error:
        raise UsageError(str(error), "this is a defect in Hardstand; please report it") from error
    changes = changes_of(answer.removals, found, arguments.default_namespace)
    sys.stdout.write(_told(arguments, answer, look.doubts, found, changes))
    if found.unreadable or (look.doubts and not answer.reaching):
        return COULD_NOT_LOOK
    return BLOCKED if answer.reaching else PASSED


class _Looking:
    """Reads pictures: what was read, and the same with changes made. Keeps the doubts of the first."""

    def __init__(self, found: Surveyed, keeping: Keeping) -> None:
        self._found = found
        self._keeping = keeping
        self.doubts: tuple[str, ...] = ()
        self._first = True

    def __call__(self, neighbours: Neighbours) -> tuple[Permissions, Graph]:
        permissions = permissions_in(replace(self._found, neighbours=neighbours))
        picture = picture_of(neighbours, permissions, settled=self._found.settled)
        if self._first:
            self._first, self.doubts = False, tuple(picture.doubts)
            for word in self._keeping.unmet(permissions):
                raise UsageError(f"--keep {word} names no binding and no subject", "leave it out, or correct it")
        return permissions, graph_of(picture)


def _keeping(arguments: argparse.Namespace, baseline: Baseline) -> Keeping:
    subjects = [subject_named(word) for word in arguments.keep if word.partition(":")[0].lower() in _SORTS]
    return Keeping(arguments.keep, subjects, baseline, arguments.system)


def starts_of(graph: Graph, named: Sequence[Who]) -> Collection[Node]:
    """The nodes of who is named; of nobody in particular, everybody but Kubernetes' own."""
    if named:
        return [identity(who) for who in named]
    return [node for node in graph.nodes if (who := node.who) is not None and not _kubernetes(who)]


def _kubernetes(who: Who) -> bool:
    """Tell whether somebody is a part of Kubernetes; everybody's groups are not."""
    if who.sort is Sort.ACCOUNT:
        return who.namespace == "kube-system"
    return who.name.startswith("system:") and who.name not in _EVERYBODY


def targets_of(graph: Graph, power: str) -> Collection[Node]:
    """The nodes of what is asked for: of a node and of Secrets, any of them."""
    return [node for node in {*graph.nodes, Node(power)} if node.sort == power]


def _told(
    arguments: argparse.Namespace, answer: Answer, doubts: Sequence[str], found: Surveyed, changes: Changes
) -> str:
    where = places(found, answer.grants)
    if arguments.format == "json":
        return as_json(answer, arguments.to, doubts, found.unreadable, where.get, changes.as_object())
    lines = {grant: "{file}:{line}:{column}".format(**place) for grant, place in where.items()}
    text = as_text(answer, arguments.to, doubts, lambda grant: lines.get(grant, ""))
    return text + changes.as_text()


def _seconds(word: str) -> float:
    number = float(word)
    if not math.isfinite(number) or number < 0:
        raise ValueError
    return number
