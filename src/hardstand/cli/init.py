"""Draft a baseline, hardstand.yaml, from what is there: environments, data classes and owners guessed with the reasons
as comments, enforcement at warn, and no exceptions.

It is written into the working directory, where `scan` finds it, and never over a file that is there already.
"""

import argparse
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from hardstand.baseline.load import load
from hardstand.cli.baselines import NAME
from hardstand.cli.errors import COULD_NOT_LOOK, PASSED, UsageError, complain, note, warn
from hardstand.cli.outputs import replace_file
from hardstand.cli.reading import add_namespaces, check_namespaces
from hardstand.draft.drafting import Draft, draft, typed
from hardstand.draft.estate import Estate
from hardstand.engine import catalog
from hardstand.engine.settings import Settings
from hardstand.engine.words import vocabulary
from hardstand.sources.interface import ReadOptions
from hardstand.wiring import ScanRequest, WorkerDiedError, estate

_TOLD = 10
"""As many of what could not be read are told one by one."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's arguments."""
    parser.add_argument("paths", nargs="+", metavar="PATH", help="file, directory, chart or - for standard input")
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--output", metavar="FILE", default=NAME, help=f"where to write it (default {NAME})")
    where.add_argument("--stdout", action="store_true", help="print it, and write no file")
    parser.add_argument("--force", action="store_true", help="replace the file if it is there")
    reading = parser.add_argument_group("reading")
    add_namespaces(reading, "namespace of charts and of what names none; of a snapshot, only this one, repeatable")
    reading.add_argument("--values", action="append", default=[], metavar="FILE", help="values for charts; repeatable")
    reading.add_argument("--set", action="append", default=[], metavar="K=V", help="a value for charts; repeatable")


def run(arguments: argparse.Namespace) -> int:
    """Read, draft, write, and say what to do next. UsageError where there is nothing to draft from."""
    target = None if arguments.stdout else Path(arguments.output)
    if target is not None and not arguments.force:
        _refuse_existing(target)
    found = _read(arguments)
    if not found.objects:
        _tell_unreadable(found)
        raise UsageError(
            f"{', '.join(arguments.paths)}: no objects to draft a baseline from; nothing was written",
            "name the directory that the manifests, charts or Compose files are in",
        )
    made = draft(found, {one.id: one for one in catalog.load()})
    # Whatever was read, what is written must be a baseline: if it is none, that is a defect, and nothing is written.
    load(made.text.encode(), vocabulary(), today=found.today)
    if target is None:
        sys.stdout.write(made.text)
    else:
        _write(target, made.text, force=arguments.force)
    _tell(made, found, target)
    return COULD_NOT_LOOK if found.unreadable else PASSED


def _refuse_existing(target: Path) -> None:
    """A link that leads nowhere is there as well: writing would create a file at the place it leads to."""
    if os.path.lexists(target):
        raise UsageError(f"{target} is there already", "`--force` replaces it; `--stdout` prints the draft instead")


def _read(arguments: argparse.Namespace) -> Estate:
    check_namespaces(arguments)
    request = ScanRequest(
        paths=arguments.paths,
        reading=ReadOptions(values=tuple(arguments.values), set=tuple(arguments.set), namespace=arguments.namespace),
        settings=Settings(namespace=arguments.namespace, excerpts=False),
        namespaces=arguments.namespaces,
    )
    try:
        return estate(request, lambda: datetime.now(UTC))
    except WorkerDiedError as error:
        raise UsageError(str(error), "memory may have run out; draft from a part of the input") from error


def _write(target: Path, text: str, *, force: bool) -> None:
    try:
        if force:
            replace_file(target, [text])
            return
        with target.open("x", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
    except FileExistsError:
        _refuse_existing(target)
    except OSError as error:
        raise UsageError(f"--output {target}: {error.strerror}", "name a file in a directory that is there") from error


def _tell(made: Draft, found: Estate, target: Path | None) -> None:
    _tell_unreadable(found)
    counted = (
        (len(made.environments), "environment", "environments"),
        (made.namespaces, "namespace", "namespaces"),
        (made.classes, "class", "classes"),
    )
    parts = ", ".join(f"{count} {one if count == 1 else many}" for count, one, many in counted)
    ask = f"; {made.checks} to check" if made.checks else ""
    part = " from what could be read" if found.unreadable else ""
    note(f"{f'wrote {target}' if target else 'drafted'}{part}: {parts}{ask}")
    if target is not None:
        option = "" if str(target) == NAME else f" --baseline {typed(str(target))}"
        note(f"next: read it, then `hardstand scan {' '.join(map(typed, found.paths))}{option}`")


def _tell_unreadable(found: Estate) -> None:
    for one in found.unreadable[:_TOLD]:
        complain(f"{one.path}:{one.line}:{one.column}: {one.reason}")
    if len(found.unreadable) > _TOLD:
        warn(f"{len(found.unreadable) - _TOLD} more could not be read", "`hardstand scan` names each")
