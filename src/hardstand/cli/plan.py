"""Plan what to do about findings. `hardstand plan` alone lists what can be planned.

`hardstand plan fixes PATH…`, or `--cluster`, orders the changes that remove the most risk for the least effort, those
about the highest tier first, and proves what each of them removes by judging the changed picture. Nothing is written.
"""

import argparse
import sys
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

from hardstand.cli.baselines import add_baseline_arguments
from hardstand.cli.cluster import add_cluster, check_inputs, of_cluster
from hardstand.cli.errors import COULD_NOT_LOOK, PASSED, UsageError, complain
from hardstand.cli.pages import pages
from hardstand.cli.plan_command import command_of
from hardstand.cli.plan_json import as_json
from hardstand.cli.plan_text import as_text
from hardstand.cli.radii import radii_of, read_once
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
from hardstand.engine.settings import Settings
from hardstand.model.run import RadiusTold
from hardstand.plan.interface import Judge
from hardstand.plan.sets import plan_sets
from hardstand.plan.sets_interface import FixSets
from hardstand.wiring import Held, WorkerDiedError
from hardstand.wiring.blasting import with_radii

_PLANS: Mapping[str, str] = {"fixes": "the changes that remove the most risk for the least effort, in their order"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's arguments."""
    kinds = parser.add_subparsers(dest="what", metavar="WHAT", title="what can be planned")
    fixes = kinds.add_parser("fixes", help=_PLANS["fixes"], description=__doc__, formatter_class=parser.formatter_class)
    add_paths(fixes, or_cluster=True)
    fixes.add_argument("--limit", type=_limit, default=10, metavar="N", help="show at most N changes (default 10)")
    fixes.add_argument("--unsafe", action="store_true", help="also changes that a program may notice")
    fixes.add_argument("--format", choices=("text", "json"), default="text", help="format on standard output")
    add_choosing(fixes)
    add_baseline_arguments(fixes)
    add_reading(fixes)
    add_cluster(fixes)
    fixes.set_defaults(host=False)


def run(arguments: argparse.Namespace) -> int:
    """Plan, tell, and give the exit status: 0 unless something could not be looked at."""
    if arguments.what is None:
        lines = [f"  hardstand plan {name:<10}{line}" for name, line in _PLANS.items()]
        sys.stdout.write("\n".join(["what can be planned:", *lines, ""]))
        return PASSED
    check_inputs(arguments)
    settings = replace(settings_of(arguments), excerpts=False)
    found = _planned(arguments, settings)
    command = partial(command_of, arguments)
    text = as_json(found, command) if arguments.format == "json" else as_text(found, command, pages(settings.customs))
    sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace"))
    warn_if_empty(found.before, "plan")
    warn_of_gaps(found.before, "plan")
    for fault in found.before.unreadable:
        complain(f"{fault.path}:{fault.line}:{fault.column}: {fault.reason}")
    return COULD_NOT_LOOK if found.before.unreadable else PASSED


def _planned(arguments: argparse.Namespace, settings: Settings) -> FixSets:
    request = of_cluster(arguments, request_of(arguments, settings, one_shot=False))
    now = datetime.now(UTC)
    told = _radii(arguments, settings)

    def judging(judge: Judge) -> Judge:
        return lambda changed: with_radii(judge(changed), told)

    try:
        held = Held(request, None if arguments.cluster else progress())

        def part(numbers: Collection[int]) -> Judge:
            return judging(partial(held.part(numbers).scan, now=lambda: now))

        return plan_sets(
            held.sources,
            judging(partial(held.scan, now=lambda: now)),
            part,
            unsafe=arguments.unsafe,
            limit=arguments.limit,
            progress=progress("{done} of at most {total} changes proven"),
        )
    except WorkerDiedError as error:
        raise UsageError(str(error), "memory may have run out; `--jobs 1` needs the least") from error


def _radii(arguments: argparse.Namespace, settings: Settings) -> tuple[RadiusTold, ...]:
    """How far falls reach in the picture as it is: by this changes are ordered, and not anew after each of them."""
    if read_once(arguments):
        return ()  # The order is then by all else.
    return radii_of(arguments, settings)


def _limit(word: str) -> int:
    if not word.isdecimal() or not 1 <= int(word) <= 10_000:
        raise argparse.ArgumentTypeError(f"{word!r} is not a number of changes between 1 and 10000")
    return int(word)
