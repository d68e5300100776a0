"""Show the changes that end findings, as a diff for `git apply`; --apply makes them.

Every change is proven before it is shown: the changed files are judged again, and a fix that leaves its finding, or
brings another, is dropped. Comments, order, quotes and indentation outside the changed lines stay byte for byte. What
a chart or a kustomization renders is not edited: a kustomization with patches is printed for it. For a cluster or a
snapshot `kubectl patch` commands are printed; nothing is written to a cluster.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from hardstand.cli.baselines import add_baseline_arguments
from hardstand.cli.cluster import add_cluster, check_inputs, of_cluster
from hardstand.cli.errors import COULD_NOT_LOOK, PASSED, UsageError, complain, warn
from hardstand.cli.fix_told import tell
from hardstand.cli.reading import (
    add_choosing,
    add_paths,
    add_reading,
    progress,
    request_of,
    settings_of,
    warn_if_empty,
    warn_of_gaps,
)
from hardstand.cli.root_causes import add_root_causes, check_root_causes, only
from hardstand.plan.apply import write
from hardstand.plan.diff import unified
from hardstand.plan.fixes import plan_fixes
from hardstand.plan.interface import Plan
from hardstand.plan.patches import kustomizations
from hardstand.plan.source import Source
from hardstand.report.safe import plain
from hardstand.wiring import Held, WorkerDiedError

_PARTED = (
    "\n# Up to here it is a diff for `git apply`. What follows is for kustomize, and each part is a file of its own.\n"
)
"""Stands between the two: `git apply` passes over it, and to kustomize it is a comment."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's arguments."""
    add_paths(parser, or_cluster=True)
    parser.add_argument("--apply", action="store_true", help="write the changes, where the files are still as read")
    parser.add_argument(
        "--unsafe", action="store_true", help="also fixes that a program may notice; test it afterwards"
    )
    add_root_causes(parser)
    add_choosing(parser)
    add_baseline_arguments(parser)
    add_reading(parser)
    add_cluster(parser)
    parser.set_defaults(host=False)


def run(arguments: argparse.Namespace) -> int:
    """Plan, prove, show and perhaps write; give the exit status."""
    if arguments.apply and "-" in arguments.paths:
        hint = "leave --apply out, and put the diff through `git apply` or the text into a file first"
        raise UsageError("--apply cannot write to standard input", hint)
    check_inputs(arguments)
    if arguments.apply and arguments.cluster:
        hint = "leave --apply out, and run the commands that are printed, once they have been read"
        raise UsageError("--apply writes files, and to a cluster nothing is written", hint)
    request = request_of(arguments, settings_of(arguments), one_shot=False)
    try:
        # Every control is asked, whichever are chosen; and patches are printed, so that they must not hold a secret.
        whole = of_cluster(arguments, replace(request, controls=None), veil=True)
        held = Held(whole, None if arguments.cluster else progress())
        judge = only(held.scan, arguments.root_cause, request.controls)
        plan = plan_fixes(held.sources, judge, unsafe=arguments.unsafe)
    except WorkerDiedError as error:
        raise UsageError(str(error), "memory may have run out; `--jobs 1` needs the least") from error
    check_root_causes(plan.before, arguments.root_cause)
    _show(plan, held.sources, arguments.namespace)
    failed = _write(plan, held.sources, arguments.paths) if arguments.apply else 0
    tell(plan, failed, applied=arguments.apply, controls=request.controls)
    warn_if_empty(plan.before, "fix")
    warn_of_gaps(plan.before, "fix")
    for fault in plan.before.unreadable:
        complain(f"{fault.path}:{fault.line}:{fault.column}: {fault.reason}")
    return COULD_NOT_LOOK if failed or plan.before.unreadable else PASSED


def _show(plan: Plan, sources: Sequence[Source], namespace: str) -> None:
    """The diff of every changed file, and patches for what was rendered."""
    masked = 0
    for number, data in sorted(plan.pages.items()):
        source = sources[number]
        diff = unified(_name(source), source.data, data, namespace)
        shown = "".join(_printable(line) for line in diff.text.splitlines(keepends=True)) if diff.text else ""
        masked += diff.masked or shown != diff.text
        sys.stdout.buffer.write(shown.encode("utf-8", "backslashreplace"))
    for at, (_, text) in enumerate(kustomizations(plan.patches)):
        separator = "---\n" if at else _PARTED if plan.pages else ""
        sys.stdout.buffer.write((separator + text).encode("utf-8", "backslashreplace"))
    sys.stdout.flush()
    if masked:
        noun = "file" if masked == 1 else "files"
        hint = "use --apply, which writes the files whole"
        warn(
            f"secrets or control characters are hidden in the diff of {masked} {noun}: `git apply` cannot take it", hint
        )


def _printable(line: str) -> str:
    """A line without what could steer a terminal; tabs and the CR of a line end stay, for `git apply`."""
    body = line.rstrip("\r\n")
    return "\t".join(plain(part) for part in body.split("\t")) + line[len(body) :]


def _name(source: Source) -> str:
    """The file's path from the working directory, where it lies below it."""
    if source.location is None:
        return source.name
    absolute = os.path.normpath(Path(source.location).absolute())
    below = os.path.relpath(absolute)
    return absolute.lstrip("/") if below.startswith("..") else below


def _write(plan: Plan, sources: Sequence[Source], named: Sequence[str]) -> int:
    """Write every changed file; say which could not be, and give how many."""
    failed = 0
    for number, data in sorted(plan.pages.items()):
        source = sources[number]
        if source.location is None:
            reason: str | None = "it is a stream and cannot be written"
        else:
            reason = write(source.location, source.data, data, named)
        if reason is not None:
            failed += 1
            complain(f"{source.name}: {reason}")
    return failed
