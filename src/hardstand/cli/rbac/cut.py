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
import sys
from collections.abc import Sequence

from hardstand.access.cutting.answering import Answer, UnprovenError, answered
from hardstand.access.cutting.json import as_json
from hardstand.access.cutting.keeping import Keeping
from hardstand.access.cutting.running import RUNNING_READS
from hardstand.access.cutting.solving import NoSolverError
from hardstand.access.cutting.text import as_text
from hardstand.analysis.escalation.graph import CLUSTER_ADMIN, NODE, SECRETS, Graph, Node, identity
from hardstand.analysis.escalation.picture import ESCALATION_READS
from hardstand.analysis.rbac.permissions import Permissions
from hardstand.analysis.rbac.who import Who, parse
from hardstand.baseline.baseline import Baseline
from hardstand.cli.baselines import add_baseline_arguments, baseline_of
from hardstand.cli.errors import BLOCKED, COULD_NOT_LOOK, PASSED, UsageError
from hardstand.cli.rbac.asking import add_format, add_input, subject_named
from hardstand.cli.rbac.cut_changes import Changes, changes_of, places
from hardstand.inventory.neighbours import Neighbours
from hardstand.wiring.surveying import Surveyed

_SECONDS = 60.0


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
    look = _Looking(found)
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
