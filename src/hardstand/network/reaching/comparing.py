"""What two networks allow otherwise: pairs that opened, that closed, and that now are certain."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from hardstand.analysis.reach.connections import NONE, Connections
from hardstand.analysis.reach.edges import End
from hardstand.analysis.reach.estate import Estate
from hardstand.analysis.reach.peers import Sort
from hardstand.analysis.reach.rule import Direction
from hardstand.analysis.reach.spans import Span, Spans
from hardstand.network.forms.outside import outside_text


@dataclass(frozen=True, slots=True)
class Allowed:
    """What one network allows between two ends."""

    connections: Connections = NONE
    possible: Connections = NONE

    def __str__(self) -> str:
        if self.possible == self.connections:
            return str(self.connections) if self.connections else "nothing"
        perhaps = f"perhaps {self.possible - self.connections}"
        return f"{self.connections}; {perhaps}" if self.connections else perhaps


@dataclass(frozen=True, slots=True)
class Change:
    """A pair between which something else is allowed than before. Ends are told by their names."""

    source: str
    destination: str
    before: Allowed
    after: Allowed

    @property
    def opened(self) -> Connections:
        """What is allowed or possible now and was neither, and what is certain now and was only possible."""
        return (self.after.possible - self.before.possible) | (self.after.connections - self.before.connections)

    @property
    def closed(self) -> Connections:
        """What was allowed or possible and is neither now, and what was certain and is only possible now."""
        return (self.before.possible - self.after.possible) | (self.before.connections - self.after.connections)

    @property
    def sort(self) -> str:
        """`gained`, `lost` or `changed`."""
        if not self.before.possible:
            return "gained"
        return "changed" if self.after.possible else "lost"


@dataclass(frozen=True)
class Compared:
    """All changes, and the workloads that only one of the two has."""

    changes: Sequence[Change]
    new: Sequence[str]
    gone: Sequence[str]

    @cached_property
    def opened(self) -> Sequence[Change]:
        """The changes that allow something new."""
        return [one for one in self.changes if one.opened]

    @cached_property
    def closed(self) -> Sequence[Change]:
        """The changes that take something away."""
        return [one for one in self.changes if one.closed]


def told_apart_by(estate: Estate) -> tuple[list[Spans], list[str]]:
    """The addresses and the names that a network tells apart: to be compared, both must tell the same ones apart."""
    spans = dict.fromkeys(one for direction in Direction for one in estate.named.get(direction, ()))
    names = [peer.name for peer in estate.peers.among(estate.peers.of_sort(Sort.NAME))]
    return list(spans), names


def compared(old: Estate, new: Estate) -> Compared:
    """The changes from one to the other, which tell the same addresses apart."""
    six = old.peers.six or new.peers.six
    before, after = ({end.name for end in estate.edges.ends if end.sort is Sort.POD} for estate in (old, new))
    changes = sorted(_folded(_changes(old, new), six=six), key=lambda one: (one.source, one.destination))
    return Compared(changes, sorted(after - before), sorted(before - after))


_Pair = tuple[End, End, Allowed, Allowed]


def _changes(old: Estate, new: Estate) -> Iterator[_Pair]:
    for source in sorted({*old.edges.ends, *new.edges.ends}):
        before, after = _leaving(old, source), _leaving(new, source)
        for destination in sorted(before.keys() | after.keys()):
            was, now = before.get(destination, Allowed()), after.get(destination, Allowed())
            if was != now:
                yield source, destination, was, now


def _leaving(estate: Estate, source: End) -> Mapping[End, Allowed]:
    if source.sort is Sort.NAME or (source.sort is not Sort.ENTRANCE and not estate.edges.members(source)):
        return {}
    return {edge.destination: Allowed(edge.connections, edge.possible) for edge in estate.edges.leaving(source)}


def _folded(pairs: Iterator[_Pair], *, six: bool) -> Iterator[Change]:
    """The same, blocks of addresses of which the same is told as one."""
    leaving: dict[tuple[str, Allowed, Allowed], list[Span]] = defaultdict(list)
    entering: dict[tuple[str, Allowed, Allowed], list[Span]] = defaultdict(list)
    for source, destination, was, now in pairs:
        if source.span is not None:
            entering[destination.name, was, now].append(source.span)
        elif destination.span is not None:
            leaving[source.name, was, now].append(destination.span)
        else:
            yield Change(source.name, destination.name, was, now)
    for (name, was, now), spans in leaving.items():
        yield Change(name, outside_text(spans, six=six), was, now)
    for (name, was, now), spans in entering.items():
        yield Change(outside_text(spans, six=six), name, was, now)
