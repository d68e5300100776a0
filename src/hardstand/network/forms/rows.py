"""Edges gathered for people: what several ends reach alike is told once.

An end does not reach itself by an edge. So that two ends which reach each other and all else alike are told together,
each is counted to what it reaches as it does most of its neighbours; a group of one is told without itself again.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from hardstand.analysis.reach.connections import ALL, Connections
from hardstand.analysis.reach.edges import Edge, End
from hardstand.analysis.reach.peers import Sort, numbers_in
from hardstand.analysis.reach.spans import Span, Spans, spans
from hardstand.network.reaching.selecting import Selection

_COVERED = 64
"""Ends that all reach, each in another way, are looked at one by one up to this many."""
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
    """How much there is. All addresses outside are one end here."""

    pairs: int = 0
    doubtful: int = 0
    """Pairs of which some or all is only possible."""
    from_outside: int = 0
    """Workloads that something outside reaches."""
    to_outside: int = 0
    """Workloads that reach something outside."""


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


@dataclass(slots=True)
class _Entered:
    """Ends that are reached from outside: from anywhere there, from addresses, and from these perhaps."""

    all: int = 0
    blocks: int = 0
    unsure: int = 0


_Row = dict[How, _Way]


class _Gathering:
    """The rows of all sources, as they are gone through."""

    def __init__(self) -> None:
        self.places: dict[End, int] = {}
        self.rows: dict[End, _Row] = {}
        self.first: dict[End, dict[How, Edge]] = {}
        self._entered = _Entered()
        self._names = 0
        """Ends that are no workloads."""
        self._counted = Counted()

    def bit(self, end: End) -> int:
        place = self.places.get(end)
        if place is None:
            place = self.places[end] = len(self.places)
            if end.sort is not Sort.POD:
                self._names |= 1 << place
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
        if row:
            self.rows[source], self.first[source] = row, first
            self._count(source, row)

    def _count(self, source: End, row: _Row) -> None:
        everything = unsure = 0
        for (sure, possible), way in row.items():
            everything |= way.bits
            unsure |= way.bits if sure != possible else 0
        if source.sort is not Sort.POD:
            self._entered.all |= everything
        if source.sort is Sort.BLOCK:
            self._entered.blocks |= everything
            self._entered.unsure |= unsure
            return
        outside = [how for how, way in row.items() if way.outside]
        self._counted.pairs += everything.bit_count() + bool(outside)
        self._counted.doubtful += unsure.bit_count() + any(sure != possible for sure, possible in outside)
        if source.sort is Sort.POD:
            self._counted.to_outside += bool(outside) or bool(everything & self._names)

    def counted(self) -> Counted:
        """How much all of it is."""
        found = self._counted
        found.pairs += self._entered.blocks.bit_count()
        found.doubtful += self._entered.unsure.bit_count()
        found.from_outside = self._entered.all.bit_count()
        return found

    def common(self, sources: Iterable[End]) -> Mapping[How, Reached]:
        """What every workload among the sources but itself reaches; it is taken out of the rows."""
        workloads = [end for end in sources if end.sort is Sort.POD]
        if len(workloads) < _COMMON or len(self.rows.keys() & set(workloads)) < len(workloads) - 1:
            return {}
        found: dict[How, int] = defaultdict(int)
        # What all but one reach alike, one of the first two does.
        for how in {how for end in workloads[:2] for how in self.rows.get(end, ())}:
            bits = -1
            for end in workloads:
                way = self.rows.get(end, {}).get(how)
                bits &= self.bit(end) | (way.bits if way else 0)
            bits &= self._reached(workloads)
            for row in (self.rows[end] for end in workloads if bits and end in self.rows):
                if how in row:
                    row[how].bits &= ~bits
            if bits:
                found[how] |= bits
        for place in self._covered(workloads):
            self._take_common(place, workloads, found)
        index = list(self.places)
        return {how: Reached(bits, (), index) for how, bits in found.items()}

    def _reached(self, workloads: Sequence[End]) -> int:
        seen = 0
        for end in workloads:
            for way in self.rows.get(end, {}).values():
                seen |= way.bits
        return seen

    def _covered(self, workloads: Sequence[End]) -> Sequence[int]:
        """The places of ends that every workload reaches, in whichever way; none where they are many."""
        covered = self._reached(workloads)
        for end in workloads:
            mine = self.bit(end)
            for (sure, _), way in self.rows.get(end, {}).items():
                mine |= way.bits if sure else 0
            covered &= mine
        return list(numbers_in(covered)) if covered.bit_count() <= _COVERED else []

    def _take_common(self, place: int, workloads: Sequence[End], found: dict[How, int]) -> None:
        """Of what all may do there, what they have in common."""
        bit = 1 << place
        ways = [(end, how) for end in workloads for how, way in self.rows.get(end, {}).items() if way.bits & bit]
        shared = ALL
        for _, (sure, _) in ways:
            shared &= sure
        common = (shared, shared)
        alike = [end for end, how in ways if how == common]
        # Who reaches more there is told of all of it in one line; where these are many, nothing is common.
        if not shared or 2 * len(alike) < len(ways):
            return
        found[common] |= bit
        for end in alike:
            self.rows[end][common].bits ^= bit

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
        """The row as if the end reached itself as it reaches most of its namespace, or else most of all."""
        if source.sort is not Sort.POD:
            return row
        home = self._namespaces.get(source.namespace, 0)
        near = {how: ((way.bits & home).bit_count(), way.bits.bit_count()) for how, way in row.items()}
        most = max(near, key=lambda how: (near[how], how[0].spans, how[1].spans))
        if not row[most].bits:
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
    common = found.common(selection.sources) if selection.source is None else {}
    return Gathered(common, found.groups(), found.counted())


def _told(row: _Row, index: Sequence[End]) -> Mapping[How, Reached]:
    return {how: Reached(way.bits, spans(way.outside), index) for how, way in row.items() if way.bits or way.outside}
