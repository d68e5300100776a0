"""Write the smallest roles that cover what a subject used, from audit logs.

  hardstand rbac least serviceaccount:shop/web --audit audit.log > web.yaml
  hardstand rbac least group:dev --audit logs/ --names any --verbs read-write --cluster

A LOG is a file or a folder: JSON lines, lists, webhook batches, what CloudWatch Logs or Cloud Logging export, packed
with gzip or Zstandard or not. PATHs (or --cluster) are what runs: with them it is told what was granted and never used,
and which CronJobs the log may have missed. The YAML can be applied as it is; what it rests on is in its comments.
Nothing is changed anywhere. Exit status: 0 roles are written, 1 nothing was used, 2 something could not be read.
"""

import argparse
import sys

from hardstand.access.least.least import DAY, NO_BASIS, least
from hardstand.access.least.rare import CRON_READS
from hardstand.access.least.rights import Choices
from hardstand.access.least.telling import as_json, as_yaml
from hardstand.access.used import only
from hardstand.cli.errors import BLOCKED, COULD_NOT_LOOK, PASSED, warn
from hardstand.cli.rbac.asking import add_input, permissions_of, split, subject_named
from hardstand.cli.rbac.logs import add_audit, logs_of, tell
from hardstand.cli.rbac.naming import known_of, naming_reads, tell_unknown
from hardstand.cli.reading import progress
from hardstand.wiring.past_use import past_use

INTERMIXED = True
"""Paths may come after options."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's arguments."""
    parser.add_argument("words", nargs="*", metavar="SUBJECT [PATH…]", help="whose rights, and what runs")
    add_audit(parser)
    how = parser.add_argument_group("how far to go beyond what was used")
    for name, words, what in (
        ("names", ("exact", "any"), "the objects that were asked for by name, or any"),
        ("namespaces", ("exact", "all"), "the namespaces in which something was asked for, or all"),
        ("verbs", ("exact", "read-write"), "the verbs that were used, or with one that reads (writes) all that do"),
    ):
        # A name of its own, for `namespaces` are those of a cluster that are read.
        how.add_argument(f"--{name}", dest=f"by_{name}", choices=words, default="exact", help=f"{what} (default exact)")
    parser.add_argument("--format", choices=("yaml", "json"), default="yaml", help="format on standard output")
    add_input(parser)


def run(arguments: argparse.Namespace) -> int:
    """Write the roles, and give the exit status."""
    (subject,), arguments.paths = split(arguments.words, "SUBJECT", 1)
    who = subject_named(subject)
    logs = logs_of(arguments)
    permissions = found = None
    if arguments.paths or arguments.cluster:
        permissions, found = permissions_of(arguments, [*CRON_READS, *naming_reads(arguments, [who])])
        tell_unknown(who, known_of(permissions, found))
    past = past_use(logs, only(who), progress=progress("read {done} events"))
    tell(past)
    if past.window is None or past.blind:
        return COULD_NOT_LOOK
    choices = _choices(arguments)
    neighbours, settled = (found.neighbours, found.settled) if found is not None else (None, False)
    told = least(who, past.used, past.window, choices, permissions, neighbours, settled=settled)
    text = as_json(told) if arguments.format == "json" else as_yaml(told)
    sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace"))
    if past.unreadable or (found is not None and found.unreadable):
        return COULD_NOT_LOOK
    if not told.manifests:
        warn(f"{who} used nothing in these logs that takes a role", "is it the right subject, and are they its logs?")
        return BLOCKED
    if told.window.days < DAY:
        warn(NO_BASIS.format(told.window.length), "take logs of a month, in which monthly jobs have run, too")
    return PASSED


def _choices(arguments: argparse.Namespace) -> Choices:
    return Choices(arguments.by_names == "any", arguments.by_namespaces == "all", arguments.by_verbs == "read-write")
