"""Narrow what is mended to one change out of many, by the root causes that reports and plans name."""

import argparse
from collections.abc import Collection, Sequence

from hardstand.cli.errors import UsageError, nearest
from hardstand.model.finding import Finding
from hardstand.model.run import Run
from hardstand.plan.focus import Focus
from hardstand.plan.interface import Judge


def add_root_causes(parser: argparse.ArgumentParser) -> None:
    """Describe the argument."""
    parser.add_argument(
        "--root-cause", action="append", default=[], metavar="CAUSE",
        help="mend only what has this root cause, as `plan fixes` and `scan --format json` name it; repeatable",
    )  # fmt: skip


def only(judge: Judge, causes: Sequence[str], controls: Collection[str] | None = None) -> Judge:
    """The judge, offering only the fixes of findings with these root causes and of these controls.

    It judges by every control all the same: a fix must bring no finding of any.
    """

    def wanted(one: Finding) -> bool:
        return (not causes or one.root_cause in causes) and (controls is None or one.control in controls)

    return Focus(judge, wanted) if causes or controls is not None else judge


def check_root_causes(run: Run, causes: Sequence[str]) -> None:
    """UsageError for a root cause that no finding of the run has."""
    known = {one.root_cause for one in run.findings}
    for cause in causes:
        if cause not in known:
            hint = nearest(cause, known) or "`hardstand scan --format json` names them all"
            raise UsageError(f"--root-cause {cause}: nothing here that counts has this root cause", hint)
