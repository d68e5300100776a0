"""Edges gathered for people: what several ends reach alike is told once.

An end does not reach itself by an edge. So that two ends which reach each other and all else alike are told together,
each is counted to what it reaches most like its neighbours; a group of one is told without itself again.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from hardstand.analysis.reach.connections import Connections
from hardstand.analysis.reach.edges import Edge, End
from hardstand.analysis.reach.peers import Sort, numbers_in
from hardstand.analysis.reach.spans import Span, Spans, spans
from hardstand.network.reaching.selecting import Selection

How = tuple[Connections, Connections]
"""Connections that are allowed, and those that are possible."""
_COMMON = 4
"""So many workloads there must be for what all reach to be told once."""


@dataclass(frozen=True, slots=True)
class Reached:
    """What is reached in one way: ends, and addresses outside."""

    bits: int
    """The ends, as a set of places in `index`: there may be millions of edges."""
    outside: Spans
    index: Sequence[End]

    @property
    def ends(self) -> Sequence[End]:
        """The ends by their names."""
        return sorted(self.index[place] for place in numbers_in(self.bits))


@dataclass(frozen=True, slots=True)
class Group:
    """Sources that reach the same."""

    sources: tuple[End, ...]
    rows: Mapping[How, Reached]
    first: Mapping[How, Edge]
    """An edge of each, by which conditions can be told."""


@dataclass(slots=True)
class Counted:
    """How much there is."""

    edges: int = 0
    doubtful: int = 0
    """Edges of which some or all is only possible."""
    sources: int = 0
    from_outside: set[End] = field(default_factory=set)
    to_outside: set[End] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Gathered:
    """All that is told."""

    common: Mapping[How, Reached]
    """What every workload reaches, and which so stands in no group."""
    groups: Sequence[Group]
    counted: Counted


@dataclass(slots=True)
class _Way:
    bits: int = 0
    outside: list[Span] = field(default_factory=list)


_Row = dict[How, _Way]


class _Gathering:
    """The rows of all sources, as they are gone through."""

    def __init__(self) -> None:
        self.places: dict[End, int] = {}
        self.rows: dict[End, _Row] = {}
        self.first: dict[End, dict[How, Edge]] = {}
        self.counted = Counted()

    def bit(self, end: End) -> int:
        place = self.places.get(end)
        if place is None:
            place = self.places[end] = len(self.places)
        return 1 << place

    def take(self, source: End, edges: Iterable[Edge]) -> None:
        """The edges of one source."""
        row: _Row = {}
        first: dict[How, Edge] = {}
        for edge in edges:
            how = (edge.connections, edge.possible)
            way = row.get(how)
            if way is None:
                way, first[how] = row.setdefault(how, _Way()), edge
            if edge.destination.span is None:
                way.bits |= self.bit(edge.destination)
            else:
                way.outside.append(edge.destination.span)
            self._count(edge)
        if row:
            self.rows[source], self.first[source] = row, first
            self.counted.sources += 1

    def _count(self, edge: Edge) -> None:
        self.counted.edges += 1
        self.counted.doubtful += edge.possible != edge.connections
        if edge.source.sort is not Sort.POD:
            self.counted.from_outside.add(edge.destination)
        elif edge.destination.sort is not Sort.POD:
            self.counted.to_outside.add(edge.source)

    def common(self) -> Mapping[How, Reached]:
        """What every workload but itself reaches in one way; it is taken out of the rows."""
        workloads = [row for end, row in self.rows.items() if end.sort is Sort.POD]
        if len(workloads) < _COMMON:
            return {}
        found: dict[How, int] = {}
        for how in set(workloads[0]).intersection(*workloads[1:]):
            bits = -1
            for end, row in self.rows.items():
                if end.sort is Sort.POD:
                    bits &= row[how].bits | self.bit(end)
            seen = 0
            for row in workloads:
                seen |= row[how].bits
            if bits & seen:
                found[how] = bits & seen
        for how, bits in found.items():
            for row in workloads:
                row[how].bits &= ~bits
        index = list(self.places)
        return {how: Reached(bits, (), index) for how, bits in found.items()}

    def groups(self) -> Sequence[Group]:
        """Sources with equal rows, as one."""
        index = list(self.places)
        same: dict[object, list[End]] = defaultdict(list)
        for source, row in self.rows.items():
            key = frozenset(_told(self._with_itself(source, row), ()).items())
            if key:
                same[source.sort is Sort.BLOCK, key].append(source)
        found = []
        for sources in same.values():
            row = self.rows[sources[0]]
            whole = row if len(sources) == 1 else self._with_itself(sources[0], row)
            found.append(Group(tuple(sources), _told(whole, index), self.first[sources[0]]))
        return found

    def _with_itself(self, source: End, row: _Row) -> _Row:
        """The row as if the end reached itself as it reaches most of its namespace; as it is where it reaches none."""
        if source.sort is not Sort.POD:
            return row
        home = self._namespaces.get(source.namespace, 0)
        near = {how: (way.bits & home).bit_count() for how, way in row.items()}
        most = max(near, key=lambda how: (near[how], how[0].spans, how[1].spans))
        if not near[most]:
            return row
        return {**row, most: _Way(row[most].bits | self.bit(source), row[most].outside)}

    @cached_property
    def _namespaces(self) -> Mapping[str, int]:
        found: dict[str, int] = defaultdict(int)
        for end, place in self.places.items():
            if end.sort is Sort.POD:
                found[end.namespace] |= 1 << place
        return found


def gathered(selection: Selection) -> Gathered:
    """Go through all edges that were asked for, once."""
    found = _Gathering()
    for source in selection.sources:
        found.take(source, selection.leaving(source))
    common = found.common() if selection.source is None else {}
    return Gathered(common, found.groups(), found.counted)


def _told(row: _Row, index: Sequence[End]) -> Mapping[How, Reached]:
    return {how: Reached(way.bits, spans(way.outside), index) for how, way in row.items() if way.bits or way.outside}
