"""The picture of a network, with the zones of the baseline's flow table and what the table does not mean."""

import argparse
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet

from hardstand.analysis.intended.addresses import names_named, spans_named
from hardstand.analysis.intended.members import MEMBER_READS
from hardstand.analysis.intended.table import Table, table_of
from hardstand.analysis.reach.edges import End
from hardstand.analysis.reach.estate import Estate
from hardstand.analysis.reach.peers import numbers_in
from hardstand.analysis.reach.spans import Spans
from hardstand.cli.baselines import baseline_of
from hardstand.cli.errors import warn
from hardstand.cli.net.asking import Network, network_of
from hardstand.cli.net.table import today
from hardstand.network.intended.comparing import Comparison
from hardstand.network.intended.states import State
from hardstand.network.picture.drawing import as_svg
from hardstand.network.picture.flows import Pair
from hardstand.network.reaching.explaining import members
from hardstand.network.reaching.selecting import Selection

_NOT_MEANT = (State.NOT_INTENDED, State.PERHAPS_NOT_INTENDED)


def network_with_table(arguments: argparse.Namespace, apart: Sequence[Spans]) -> tuple[Network, Table | None]:
    """The network, and the baseline's flow table in it where there is one. UsageError as `network_of`.

    `apart`: addresses that must be told apart besides those of the table.
    """
    baseline = baseline_of(arguments)
    if not baseline.network.declared:
        return network_of(arguments, blocks=apart), None
    network = network_of(
        arguments,
        also=MEMBER_READS,
        baseline=baseline,
        blocks=[*apart, *spans_named(baseline.network)],
        names=tuple(names_named(baseline.network)),
    )
    found = network.found
    table = table_of(baseline, found.neighbours, network.estate.peers, today=today(), cluster=found.cluster)
    for fault in table.faults:
        warn(fault, "the picture shows what is not meant as far as the table can be held")
    return network, table


def draw(selection: Selection, table: Table | None) -> None:
    """Write the picture."""
    zones, unexpected = ({}, frozenset()) if table is None else _marked(selection.estate, table)
    for piece in as_svg(selection, zones, unexpected):
        sys.stdout.write(piece)


def _marked(estate: Estate, table: Table) -> tuple[Mapping[End, str], AbstractSet[Pair]]:
    """The zone of each workload that is in one, and the pairs that the table does not mean as they are."""
    owners = {
        str(owner): zone
        for zone, bits in table.zones.items()
        for peer in estate.peers.among(bits)
        for owner in peer.owners
    }
    zones = {end: owners[end.name] for end in estate.edges.ends if end.name in owners}
    return zones, frozenset(_not_meant(estate, Comparison(estate, table)))


def _not_meant(estate: Estate, comparison: Comparison) -> Iterator[Pair]:
    called: dict[int, int] = defaultdict(int)
    for one in comparison.differences():
        if one.state in _NOT_MEANT:
            for number in numbers_in(one.sources):
                called[number] |= one.destinations
    bits: dict[End, int] = {}
    for edge in estate.edges:
        end = edge.destination
        if end not in bits:
            bits[end] = sum(peer.bit for peer in members(estate, end))
        if any(called.get(peer.number, 0) & bits[end] for peer in members(estate, edge.source)):
            yield edge.source, end
