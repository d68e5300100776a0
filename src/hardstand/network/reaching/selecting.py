"""The edges that are asked for: from some ends, to some, by some connections."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from hardstand.analysis.reach.connections import Connections
from hardstand.analysis.reach.edges import Edge, End
from hardstand.analysis.reach.estate import Estate
from hardstand.analysis.reach.peers import Sort
from hardstand.network.reaching.naming import Chosen


@dataclass(frozen=True, slots=True)
class Selection:
    """The edges of an estate that are asked for. They are found anew each time that they are gone through."""

    estate: Estate
    source: Chosen | None = None
    destination: Chosen | None = None
    within: Connections | None = None
    """Of each edge only these connections."""

    @property
    def everything(self) -> bool:
        """Nothing is left out."""
        return self.source is None and self.destination is None and self.within is None

    @property
    def sources(self) -> Sequence[End]:
        """The ends that edges may come from; a host name is one that is called, and calls as the addresses it has."""
        ends = [end for end in self.estate.edges.ends if end.sort is not Sort.NAME]
        return ends if self.source is None else [end for end in ends if end in self.source]

    def __iter__(self) -> Iterator[Edge]:
        for source in self.sources:
            yield from self.leaving(source)

    def leaving(self, source: End) -> Iterator[Edge]:
        """The edges from one end, by the names of the others."""
        for edge in self.estate.edges.leaving(source):
            if self.destination is not None and edge.destination not in self.destination:
                continue
            if self.within is None:
                yield edge
            elif possible := edge.possible & self.within:
                yield replace(edge, connections=edge.connections & self.within, possible=possible)
