"""What is allowed or intended and was never seen, of all pairs at once: as sets of ends, since it may be nearly all.

The same rows as in `comparing`, with one column more: what was seen.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from hardstand.analysis.reach.connections import Connections
from hardstand.analysis.reach.peers import Sort, numbers_in
from hardstand.analysis.reach.rows import Universe
from hardstand.network.intended.comparing import Comparison, states_of
from hardstand.network.intended.states import State as Difference
from hardstand.network.observed.picture import Picture
from hardstand.network.observed.states import State

_STATES = {
    Difference.NOT_INTENDED: State.NEEDLESS,
    Difference.NOT_ALLOWED: State.BLOCKED,
    Difference.PERHAPS_NOT_INTENDED: State.UNKNOWN,
    Difference.PERHAPS_NOT_ALLOWED: State.UNKNOWN,
}
_ORDER = (State.BLOCKED, State.IDLE, State.NEEDLESS, State.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Rest:
    """The same case between each of some ends and each of others."""

    state: State
    connections: Connections
    sources: int
    destinations: int


class Unseen(Comparison):
    """What is left when all that was seen is taken away."""

    def __init__(self, picture: Picture, seen: Iterable[tuple[int, int, Connections]]) -> None:
        """`seen`: who called, who was called, and how."""
        every = list(seen)
        super().__init__(picture.estate, picture.table, also=(connections for _, _, connections in every))
        self._two = not picture.declared
        self._seen: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for sources, destinations, connections in every:
            mask = self.universe.mask(connections) if connections else 0
            for number in numbers_in(sources):
                self._seen[number].append((mask, destinations))

    def rest(self) -> list[Rest]:
        """All of it, alike ones together."""
        found: dict[tuple[State, int, int], int] = defaultdict(int)
        for number, peer in enumerate(self.peers):
            if peer.sort in (Sort.POD, Sort.BLOCK):
                for (state, mask), bits in self._unseen_from(number).items():
                    found[state, mask, bits] |= peer.bit
        return sorted(_joined(found, self.universe), key=_order)

    def _unseen_from(self, number: int) -> dict[tuple[State, int], int]:
        scope = self.peers.all if self._two or self.table.governed >> number & 1 else self.table.governed
        told = self.told(number)
        found: dict[tuple[State, int], int] = defaultdict(int)
        for (surely, perhaps, *table), bits in self._cells(number, scope).items():
            meant, maybe = (0, 0) if self._two else table
            for seen, these in self._split(number, bits):
                for sort, some in self._sorts(these):
                    for difference, mask in states_of(surely, perhaps, meant, maybe, sort, told):
                        if left := mask & ~seen:
                            found[_STATES[difference], left] |= some
                    if left := surely & meant & ~seen:
                        found[State.IDLE, left] |= some
        return found

    def _split(self, number: int, bits: int) -> Iterator[tuple[int, int]]:
        """The ends by the connections that were seen to them."""
        cells: dict[int, int] = {0: bits}
        for mask, destinations in self._seen.get(number, ()):
            after: dict[int, int] = defaultdict(int)
            for seen, these in cells.items():
                if both := these & destinations:
                    after[seen | mask] |= both
                if left := these & ~destinations:
                    after[seen] |= left
            cells = after
        yield from cells.items()


def _joined(found: dict[tuple[State, int, int], int], universe: Universe) -> Iterator[Rest]:
    """From the same ends, by the same connections, as one."""
    alike: dict[tuple[State, int, int], int] = defaultdict(int)
    for (state, mask, destinations), sources in found.items():
        alike[state, mask, sources] |= destinations
    for (state, mask, sources), destinations in alike.items():
        yield Rest(state, universe.connections(mask), sources, destinations)


def _order(one: Rest) -> tuple[int, int, int, str]:
    return _ORDER.index(one.state), one.sources, one.destinations, str(one.connections)
