"""Many lines as few: where all of a group are treated alike, one line to or from the group says the same.

Nothing is lost by it: what all of a group may do is told of the group, and of each only what it may do besides. Where
that is not enough, the lines between two groups that are left become one that says how many pairs it stands for. What
is unexpected has lines of its own, made the same way, and is never among those that become one.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import TypeAlias

from hardstand.analysis.reach.connections import ALL, NONE, Connections
from hardstand.analysis.reach.edges import End
from hardstand.network.picture.flows import Flow, How, Pair
from hardstand.network.picture.scene import Band

LEAST = 3
"""So many workloads make a group."""
MOST_LINES = 90
"""More lines than this nobody can follow."""

Where: TypeAlias = End | Band | None
"""One end of a bundle: an end, a band, or (None) all workloads."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """A line: one flow, or what is the same for a whole group."""

    source: Where
    destination: Where
    how: How
    unexpected: bool = False
    pairs: int = 1
    of: int = 1
    """Of how many pairs of the two groups."""


class _Pairs:
    """What is allowed (or, of another one, only possible) between pairs, from which bundles are taken out.

    `odd`: pairs of which nothing is told but that they are of a group; `unexpected`: all that is told is.
    """

    def __init__(
        self,
        several: Iterable[tuple[End, End, Connections]],
        *,
        perhaps: bool,
        odd: AbstractSet[Pair] = frozenset(),
        unexpected: bool = False,
    ) -> None:
        self._perhaps, self._odd, self._unexpected = perhaps, odd, unexpected
        self._by: dict[End, dict[End, Connections]] = defaultdict(dict)
        for source, destination, connections in several:
            self._by[source][destination] = connections

    def bundles(self, ends: frozenset[End], name: Where) -> Iterator[Bundle]:
        """What a group has in common: among themselves, as callers of one, as called by one."""
        if len(ends) < LEAST:
            return
        yield from self._taken(ends, ends, name, name)
        for end in sorted({other for one in ends for other in self._by.get(one, ())}):
            yield from self._taken(ends, frozenset({end}), name, end)
        for end in sorted(self._by):
            yield from self._taken(frozenset({end}), ends, end, name)

    def between(self, one: frozenset[End], other: frozenset[End], names: tuple[Where, Where]) -> Iterator[Bundle]:
        """What all of one group may do with all of another."""
        if min(len(one), len(other)) >= LEAST:
            yield from self._taken(one, other, *names)

    def _taken(
        self, callers: frozenset[End], called: frozenset[End], source: Where, destination: Where
    ) -> Iterator[Bundle]:
        pairs = [(one, other) for one in callers for other in called if one != other]
        if len(pairs) < LEAST - 1:
            return
        common = ALL
        for one, other in pairs:
            common &= self._by.get(one, {}).get(other, NONE)
            if not common:
                return
        for one, other in pairs:
            left = self._by[one][other] - common
            if left:
                self._by[one][other] = left
            else:
                del self._by[one][other]
        if not self._odd or not all(pair in self._odd for pair in pairs):
            yield Bundle(source, destination, self._how(common), self._unexpected, len(pairs), len(pairs))

    def rest(self) -> Iterator[Bundle]:
        """What is left, one by one."""
        for source, called in sorted(self._by.items()):
            for other, connections in sorted(called.items()):
                if (source, other) not in self._odd:
                    yield Bundle(source, other, self._how(connections), self._unexpected)

    def _how(self, connections: Connections) -> How:
        return (NONE if self._perhaps else connections), connections


def bundled(flows: Sequence[Flow], homes: Mapping[End, Band]) -> list[Bundle]:
    """The fewest lines that say the same; `homes`: the band of each workload."""
    groups: dict[Band, set[End]] = defaultdict(set)
    for end, band in homes.items():
        groups[band].add(end)
    bands = {band: frozenset(ends) for band, ends in sorted(groups.items())}
    odd = {(one.source, one.destination) for one in flows if one.unexpected}
    found: list[Bundle] = []
    for pairs in _layers([one for one in flows if one.unexpected], frozenset(), unexpected=True):
        found.extend((*_of_groups(pairs, bands), *pairs.rest()))
    singles: list[Bundle] = []
    for pairs in _layers(flows, odd, unexpected=False):
        found.extend(_of_groups(pairs, bands))
        singles.extend(pairs.rest())
    return [*found, *_fewer(singles, homes, MOST_LINES - len(found))]


def _layers(flows: Sequence[Flow], odd: AbstractSet[Pair], *, unexpected: bool) -> Iterator[_Pairs]:
    """What is certain, and what is only possible."""
    sure = ((one.source, one.destination, one.how[0]) for one in flows if one.how[0])
    yield _Pairs(sure, perhaps=False, odd=odd, unexpected=unexpected)
    perhaps = ((one.source, one.destination, left) for one in flows if (left := one.how[1] - one.how[0]))
    yield _Pairs(perhaps, perhaps=True, odd=odd, unexpected=unexpected)


def _of_groups(pairs: _Pairs, bands: Mapping[Band, frozenset[End]]) -> Iterator[Bundle]:
    everything = frozenset(end for ends in bands.values() for end in ends)
    yield from pairs.bundles(everything, None)
    if len(bands) == 1:
        return
    for one, ends in bands.items():
        for other, others in bands.items():
            if one != other:
                yield from pairs.between(ends, others, (one, other))
    for band, ends in bands.items():
        yield from pairs.bundles(ends, band)


def _fewer(singles: Sequence[Bundle], homes: Mapping[End, Band], most: int) -> Iterator[Bundle]:
    """The lines themselves, or where they are too many one for each two groups, the fullest first."""
    by_groups: dict[tuple[Where, Where], list[Bundle]] = defaultdict(list)
    for one in singles:
        by_groups[_home(one.source, homes), _home(one.destination, homes)].append(one)
    sizes: dict[Where, int] = defaultdict(int)
    for band in homes.values():
        sizes[band] += 1
    left = len(singles)
    for (source, destination), lines in sorted(by_groups.items(), key=lambda item: (-len(item[1]), repr(item[0]))):
        if left <= most or len(lines) < LEAST or source == destination:
            yield from lines
            continue
        left -= len(lines) - 1
        sure = possible = NONE
        for line in lines:
            sure, possible = sure | line.how[0], possible | line.how[1]
        pairs = len({(line.source, line.destination) for line in lines})
        of = max(sizes.get(source, 1), 1) * max(sizes.get(destination, 1), 1)
        yield Bundle(source, destination, (sure, possible), pairs=pairs, of=max(of, pairs))


def _home(end: Where, homes: Mapping[End, Band]) -> Where:
    return homes.get(end, end) if isinstance(end, End) else end
