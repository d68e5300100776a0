"""Narrow what is mended to one change out of many, by the root causes that reports and plans name."""

import argparse
from collections.abc import Sequence

from hardstand.cli.errors import UsageError, nearest
from hardstand.model.run import Run
from hardstand.plan.focus import Focus
from hardstand.plan.interface import Judge


def add_root_causes(parser: argparse.ArgumentParser) -> None:
    """Describe the argument."""
    parser.add_argument(
        "--root-cause", action="append", default=[], metavar="CAUSE",
        help="mend only what has this root cause, as `plan fixes` and `scan --format json` name it; repeatable",
    )  # fmt: skip


def only(judge: Judge, causes: Sequence[str]) -> Judge:
    """The judge, offering only the fixes of findings with these root causes; without any, all."""
    return Focus(judge, lambda one: one.root_cause in causes) if causes else judge


def check_root_causes(run: Run, causes: Sequence[str]) -> None:
    """UsageError for a root cause that no finding of the run has."""
    known = {one.root_cause for one in run.findings}
    for cause in causes:
        if cause not in known:
            hint = nearest(cause, known) or "`hardstand scan --format json` names them all"
            raise UsageError(f"--root-cause {cause}: nothing here that counts has this root cause", hint)
