"""What verbs that read flow logs have in common: the logs, the picture that they are held against, what was seen."""

import argparse
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from hardstand.analysis.intended.addresses import names_named, parts_of, spans_named, spans_of
from hardstand.analysis.intended.members import MEMBER_READS
from hardstand.analysis.intended.table import table_of
from hardstand.analysis.reach.blocks import EVERYWHERE
from hardstand.analysis.reach.estate import estate_of
from hardstand.analysis.reach.holders import HOLDER_READS
from hardstand.analysis.reach.peers import Sort
from hardstand.analysis.reach.spans import Spans
from hardstand.baseline.baseline import Baseline
from hardstand.cli.baselines import add_baseline_arguments
from hardstand.cli.errors import UsageError, complain, warn
from hardstand.cli.net.asking import add_input, network_of
from hardstand.cli.net.table import today
from hardstand.cli.net.times import add_times
from hardstand.cli.reading import progress
from hardstand.inventory.neighbours import Neighbours
from hardstand.model.run import Unreadable
from hardstand.network.alerts.watching import Watch
from hardstand.network.observed.called import Called
from hardstand.network.observed.parties import Parties, Standing, ranges_of
from hardstand.network.observed.picture import Picture
from hardstand.network.observed.traffic import Traffic
from hardstand.sources.flows.logs import FlowLogs
from hardstand.sources.flows.recognising import named as log_named
from hardstand.sources.history.database import HistoryError
from hardstand.wiring.resolving import resolver_for
from hardstand.wiring.surveying import Surveyed

_SHOWN = 10
_MOST_NAMES = 2_000
"""Host names that are told apart where policies are about names."""


@dataclass(frozen=True, slots=True)
class Apart:
    """What of the world outside is told apart, besides what the baseline and policies name."""

    blocks: tuple[Spans, ...] = ()
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Logged:
    """What was read: the picture, and what logs tell in it."""

    baseline: Baseline
    found: Surveyed
    picture: Picture
    traffic: Traffic
    faults: Sequence[Unreadable]
    """What of the logs could not be read."""
    doubts: Sequence[str]
    """What of the picture could not be read or held."""
    apart: Apart
    """What of the world outside was told apart."""
    watch: Watch | None = None

    @property
    def is_whole(self) -> bool:
        """Everything could be read."""
        return not self.faults and not self.doubts and not self.found.unreadable


def add_log_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the logs, and what they are held against."""
    parser.add_argument("logs", nargs="*", metavar="LOG", help="flow logs: files, folders, or - for standard input")
    parser.add_argument(
        "--with", action="append", default=[], dest="paths", metavar="PATH",
        help="what there is: a snapshot, a history of snapshots (which tells whose address it was), or manifests",
    )  # fmt: skip
    add_times(parser)
    add_baseline_arguments(parser)
    add_input(parser)


def logged(
    arguments: argparse.Namespace,
    logs: Sequence[str],
    baseline: Baseline,
    watching: Callable[[Picture, Parties], Watch] | None = None,
    *,
    blocks: Sequence[Spans] = (),
    names: Sequence[str] = (),
) -> Logged:
    """Read the picture, then the logs; `watching` makes what looks for alerts.

    `blocks` and `names`: what else of the world outside is to be told apart. UsageError where
    nothing is named, or a history cannot be read.

    What could not be read has been said.
    """
    if not logs:
        raise UsageError("no flow log is named", "name files, folders, or - for standard input: docs/flows.md")
    if not arguments.paths and not arguments.cluster:
        raise UsageError(
            "`--with PATH` is missing: flow logs tell of addresses, and nothing says whose they are",
            "name a snapshot, a history of snapshots or manifests, such as --with estate.json.zst; or --cluster",
        )
    named = baseline.network
    network = network_of(
        arguments,
        also=(*MEMBER_READS, *HOLDER_READS),
        baseline=baseline,
        blocks=(EVERYWHERE, *spans_named(named), *blocks),
        names=(*names_named(named), *names),
    )
    faults: list[Unreadable] = []
    apart = Apart(tuple(blocks), tuple(names))
    picture = picture_of(network.found.neighbours, baseline, network.found.cluster, apart)
    parties = _parties(arguments, network.found, picture, faults)
    watch = watching(picture, parties) if watching is not None else None
    traffic = Traffic(parties, since=arguments.since, until=arguments.until, watch=watch)
    forms = _read(logs, traffic, faults)
    _tell(faults)
    if missing := _missing(logs, forms, faults):
        # All that it may tell of would be told as never seen.
        raise UsageError(f"nothing of {', '.join(missing)} could be read, so what was seen is not known")
    if picture.peers.of_sort(Sort.NAME) and (seen := _names(traffic)):
        apart = Apart(apart.blocks, (*apart.names, *seen))
        picture = picture_of(network.found.neighbours, baseline, network.found.cluster, apart)
    _tell_table(picture)
    doubts = [*network.estate.doubts, *picture.table.faults]
    if not traffic.flows and not traffic.lookups:
        warn("the logs hold no flow of the time that is asked for", "are they flow logs, and of this time?")
    return Logged(baseline, network.found, picture, traffic, faults, doubts, apart, watch)


def picture_of(neighbours: Neighbours, baseline: Baseline, cluster: str | None, apart: Apart | None = None) -> Picture:
    """What flows are held against."""
    network, more = baseline.network, apart or Apart()
    names = tuple(dict.fromkeys([*names_named(network), *more.names]))
    estate = estate_of(
        neighbours, blocks=(EVERYWHERE, *spans_named(network), *more.blocks), names=names, cni=network.cni
    )
    table = table_of(baseline, neighbours, estate.peers, today=today(), cluster=cluster)
    return Picture(neighbours, estate, table, network, Called(neighbours, estate.peers))


def _parties(arguments: argparse.Namespace, found: Surveyed, picture: Picture, faults: list[Unreadable]) -> Parties:
    try:
        resolver = resolver_for(found, arguments.paths, arguments.audit, faults)
    except HistoryError as error:
        raise UsageError(str(error), error.hint) from error
    outside = [spans_of(parts_of(one)) for one in picture.network.outside.values()]
    ranges = ranges_of(found.neighbours, picture.peers, outside)
    return Parties(resolver, picture.peers, picture.called, ranges, picture.resolvers)


def _read(logs: Sequence[str], traffic: Traffic, faults: list[Unreadable]) -> Mapping[str, str]:
    """Read all logs, and give the form of each file of which anything could be read."""
    shown = progress("read {done} lines")
    every = FlowLogs(tuple(logs), (lambda done: shown(done, 0)) if shown else None)
    for one in every.open():
        if isinstance(one, Unreadable):
            faults.append(one)
        else:
            traffic.take(one)
    return every.forms


def _missing(logs: Sequence[str], forms: Mapping[str, str], faults: Sequence[Unreadable]) -> Sequence[str]:
    """The logs that were named and of which nothing could be read."""
    paths = {log_named(one)[2] for one in logs}
    found = (one.path for one in faults if one.path in paths)
    return list(dict.fromkeys(one for one in found if one not in forms or not os.path.lexists(one)))


def _names(traffic: Traffic) -> Sequence[str]:
    """The host names that were called."""
    every = (key.destination for key in traffic.pairs)
    found = dict.fromkeys(one.name for one in every if one.standing is Standing.OUTSIDE and one.name)
    return list(found)[:_MOST_NAMES]


def _tell(faults: Sequence[Unreadable]) -> None:
    for one in faults[:_SHOWN]:
        complain(f"{one.path}:{one.line}: {one.reason}")
    if len(faults) > _SHOWN:
        complain(f"{len(faults) - _SHOWN} more could not be read")


def _tell_table(picture: Picture) -> None:
    if not picture.declared:
        return
    for fault in picture.table.faults:
        complain(fault)
    for remark in (*picture.table.unmet, *picture.table.remarks):
        warn(remark)
    for row in picture.table.ended:
        warn(f"{row.said} ended on {row.until}, and is not intended any more")
