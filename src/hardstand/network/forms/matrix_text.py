"""A matrix as a person reads it: ends that are alike in every pair are one row, and wide ones go on below."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from hardstand.network.reaching.matrix import Matrix, State
from hardstand.network.reaching.naming import INTERNET
from hardstand.text.plain import plain

_SIGNS = {State.ALL: "A", State.SOME: "s", State.NONE: "·", State.UNKNOWN: "?", None: "-"}
_WIDTH = 112
_NAME = 52
"""Names are not told wider than this."""


def as_text(matrix: Matrix, width: int = _WIDTH) -> Iterator[str]:
    """The rows with numbers that stand above the columns, as many as fit, then what the signs mean."""
    groups = _alike(matrix)
    first = {name: groups[0] for groups in groups.values() for name in groups}
    rows = list(dict.fromkeys(first.get(one, one) for one in matrix.rows))
    columns = list(dict.fromkeys(first.get(one, one) for one in matrix.columns))
    numbers = {one: at for at, one in enumerate(dict.fromkeys([*rows, *columns]), 1)}
    names = {one: _name(one, groups.get(one, [one])) for one in numbers}
    digits = len(str(len(numbers)))
    wide = min(_NAME, max(map(len, names.values()), default=0))
    slab = max(1, (width - wide - digits - 2) // (digits + 1))
    for begin in range(0, len(columns), slab):
        here = columns[begin : begin + slab]
        yield f"{'':{digits + 1 + wide}} {''.join(f' {numbers[one]:>{digits}}' for one in here)}\n"
        for row in rows:
            signs = "".join(f" {_SIGNS[_state(matrix, row, one, groups)]:>{digits}}" for one in here)
            yield f"{numbers[row]:>{digits}} {names[row]:<{wide}} {signs}\n"
        yield "\n"
    for one in columns:
        if one not in rows:
            yield f"{numbers[one]:>{digits}} {names[one]}\n"
    folded = sum(len(several) - 1 for several in groups.values())
    yield f"rows reach columns: A everything, s some, · nothing, ? nobody can tell{_folded(folded)}\n"


def _state(matrix: Matrix, row: str, column: str, groups: Mapping[str, Sequence[str]]) -> State | None:
    """Of a group towards itself the state of two of it."""
    several = groups.get(row, ())
    if row == column and len(several) > 1:
        return matrix.state(several[0], several[1])
    return matrix.state(row, column)


def _alike(matrix: Matrix) -> Mapping[str, Sequence[str]]:
    """Groups of ends that no other tells apart, by the first of each; all of one may do the same to each other."""
    incoming: dict[str, dict[str, State]] = defaultdict(dict)
    for row, states in matrix.states.items():
        for column, state in states.items():
            incoming[column][row] = state
    left = [one for one in matrix.rows if one in matrix.alone and one != INTERNET]
    found: dict[str, Sequence[str]] = {}
    for state in State:
        same: dict[object, list[str]] = defaultdict(list)
        for one in left:
            pairs = ({**matrix.states.get(one, {}), one: state}, {**incoming.get(one, {}), one: state})
            same[tuple(frozenset(_told(each)) for each in pairs)].append(one)
        found |= {several[0]: several for several in same.values() if len(several) > 1}
        gone = {one for several in found.values() for one in several}
        left = [one for one in left if one not in gone]
    return found


def _told(states: Mapping[str, State]) -> Iterator[tuple[str, State]]:
    return ((one, state) for one, state in states.items() if state is not State.NONE)


def _name(one: str, several: Sequence[str]) -> str:
    more = f" and {len(several) - 1} like it" if len(several) > 1 else ""
    shown = plain(one)
    room = _NAME - len(more)
    return f"{shown if len(shown) <= room else shown[: room - 1] + '…'}{more}"


def _folded(count: int) -> str:
    return f"; {count} rows are folded (`--format csv` has them all)" if count else ""
