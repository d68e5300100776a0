"""One network is of one environment: which one is asked for, and what is defined twice in it."""

import argparse
from collections.abc import Sequence
from dataclasses import replace

from hardstand.cli.errors import UsageError, nearest, warn
from hardstand.inventory.objects import KubeObject, World
from hardstand.wiring.surveying import Surveyed


def add_environment(parser: argparse.ArgumentParser) -> None:
    """Describe --environment."""
    parser.add_argument(
        "--environment", metavar="NAME",
        help="of what was read, only the environment that the baseline's boundary calls so; '' is what lies in none",
    )  # fmt: skip


def of_one_environment(arguments: argparse.Namespace, found: Surveyed) -> Surveyed:
    """What was read of the environment that is asked for, or of the only one.

    Environments that the boundary tells apart by paths are networks of their own: a policy of one says nothing of the
    workloads of another. UsageError where several were read and none is chosen, and for one that was not read.
    """
    known, wanted = found.neighbours.environments, arguments.environment
    if wanted is None:
        if len(known) > 1:
            raise UsageError(
                f"what was read lies in several environments, each a network of its own: {_listed(known)}",
                "choose one with `--environment NAME`, or name the paths of one alone",
            )
        return found
    if wanted not in known:
        near = nearest(wanted, filter(None, known))
        raise UsageError(
            f"nothing that was read lies in environment `{wanted}`, but in: {_listed(known) or 'none at all'}",
            near or "environments are told by the paths of the baseline's `boundary`: docs/baseline.md",
        )
    return replace(found, neighbours=found.neighbours.seen_from(World(wanted, None)))


def contested(found: Surveyed) -> Sequence[str]:
    """What is defined more than once, and otherwise: nobody can tell which of them counts."""
    told = (
        f"{one.ref} is defined otherwise in {_place(one)} and in {_place(other)}: which of them counts is not told"
        for one, other in found.neighbours.contested()
    )
    return tuple(dict.fromkeys(told))


def warn_of_contested(found: Surveyed) -> Sequence[str]:
    """Say what is defined otherwise elsewhere, the first few one by one, and give all."""
    every = contested(found)
    for one in every[:_SHOWN]:
        warn(one, "name the paths of one of them alone")
    if len(every) > _SHOWN:
        warn(f"{len(every) - _SHOWN} more are defined otherwise elsewhere")
    return every


_SHOWN = 5
"""What is defined twice that is told one by one."""


def _place(one: KubeObject) -> str:
    origin = one.origin
    rendered = f" (rendered from {origin.rendered_from})" if origin.rendered_from else ""
    return f"{origin.file}, document {origin.document + 1}{rendered}"


def _listed(names: Sequence[str]) -> str:
    return ", ".join(one or "none (`--environment ''`)" for one in names)
