"""Edges with the outside folded: blocks that are treated alike are one line."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from hardstand.analysis.reach.connections import Connections
from hardstand.analysis.reach.edges import End
from hardstand.analysis.reach.peers import Sort
from hardstand.analysis.reach.spans import Span
from hardstand.network.forms.outside import outside_text
from hardstand.network.reaching.selecting import Selection


@dataclass(frozen=True, slots=True)
class Line:
    """One pair, as it is told or drawn."""

    source: str
    destination: str
    connections: Connections
    possible: Connections
    source_sort: Sort = Sort.POD
    destination_sort: Sort = Sort.POD
    source_namespace: str = ""
    destination_namespace: str = ""

    @property
    def text(self) -> str:
        """The connections, and those that are only possible."""
        if self.possible == self.connections:
            return str(self.connections)
        perhaps = f"perhaps {self.possible - self.connections}"
        return f"{self.connections}; {perhaps}" if self.connections else perhaps


def folded(selection: Selection) -> Iterator[Line]:
    """A line for each pair of ends. What comes from outside is last: it is known once all blocks were gone through."""
    six = selection.estate.peers.six
    entering: dict[tuple[End, Connections, Connections], list[Span]] = defaultdict(list)
    for source in selection.sources:
        leaving: dict[tuple[Connections, Connections], list[Span]] = defaultdict(list)
        for edge in selection.leaving(source):
            if source.span is not None:
                entering[edge.destination, edge.connections, edge.possible].append(source.span)
            elif edge.destination.span is not None:
                leaving[edge.connections, edge.possible].append(edge.destination.span)
            else:
                yield _line(source, edge.destination, edge.connections, edge.possible)
        for (connections, possible), spans in leaving.items():
            yield _line(source, _outside(spans, six=six), connections, possible)
    for (destination, connections, possible), spans in entering.items():
        yield _line(_outside(spans, six=six), destination, connections, possible)


def _outside(spans: list[Span], *, six: bool) -> End:
    return End(outside_text(spans, six=six), Sort.BLOCK)


def _line(source: End, destination: End, connections: Connections, possible: Connections) -> Line:
    return Line(
        source.name,
        destination.name,
        connections,
        possible,
        source.sort,
        destination.sort,
        source.namespace,
        destination.namespace,
    )
