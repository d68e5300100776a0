"""List identities that hold grants and did nothing for longer than is allowed, from audit logs.

  hardstand rbac unused --audit audit.log deploy/
  hardstand rbac unused --audit logs/ --for 60 --cluster

Looked at is every user, group and service account that a binding names, but for Kubernetes' own. Time is counted back
from the last event of the logs; where they do not reach far enough, the answer is unknown. Of what is in use, grants by
which nothing was asked for are listed too. How long is allowed, the baseline's `cadences` say (`unused_access`), else
it is 90 days. Nothing is changed anywhere. Exit status: 0 everything is in use, 1 something is unused, 2 it cannot be
told, or something could not be read.
"""

import argparse
import sys
from datetime import UTC, datetime, timedelta

from hardstand.access.review.last_use import last_uses
from hardstand.access.unused.standing import UNUSED_READS, State, Told, told_of
from hardstand.access.unused.telling import as_json, as_text
from hardstand.access.unused.watched import Watched, allowed_by
from hardstand.cli.baselines import add_baseline_arguments, baseline_of
from hardstand.cli.errors import BLOCKED, COULD_NOT_LOOK, PASSED, complain
from hardstand.cli.rbac.asking import add_format, add_input, permissions_of
from hardstand.cli.rbac.logs import add_audit, logs_of, tell
from hardstand.cli.reading import progress
from hardstand.wiring.past_use import past_use

_MOST_DAYS = 36_500


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's arguments."""
    parser.add_argument("paths", nargs="*", metavar="PATH", help="manifests, charts, kustomizations, or a snapshot")
    add_audit(parser)
    parser.add_argument(
        "--for", dest="days", type=_days, metavar="DAYS",
        help="how long somebody may do nothing (default: the baseline's `unused_access`, else 90)",
    )  # fmt: skip
    add_format(parser)
    add_baseline_arguments(parser)
    add_input(parser)


def run(arguments: argparse.Namespace) -> int:
    """Look, tell, and give the exit status."""
    logs = logs_of(arguments)
    baseline = baseline_of(arguments)
    allowed = arguments.days or allowed_by(baseline)
    permissions, found = permissions_of(arguments, UNUSED_READS, baseline)
    past = past_use(logs, progress=progress("read {done} events"))
    tell(past)
    if past.window is None or past.blind:
        return COULD_NOT_LOOK
    watched = Watched.of(past.used, past.window, allowed, unreadable=bool(past.unreadable))
    told = told_of(watched, permissions, found.neighbours, last_uses(past.used, permissions))
    unreadable = [*found.unreadable, *past.unreadable]
    text = as_json(told, found.cluster, unreadable) if arguments.format == "json" else as_text(told)
    sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace"))
    if watched.stale(datetime.now(UTC)):
        complain(
            "the logs end longer ago than somebody may do nothing, so that nothing is told of today",
            "name newer logs, or take this for what was true then",
        )
        return COULD_NOT_LOOK
    return COULD_NOT_LOOK if unreadable else _status(told)


def _status(told: Told) -> int:
    if told.of(State.UNUSED):
        return BLOCKED
    return COULD_NOT_LOOK if told.of(State.UNKNOWN) or told.doubts else PASSED


def _days(word: str) -> timedelta:
    if not word.isdecimal() or not 1 <= int(word) <= _MOST_DAYS:
        raise argparse.ArgumentTypeError(f"{word!r} is no number of days")
    return timedelta(days=int(word))
