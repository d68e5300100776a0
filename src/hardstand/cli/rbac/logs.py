"""Audit logs on the command line: which are named, and what is said of those that tell nothing."""

import argparse
from collections.abc import Sequence

from hardstand.cli.errors import UsageError, complain
from hardstand.wiring.past_use import PastUse

_SHOWN = 10


def add_audit(parser: argparse.ArgumentParser) -> None:
    """Describe --audit."""
    parser.add_argument(
        "--audit", action="append", default=[], metavar="LOG", help="an API server's audit log; repeatable"
    )


def logs_of(arguments: argparse.Namespace) -> Sequence[str]:
    """The logs that are named. UsageError where there are none."""
    if not arguments.audit:
        raise UsageError("what was used is told by audit logs, and none is named", "say --audit LOG")
    logs: Sequence[str] = arguments.audit
    return logs


def tell(past: PastUse) -> None:
    """Say what of the logs could not be read, or tells nothing."""
    for one in past.unreadable[:_SHOWN]:
        complain(f"{one.path}:{one.line}: {one.reason}")
    if len(past.unreadable) > _SHOWN:
        complain(f"{len(past.unreadable) - _SHOWN} more could not be read")
    if past.window is None:
        complain("the logs hold no event of the time that is asked for", "are they audit logs of an API server?")
    elif past.blind:
        complain("no event tells what was decided: all are of the stage RequestReceived", "omit that stage, not others")
