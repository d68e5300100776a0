"""The edges of a picture: what is outside of the cluster as few ends as say it, and very wide estates by namespace."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import TypeAlias

from hardstand.analysis.reach.connections import Connections
from hardstand.analysis.reach.edges import End
from hardstand.analysis.reach.peers import Sort
from hardstand.analysis.reach.spans import Span
from hardstand.network.forms.outside import outside_text
from hardstand.network.reaching.selecting import Selection

Pair: TypeAlias = tuple[End, End]
"""Who calls, and who is called."""
How: TypeAlias = tuple[Connections, Connections]
"""Connections that are allowed, and those that are possible."""


@dataclass(frozen=True, slots=True)
class Flow:
    """What is allowed from one end to another."""

    source: End
    destination: End
    how: How
    unexpected: bool = False


def flows(selection: Selection, unexpected: AbstractSet[Pair]) -> Iterator[Flow]:
    """All flows; blocks of addresses that are treated alike are one end."""
    six = selection.estate.peers.six
    entering: dict[tuple[End, How, bool], list[Span]] = defaultdict(list)
    for source in selection.sources:
        leaving: dict[tuple[How, bool], list[Span]] = defaultdict(list)
        for edge in selection.leaving(source):
            how = (edge.connections, edge.possible)
            odd = (source, edge.destination) in unexpected
            if source.span is not None:
                entering[edge.destination, how, odd].append(source.span)
            elif edge.destination.span is not None:
                leaving[how, odd].append(edge.destination.span)
            else:
                yield Flow(source, edge.destination, how, odd)
        for (how, odd), spans in leaving.items():
            yield Flow(source, _outside(spans, six=six), how, odd)
    for (destination, how, odd), spans in entering.items():
        yield Flow(_outside(spans, six=six), destination, how, odd)


def by_namespace(several: Iterable[Flow], workloads: Sequence[End]) -> tuple[list[Flow], list[End]]:
    """The same with a namespace for all its workloads, and these namespaces: the picture of many is one of groups.

    What a namespace may do is what some pair may.
    """
    counts: dict[str, int] = defaultdict(int)
    for end in workloads:
        counts[end.namespace] += 1
    ends = {
        namespace: End(f"{namespace}/[{count} {'workload' if count == 1 else 'workloads'}]", Sort.POD, namespace)
        for namespace, count in counts.items()
    }
    found: dict[tuple[End, End, bool], How] = {}
    for one in several:
        source, destination = (
            ends[end.namespace] if end.sort is Sort.POD else end for end in (one.source, one.destination)
        )
        if source != destination:
            place = (source, destination, one.unexpected)
            before = found.get(place)
            if before is None:
                found[place] = one.how
            elif before != one.how:
                found[place] = (before[0] | one.how[0], before[1] | one.how[1])
    told = [Flow(source, destination, how, odd) for (source, destination, odd), how in found.items()]
    return told, sorted(ends.values())


def _outside(spans: Iterable[Span], *, six: bool) -> End:
    return End(outside_text(spans, six=six), Sort.BLOCK)
