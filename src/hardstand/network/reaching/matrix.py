"""All pairs at a glance: what each may reach of each, as one of four states."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from hardstand.analysis.reach.blocks import EVERYWHERE, V4
from hardstand.analysis.reach.connections import ALL
from hardstand.analysis.reach.edges import Edge, End
from hardstand.analysis.reach.estate import Estate
from hardstand.analysis.reach.peers import Sort
from hardstand.analysis.reach.spans import Span, spans
from hardstand.network.reaching.naming import INTERNET


class State(StrEnum):
    """What is allowed from one to another."""

    ALL = "all"
    """Every connection; of groups, between every two of them."""
    SOME = "some"
    NONE = "none"
    UNKNOWN = "unknown"
    """Nothing that is certain, and something that nobody can tell."""


@dataclass(frozen=True, slots=True)
class Matrix:
    """The states of all pairs; those that are not in `states` are none. A workload by itself is in no pair."""

    by: str
    rows: Sequence[str]
    columns: Sequence[str]
    states: Mapping[str, Mapping[str, State]]
    """By the one that calls, then by the called."""
    alone: frozenset[str]
    """Names of single ends, which have no state towards themselves."""

    def state(self, row: str, column: str) -> State | None:
        """The state of a pair; None of an end and itself."""
        if row == column and row in self.alone:
            return None
        return self.states.get(row, {}).get(column, State.NONE)


def state_of(edge: Edge) -> State:
    """The state that an edge is."""
    if edge.connections == ALL:
        return State.ALL
    return State.SOME if edge.connections else State.UNKNOWN


def matrix_of(estate: Estate, by: str = "workload") -> Matrix:
    """The matrix by `workload` or by `namespace`; all addresses outside are one end."""
    pairs = _Pairs(estate)
    found: dict[str, dict[str, State]] = defaultdict(dict)
    for source, column, state in pairs.states():
        found[source][column] = state
    workloads = sorted(end.name for end in pairs.workloads)
    callers = [end.name for end in estate.edges.ends if end.sort is Sort.ENTRANCE]
    called = [end.name for end in estate.edges.ends if end.sort is Sort.NAME]
    single = Matrix(
        "workload", [*workloads, INTERNET, *callers], [*workloads, INTERNET, *called], found,
        frozenset((*workloads, INTERNET)),
    )  # fmt: skip
    return single if by == "workload" else _by_namespace(single, {end.name: end.namespace for end in pairs.workloads})


class _Pairs:
    """The states of pairs, with all addresses outside as one end."""

    def __init__(self, estate: Estate) -> None:
        self._estate = estate
        self._whole = EVERYWHERE if estate.peers.six else (V4,)
        self.workloads = [end for end in estate.edges.ends if end.sort is Sort.POD]

    def states(self) -> Iterator[tuple[str, str, State]]:
        entering: dict[End, dict[State, list[Span]]] = defaultdict(lambda: defaultdict(list))
        for source in (end for end in self._estate.edges.ends if end.sort is not Sort.NAME):
            leaving: dict[State, list[Span]] = defaultdict(list)
            for edge in self._estate.edges.leaving(source):
                state = state_of(edge)
                if source.span is not None:
                    entering[edge.destination][state].append(source.span)
                elif edge.destination.span is not None:
                    leaving[state].append(edge.destination.span)
                else:
                    yield source.name, edge.destination.name, state
            if leaving:
                yield source.name, INTERNET, self._outside(leaving)
        for destination, by_state in sorted(entering.items()):
            yield INTERNET, destination.name, self._outside(by_state)

    def _outside(self, by_state: Mapping[State, Sequence[Span]]) -> State:
        if spans(by_state.get(State.ALL, ())) == self._whole:
            return State.ALL
        return State.SOME if {State.ALL, State.SOME} & by_state.keys() else State.UNKNOWN


def _by_namespace(single: Matrix, homes: Mapping[str, str]) -> Matrix:
    """The states of groups: all where every pair is all, none where every pair is none."""
    sizes: dict[str, int] = defaultdict(int)
    for one in single.rows:
        sizes[homes.get(one, one)] += 1
    for one in single.columns:
        if one not in homes and one not in single.rows:
            sizes[one] += 1
    tallies: dict[tuple[str, str], dict[State, int]] = defaultdict(lambda: defaultdict(int))
    for row, states in single.states.items():
        for column, state in states.items():
            tallies[homes.get(row, row), homes.get(column, column)][state] += 1
    found: dict[str, dict[str, State]] = defaultdict(dict)
    for (row, column), tally in tallies.items():
        pairs = sizes[row] * sizes[column] - (sizes[row] if row == column else 0)
        found[row][column] = _together(tally, pairs)
    rows = list(dict.fromkeys(homes.get(one, one) for one in single.rows))
    columns = list(dict.fromkeys(homes.get(one, one) for one in single.columns))
    alone = frozenset(one for one in rows if sizes[one] == 1)
    return Matrix("namespace", rows, columns, found, alone)


def _together(tally: Mapping[State, int], pairs: int) -> State:
    if tally.get(State.ALL, 0) == pairs:
        return State.ALL
    return State.SOME if tally.get(State.ALL, 0) or tally.get(State.SOME, 0) else State.UNKNOWN
