"""What check and generate have in common: the picture that was read, with the baseline's flow table in it."""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from hardstand.analysis.intended.addresses import names_named, spans_named
from hardstand.analysis.intended.members import MEMBER_READS
from hardstand.analysis.intended.table import Table, table_of
from hardstand.analysis.reach.estate import Estate
from hardstand.baseline.baseline import Baseline
from hardstand.baseline.network import FlowRow
from hardstand.cli.baselines import add_baseline_arguments, baseline_of
from hardstand.cli.errors import UsageError, complain, warn
from hardstand.cli.net.asking import add_input, network_of
from hardstand.cli.net.idle import warn_of_idle
from hardstand.inventory.views.network import NetworkPolicy
from hardstand.network.intended.entrances import shut_out
from hardstand.network.intended.nodes import on_nodes
from hardstand.network.intended.unread import Unread
from hardstand.wiring.surveying import Surveyed

NO_TABLE = (
    "the baseline declares no zones, so nothing says what is intended",
    "declare `network: {zones: …, flows: …}`: docs/network.md tells how",
)


@dataclass(frozen=True, slots=True)
class Read:
    """What was read."""

    baseline: Baseline
    found: Surveyed
    estate: Estate
    table: Table
    doubts: Sequence[str]
    """What was said that may hide a difference."""
    proposed: Sequence[FlowRow] = ()


def add_table_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe what is read, and by which baseline."""
    parser.add_argument("paths", nargs="*", metavar="PATH", help="files, folders, charts, snapshots: what there is")
    add_baseline_arguments(parser)
    add_input(parser)


def read(arguments: argparse.Namespace, proposed: Sequence[FlowRow] = ()) -> Read:
    """Read what the arguments name, and tell what of it could not be read or held. UsageError without a table.

    `proposed`: rows that nobody has accepted yet, which are taken for rows of the table.
    """
    baseline = baseline_of(arguments)
    if not baseline.network.declared:
        raise UsageError(*NO_TABLE)
    network = network_of(
        arguments,
        also=MEMBER_READS,
        baseline=baseline,
        blocks=tuple(spans_named(baseline.network)),
        names=tuple(names_named(baseline.network)),
    )
    warn_of_idle(network, ports=True)
    found, estate = network.found, network.estate
    table = table_of(baseline, found.neighbours, estate.peers, today=today(), cluster=found.cluster, proposed=proposed)
    for remark in (*table.unmet, *table.remarks):
        warn(remark)
    for shut in dict.fromkeys(shut_out(table, estate.entering)):
        warn(shut, "add one, or remove it: policies that allow the table alone would refuse it")
    for text in on_nodes(table):
        warn(text, "take it off (`hostNetwork: false`), or know that it may call anything")
    for row in table.ended:
        warn(f"{row.said} ended on {row.until}, and is not intended any more")
    for fault in table.faults:
        complain(fault)
    if not table.governed:
        raise UsageError("no workload that was read lies in a zone, so nothing can be held", "is it the right path?")
    return Read(baseline, found, estate, table, [*estate.doubts, *table.faults, *table.unmet], proposed)


def unread_of(one: Read, gone: Sequence[NetworkPolicy] = ()) -> list[str]:
    """Whom policies let in of whom nothing was read, which is said. Without `gone`; none of a running cluster, of which
    everything was read.
    """
    if one.found.settled:
        return []
    without = {id(each) for each in gone}
    there = [each for each in one.found.neighbours.anywhere(NetworkPolicy) if id(each) not in without]
    found = Unread(one.estate, one.table, one.baseline.network.zones).doubts(there)
    for doubt in found:
        warn(doubt, "nobody can tell whether there are such pods")
    return found


def today() -> date:
    """The day by which rows end, in UTC."""
    return datetime.now(UTC).date()
