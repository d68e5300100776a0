"""What nodes, and pods on their network, may do with the pods of the table.

A pod's own node always reaches it, which no policy decides and no row is about. Other nodes reach it where a policy
lets them in, or none is there: that is held against the rows, as far as it is so for certain.
"""

from collections.abc import Iterable, Iterator, Mapping

from hardstand.analysis.intended.rows import rules_of
from hardstand.analysis.intended.table import Table
from hardstand.analysis.reach.peers import Sort
from hardstand.analysis.reach.rows import Universe
from hardstand.network.intended.states import State


class Nodes:
    """The rows of a table by what they mean of nodes."""

    def __init__(self, table: Table, universe: Universe) -> None:
        self._pods = table.governed & table.peers.pods
        hosts = table.peers.of_sort(Sort.HOST)
        self._meant: list[tuple[int, int, int, int]] = []
        """The nodes that call surely, those that perhaps do, by which connections, and whom."""
        for row in table.rows if hosts else ():
            surely = maybe = 0
            for one in row.origins:
                certain, perhaps = table.peers.with_address(one.spans, hosts) if one.spans else (0, 0)
                surely |= one.pods & hosts | certain
                maybe |= perhaps
            if surely | maybe:
                for rule in rules_of(row, table.peers):
                    self._meant.append((surely, maybe, universe.mask(rule.connections), rule.peers))

    def too_much(self, number: int, row: Mapping[int, int]) -> Iterator[tuple[State, int, int]]:
        """What a node may surely do and no row means, by connections and pods. `row`: what it may surely do."""
        bit = 1 << number
        sure = [(mask, bits) for surely, _, mask, bits in self._meant if surely & bit]
        either = [(mask, bits) for surely, maybe, mask, bits in self._meant if (surely | maybe) & bit]
        allowed = {mask: both for mask, bits in row.items() if mask and (both := bits & self._pods)}
        for mask, bits in _without(allowed, either).items():
            yield State.NOT_INTENDED, mask, bits
        for mask, bits in _without(allowed, sure).items():
            for certain, these in _without({mask: bits}, either).items():
                if open_ := mask & ~certain:
                    yield State.PERHAPS_NOT_INTENDED, open_, these
                bits &= ~these
            if bits:
                yield State.PERHAPS_NOT_INTENDED, mask, bits


def _without(cells: Mapping[int, int], meant: Iterable[tuple[int, int]]) -> dict[int, int]:
    """Pods by the connections that are left when those that are meant are taken away."""
    left = dict(cells)
    for gone, called in meant:
        after: dict[int, int] = {}
        for mask, bits in left.items():
            for rest, these in ((mask & ~gone, bits & called), (mask, bits & ~called)):
                if rest and these:
                    after[rest] = after.get(rest, 0) | these
        left = after
    return left


def on_nodes(table: Table) -> Iterator[str]:
    """Each workload on its node's network in a namespace of the table, for a person."""
    owners = {
        pod.owner
        for peer in table.peers.among(table.peers.of_sort(Sort.HOST))
        for pod in peer.pods
        if pod.namespace in table.namespaces
    }
    for owner in sorted(owners):
        yield f"{owner} is on its node's network, which no policy governs: what it calls is not held against the table"
