"""Hold what flow logs tell against what is allowed and what is intended.

  hardstand net observe flows.json --with history/
  hardstand net observe logs/ dns.log --with estate.json.zst --since 2026-11-24T00:00Z --format json
  hardstand net observe - --cluster

Each pair of workloads, or of a workload and something outside, with protocol and port, is in one of eight cases, by
whether the baseline's flow table intends it, policies allow it, and it was seen; each with its next step. Whose an
address was is told by time, from a history of snapshots: who cannot be told is a group of its own. What was refused is
told apart. Then alerts: with --since, flows before it are the reference for what is new and unusual.

Exit status: 0 nothing is to be done; 1 something was seen that is not intended or not allowed, or an alert is at least
as severe as --fail-on; 2 it could not look, or something could not be told.
"""

import argparse
import sys
from collections.abc import Iterator

from hardstand.cli.baselines import baseline_of
from hardstand.cli.errors import BLOCKED, COULD_NOT_LOOK, PASSED
from hardstand.cli.net.observing import Logged, add_log_arguments, logged
from hardstand.model.verdict import Severity
from hardstand.network.observed.as_data import as_json
from hardstand.network.observed.declared import watching
from hardstand.network.observed.observation import Observation, observation
from hardstand.network.observed.tables import as_csv, as_markdown
from hardstand.network.observed.text import as_text
from hardstand.report.safe import plain

INTERMIXED = True
"""Logs may come after options."""
FORMATS = ("text", "json", "csv", "markdown", "svg")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's arguments."""
    add_log_arguments(parser)
    parser.add_argument("--format", choices=FORMATS, default="text", help="format on standard output")
    parser.add_argument("--all", action="store_true", help="in text, also what is as it should be, and all of it")
    parser.add_argument(
        "--fail-on", type=_severity, default=Severity.MEDIUM, metavar="SEVERITY",
        help="alerts from this severity on end in 1 (default medium)",
    )  # fmt: skip


def _severity(word: str) -> Severity:
    try:
        return Severity.named(word)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def run(arguments: argparse.Namespace) -> int:
    """Read, join, tell, and give the exit status."""
    baseline = baseline_of(arguments)
    since = arguments.since.timestamp() if arguments.since is not None else None
    one = logged(arguments, arguments.logs, baseline, watching(since))
    alerts = one.watch.end(baseline.network.budget) if one.watch is not None else None
    found = observation(one.picture, one.traffic, alerts)
    for piece in _told(arguments, found, one):
        sys.stdout.write(piece)
    if not one.is_whole or found.unknown or not (found.flows or found.lookups):
        return COULD_NOT_LOOK
    return BLOCKED if found.fails(arguments.fail_on) else PASSED


def _told(arguments: argparse.Namespace, found: Observation, one: Logged) -> Iterator[str]:
    match arguments.format:
        case "json":
            yield from as_json(found, one.found.cluster, [*one.found.unreadable, *one.faults], one.doubts)
        case "csv":
            yield from as_csv(found)
        case "markdown":
            yield from as_markdown(found)
        case "svg":
            # Drawing is loaded by who draws.
            from hardstand.network.observed.drawing import spoken, undrawn
            from hardstand.network.picture.drawing import as_svg
            from hardstand.network.picture.words import SPOKE

            yield from as_svg(*spoken(found), words=SPOKE._replace(more=undrawn(found)))
        case _:
            yield from (f"{plain(line)}\n" for line in as_text(found, everything=arguments.all))
