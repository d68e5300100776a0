"""Which baseline a verb is held to: the one that is named, the one in the working directory, or what is built in."""

import argparse
import os
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from hardstand.baseline.baseline import Baseline
from hardstand.baseline.custom import Customs
from hardstand.baseline.load import built_in, load_file
from hardstand.baseline.reading import BaselineError
from hardstand.cli.errors import UsageError, warn
from hardstand.engine import catalog
from hardstand.engine.words import vocabulary
from hardstand.model.trees import Tree
from hardstand.sources.trees import GitTree, WorkingTree

NAME = "hardstand.yaml"
_NEARLY = ("hardstand.yml", "hardstand.json", ".hardstand.yaml", ".hardstand.yml")
"""Names that somebody could take for it."""


def add_baseline_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments that choose a baseline."""
    group = parser.add_argument_group("baseline")
    group.add_argument(
        "--baseline", metavar="FILE", help=f"the baseline to hold (default {NAME} in the working directory, if there)"
    )
    group.add_argument(
        "--baseline-from", metavar="REF",
        help="read it, and all that it extends, from this commit, tag or branch of the git repository here, so that a "
        "pull request cannot excuse itself; .hardstandignore files have no say then",
    )  # fmt: skip
    group.add_argument("--allow-code", action="store_true", help="run the Python controls that the baseline names")


def baseline_of(arguments: argparse.Namespace) -> Baseline:
    """The baseline that the arguments choose, its own controls loaded.

    UsageError, with all mistakes, where it cannot be used, and where it names code that may not run.
    """
    baseline = named(arguments.baseline, arguments.baseline_from)
    if baseline.customs:
        ready(baseline.customs, allow_code=arguments.allow_code)
    return baseline


def ready(customs: Customs, *, allow_code: bool) -> None:
    """Load the controls, so that what is wrong with them is told before anything is looked at."""
    from hardstand.engine.code import CodeError, refusal  # For the baselines that need it.

    if customs.code and (refused := refusal(customs.code, allowed=allow_code)):
        raise UsageError(*refused)
    try:
        catalog.with_custom(customs)
    except CodeError as error:
        *most, last = error.faults
        raise UsageError(str(last), before=[(str(one), "") for one in most]) from error
    except ValueError as error:
        raise UsageError(f"the baseline's own controls: {error}") from error


def named(file: str | None, ref: str | None = None, today: date | None = None) -> Baseline:
    """The baseline in a file, of a commit where `ref` names one; by default the working directory's, or the built-in.

    UsageError, with all mistakes, where it cannot be used.
    """
    if file == "":
        raise UsageError("--baseline names no file", "is a variable empty that should hold its name?")
    # A link that leads nowhere is there all the same: to pass it over would be to judge by less than was meant.
    if file is None and ref is None and not os.path.lexists(NAME):
        for other in _NEARLY:
            if os.path.lexists(other):
                raise UsageError(
                    f"{other} is not read: a baseline is called {NAME}", f"rename it, or `--baseline {other}`"
                )
        return built_in()
    try:
        return load_file(file or NAME, _tree(ref), vocabulary(), today=today or datetime.now(UTC).date())
    except BaselineError as error:
        *most, last = error.mistakes
        raise UsageError(str(last), last.hint, before=[(str(one), one.hint) for one in most]) from error


def warn_of_others(baseline: Baseline, paths: Sequence[str]) -> None:
    """Say where a baseline lies that is not held, when none is: in what is scanned, or above the working directory.

    It is never taken from there: what is scanned could excuse itself, and a folder above may be anybody's.
    """
    if baseline.path is not None:
        return
    folders = [*map(Path, paths), *_above()]
    found = [folder / NAME for folder in folders if os.path.lexists(folder / NAME)]
    if found:
        shown = os.path.relpath(found[0])
        warn(
            f"{shown} is not held: a baseline is taken from the working directory or --baseline",
            f"`--baseline {shown}`",
        )


def _above() -> Sequence[Path]:
    """The folders above the working directory up to the top of its repository; none outside of one."""
    found: list[Path] = []
    for folder in (Path.cwd(), *Path.cwd().parents):
        if (folder / ".git").exists():
            return found[1:] + [folder] if found else []
        found.append(folder)
    return []


def _tree(ref: str | None) -> Tree:
    if ref is None:
        return WorkingTree()
    try:
        return GitTree.of(".", ref).below(".")
    except OSError as error:
        raise UsageError(f"--baseline-from {ref}: {error}", getattr(error, "hint", "")) from error
