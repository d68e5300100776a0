"""Where what policies allow differs from what the flow table means: exactly, for all ends at once.

Both are rows of one engine over one picture, so the difference of each pair is that of two sets of connections. What
cannot be told on either side is kept apart, and is never no difference.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from hardstand.analysis.intended.table import Table
from hardstand.analysis.reach.connections import Connections
from hardstand.analysis.reach.estate import Estate
from hardstand.analysis.reach.peers import Sort
from hardstand.analysis.reach.rows import Rows, Universe
from hardstand.network.intended.nodes import Nodes
from hardstand.network.intended.states import State


@dataclass(frozen=True, slots=True)
class Difference:
    """The same difference between each of some ends and each of others."""

    state: State
    connections: Connections
    sources: int
    destinations: int


class Comparison:
    """The policies of a picture beside its table."""

    def __init__(self, estate: Estate, table: Table, also: Iterable[Connections] = ()) -> None:
        """`also`: what else is to be told apart."""
        self.estate, self.table, self.peers = estate, table, estate.peers
        every = (estate.policies, table.policies)
        stages = [stage for one in every for stage in (*one.ingress, *one.egress)]
        self.universe = Universe((*(rule.connections for stage in stages for rule in stage.rules), *also))
        self._rows = [
            Rows(estate.peers, policies, self.universe, certain=certain)
            for policies in every
            for certain in (True, False)
        ]
        self._blocks = estate.peers.of_sort(Sort.BLOCK)
        self._names = estate.peers.of_sort(Sort.NAME)
        self._nodes = Nodes(table, self.universe)

    def differences(self) -> list[Difference]:
        """All differences of pairs of which one end is governed, alike ones together."""
        found: dict[tuple[State, int, int], int] = defaultdict(int)
        for number, peer in enumerate(self.peers):
            if peer.sort in (Sort.POD, Sort.BLOCK):
                for state, mask, bits in self._from(number):
                    found[state, mask, bits] |= peer.bit
            elif peer.sort is Sort.HOST:
                for state, mask, bits in self._nodes.too_much(number, self._rows[0].row(number)):
                    found[state, mask, bits] |= peer.bit
        return sorted(_joined(found, self.universe), key=_order)

    def _from(self, number: int) -> Iterator[tuple[State, int, int]]:
        scope = self.peers.all if self.table.governed >> number & 1 else self.table.governed
        told = self.told(number)
        states: dict[tuple[State, int], int] = defaultdict(int)
        for (surely, perhaps, meant, maybe), bits in self._cells(number, scope).items():
            for sort, these in self._sorts(bits):
                for state, mask in states_of(surely, perhaps, meant, maybe, sort, told):
                    states[state, mask] |= these
        for (state, mask), bits in states.items():
            yield state, mask, bits

    def told(self, number: int) -> tuple[int, int]:
        """What one end may do with all addresses outside, and what with some, which is not told again of names."""
        return self._everywhere(self._rows[0].row(number)), self._somewhere(self._rows[1].row(number))

    def _cells(self, number: int, scope: int) -> dict[tuple[int, ...], int]:
        """The ends by the four answers that hold for them: allowed surely, perhaps; intended surely, perhaps."""
        cells: dict[tuple[int, ...], int] = {(): scope}
        for at, rows in enumerate(self._rows):
            row = dict(rows.row(number))
            if at < 2:
                row = self._with_names(row, self._somewhere(row) if at else self._everywhere(row))
            after: dict[tuple[int, ...], int] = {}
            for answers, bits in cells.items():
                left = bits
                for mask, these in row.items():
                    if both := left & these:
                        after[(*answers, mask)] = both
                        left &= ~both
                if left:
                    after[(*answers, 0)] = after.get((*answers, 0), 0) | left
            cells = after
        return cells

    def _everywhere(self, row: Mapping[int, int]) -> int:
        """The connections that are allowed with every address outside."""
        everywhere, covered = self.universe.whole, 0
        for mask, bits in row.items():
            if bits & self._blocks:
                everywhere &= mask
                covered |= bits & self._blocks
        return everywhere if covered == self._blocks else 0

    def _somewhere(self, row: Mapping[int, int]) -> int:
        """The connections that are allowed with some address outside."""
        found = 0
        for mask, bits in row.items():
            found |= mask if bits & self._blocks else 0
        return found

    def _with_names(self, row: dict[int, int], mask: int) -> dict[int, int]:
        """A name is reached as well by what is allowed with addresses: with all, since its own are among them; perhaps
        with some."""
        if not mask or not self._names:
            return row
        found: dict[int, int] = defaultdict(int)
        left = self._names
        for one, bits in row.items():
            found[one] |= bits & ~self._names
            found[one | mask] |= bits & self._names
            left &= ~bits
        found[mask] |= left
        return {one: bits for one, bits in found.items() if bits}

    def _sorts(self, bits: int) -> Iterator[tuple[Sort, int]]:
        hosts = self.peers.of_sort(Sort.HOST)
        for sort, these in (
            (Sort.NAME, bits & self._names),
            (Sort.HOST, bits & hosts),
            (Sort.POD, bits & ~self._names & ~hosts),
        ):
            if these:
                yield sort, these


def states_of(
    surely: int, perhaps: int, meant: int, maybe: int, sort: Sort, told: tuple[int, int]
) -> Iterator[tuple[State, int]]:
    """How what is allowed differs from what is meant, by connections.

    What is meant of a host may or may not be a node's, so what is allowed of it is then not certainly too much. Of
    addresses that may be those of a name, some are not: to allow all of them is too much. `told` is what is allowed of
    all addresses and of some, which need not be told again of names.
    """
    perhaps |= surely
    maybe |= meant
    unsure = maybe if sort is Sort.HOST else meant
    extra = surely & ~unsure
    missing = meant & ~perhaps
    open_ = (perhaps & ~maybe | surely & ~meant) & ~extra
    if sort is Sort.NAME:
        extra &= ~told[0]
        open_ &= ~(told[0] | told[1])
    if extra:
        yield State.NOT_INTENDED, extra
    if open_:
        yield State.PERHAPS_NOT_INTENDED, open_
    if missing:
        yield State.NOT_ALLOWED, missing
    if doubtful := meant & ~surely & ~missing:
        yield State.PERHAPS_NOT_ALLOWED, doubtful


def _joined(found: dict[tuple[State, int, int], int], universe: Universe) -> Iterator[Difference]:
    """Differences from the same ends, by the same connections, as one."""
    alike: dict[tuple[State, int, int], int] = defaultdict(int)
    for (state, mask, destinations), sources in found.items():
        alike[state, mask, sources] |= destinations
    for (state, mask, sources), destinations in alike.items():
        yield Difference(state, universe.connections(mask), sources, destinations)


def _order(one: Difference) -> tuple[int, int, int, str]:
    return list(State).index(one.state), one.sources, one.destinations, str(one.connections)
