"""Show what would be installed at the API server, and how it behaves.

Which namespaces the API server sends to the gate, what happens to each when the gate is down, slow or wrong, what is
never gated, who may break the glass, and until when exported policies say what the baseline says. Tiers of namespaces
are those of what PATH… hold, not of what will be asked for; without, none is known. Nothing is installed.
"""

import argparse
import sys
from collections.abc import Iterable
from dataclasses import replace

from hardstand.cli.baselines import add_baseline_arguments
from hardstand.cli.errors import COULD_NOT_LOOK, PASSED, complain
from hardstand.cli.reading import add_choosing, add_reading, request_of, settings_of
from hardstand.engine import catalog
from hardstand.engine.settings import Settings
from hardstand.gate.plan import as_json, as_text, planned
from hardstand.model.run import TierTold, Unreadable
from hardstand.model.tier import Tier
from hardstand.wiring import estate


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments."""
    parser.add_argument("paths", nargs="*", metavar="PATH", help="what runs, by whose tiers namespaces are told apart")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="format on standard output")
    add_choosing(parser)
    add_baseline_arguments(parser)
    add_reading(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print the plan and give the exit status: 0 unless something could not be looked at."""
    settings = settings_of(arguments)
    told, faults = _told(arguments, settings)
    chosen = request_of(arguments, settings, one_shot=True).controls
    controls = [one for one in catalog.with_custom(settings.customs) if chosen is None or one.id in chosen]
    plan = planned(settings.baseline, controls, tiers_of(told), settings.today)
    text = as_json(plan) if arguments.format == "json" else as_text(plan)
    sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace"))
    for fault in faults:
        complain(f"{fault.path}:{fault.line}:{fault.column}: {fault.reason}")
    return COULD_NOT_LOOK if faults else PASSED


def tiers_of(told: Iterable[TierTold]) -> dict[str, Tier | None]:
    """The highest tier in each namespace."""
    found: dict[str, Tier | None] = {}
    for one in told:
        if one.object.namespace is not None:
            tier = Tier[one.tier.upper()]
            found[one.object.namespace] = max(tier, found.get(one.object.namespace) or tier)
    return found


def _told(arguments: argparse.Namespace, settings: Settings) -> tuple[list[TierTold], list[Unreadable]]:
    """How the tiers of all workloads came to be, and what could not be read."""
    if not arguments.paths:
        return [], []
    request = request_of(arguments, settings, one_shot=True)
    found = estate(replace(request, controls=()))  # Only looked at, and held against nothing.
    return [one for _, one in found.workloads], list(found.unreadable)
