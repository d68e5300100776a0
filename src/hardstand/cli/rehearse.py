"""Rehearse a changed baseline, or changed roles: what they would refuse that is let in today, before they are held.

NEW.yaml is compared with the baseline that is held (hardstand.yaml of the working directory, or --baseline) on what
PATH… or the cluster hold. --admissions and --audit take the requests of past days, and put each to the gate by the new
baseline, over the picture of the cluster or the snapshot. Nothing is changed anywhere. Exit status: 0 nothing new would
be refused, 1 something would, 2 it could not look.
"""

import argparse
import sys
from dataclasses import replace

from hardstand.baseline.baseline import Baseline
from hardstand.cli import rehearse_roles
from hardstand.cli.baselines import add_baseline_arguments, named, ready
from hardstand.cli.cluster import add_cluster, check_inputs, of_cluster
from hardstand.cli.errors import BLOCKED, COULD_NOT_LOOK, PASSED, UsageError, complain
from hardstand.cli.reading import add_choosing, add_paths, add_reading, progress, request_of, settings_of
from hardstand.rehearse.interface import Rehearsal, Requests
from hardstand.rehearse.json import as_json
from hardstand.rehearse.text import as_text
from hardstand.wiring import ClusterError, WorkerDiedError
from hardstand.wiring.clusters import controls_held
from hardstand.wiring.rehearsing.rehearsing import Logs, NoPictureError, rehearse

INTERMIXED = True
"""Paths may come after options: `rehearse NEW.yaml --baseline OLD.yaml PATH…`."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's arguments."""
    parser.add_argument("new", metavar="NEW.yaml", nargs="?", help="the changed baseline; not with --rbac")
    add_paths(parser, or_cluster=True)
    past = parser.add_argument_group("requests of the past")
    past.add_argument(
        "--admissions", action="append", default=[], metavar="DIR",
        help="what the gate has kept (`hardstand gate --record DIR`); repeatable",
    )  # fmt: skip
    past.add_argument(
        "--audit", action="append", default=[], metavar="LOG",
        help="an API server's audit log: JSON lines, packed with gzip or not, or a folder of them; repeatable",
    )  # fmt: skip
    roles = parser.add_argument_group("roles in place of a baseline")
    roles.add_argument(
        "--rbac", action="append", default=[], metavar="NEW", help="roles and bindings to rehearse; repeatable"
    )
    roles.add_argument(
        "--replace-for", action="append", default=[], metavar="SUBJECT",
        help="take away what today's bindings give to this subject by its name; repeatable",
    )  # fmt: skip
    past.add_argument("--days", type=_days, metavar="N", help="only the last N days (default: all there are)")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="format on standard output")
    add_choosing(parser)
    add_baseline_arguments(parser)
    add_reading(parser)
    add_cluster(parser)
    parser.set_defaults(host=False)


def run(arguments: argparse.Namespace) -> int:
    """Rehearse, tell, and give the exit status."""
    if arguments.rbac:
        return rehearse_roles.run(arguments)
    if arguments.new is None:
        raise UsageError("nothing to rehearse is named", "name a changed baseline, or roles with --rbac")
    if arguments.replace_for:
        raise UsageError("--replace-for is about roles, and none are named", "say --rbac NEW")
    check_inputs(arguments)
    logs = Logs(tuple(arguments.admissions), tuple(arguments.audit), arguments.days)
    if arguments.days is not None and not logs:
        raise UsageError("--days is about requests of the past, and none are named", "say --admissions or --audit too")
    settings = settings_of(arguments)
    new = request_of(arguments, replace(settings, baseline=_changed(arguments)), one_shot=False)
    old = replace(new, settings=settings)
    if arguments.cluster:
        # Both are judged by one reading, in which there is what either asks for.
        new = of_cluster(arguments, new, also=controls_held(old.controls, settings))
        old = replace(old, more=new.more, settings=replace(settings, cluster=new.settings.cluster, complete=True))
    try:
        found = rehearse(old, new, logs, arguments.fingerprint_key, progress=progress("read {done} requests"))
    except NoPictureError as error:
        raise UsageError(
            "past requests are laid over the picture of a cluster, and files are none",
            "say --cluster, or name a snapshot: `hardstand snapshot --cluster -o estate.json.zst`",
        ) from error
    except WorkerDiedError as error:
        raise UsageError(str(error), "memory may have run out; `--jobs 1` needs the least") from error
    except ClusterError as error:
        raise UsageError(str(error), error.hint) from error
    text = as_json(found) if arguments.format == "json" else as_text(found)
    sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace"))
    return _status(found)


def _status(found: Rehearsal) -> int:
    blind = _blind(found.requests) if found.requests is not None else ""
    if found.unreadable:
        noun = "input" if len(found.unreadable) == 1 else "inputs"
        complain(f"{len(found.unreadable)} {noun} could not be read; the report names each")
    if blind:
        complain(blind, "`hardstand rehearse --help` tells what is read; docs/rehearse.md what a log must hold")
    if found.unreadable or blind:
        return COULD_NOT_LOOK
    return BLOCKED if found.refuses else PASSED


def _blind(found: Requests) -> str:
    """Why the requests tell nothing at all; empty where they tell something."""
    if found.covered is None:
        return "the logs hold nothing of the time that was asked for"
    if found.unknown and not found.judged:
        return f"of none of {found.unknown} requests can it be told how it would end"
    return ""


def _changed(arguments: argparse.Namespace) -> Baseline:
    baseline = named(arguments.new)
    if baseline.customs:
        ready(baseline.customs, allow_code=arguments.allow_code)
    return baseline


def _days(word: str) -> int:
    if not word.isdecimal() or not 1 <= int(word) <= 3_650:
        raise argparse.ArgumentTypeError(f"{word!r} is not a number of days between 1 and 3650")
    return int(word)
