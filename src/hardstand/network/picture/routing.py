"""The way of each line: level past the nodes of a column, in the gaps between them, and up or down between columns.

Between two columns the lines of one source go up and down on one track, and no two sources share one where they would
lie on each other.
"""

from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from hardstand.network.picture.placing import LABEL, TOP, Rows, ports_of
from hardstand.network.picture.scene import Link

_LANE = 5.0
"""Between two lines that go side by side past a node."""
_CLEAR = 5.0
"""Between a line and a node that it goes by."""
_LEVEL = 3.0
"""Less than this is no way up or down."""
_Owner: TypeAlias = tuple[str, bool]


@dataclass(frozen=True, slots=True)
class Leg:
    """What of a line lies between two columns: on a track from one height to another."""

    gap: int
    """Behind the column of this number."""
    begin: float
    end: float
    track: int


@dataclass(frozen=True, slots=True)
class Way:
    """The way of one line."""

    link: Link
    legs: Sequence[Leg]
    backwards: bool
    """It leaves at the left and goes to the left."""
    arrives_right: bool
    """Its head is at the right side of its target."""


@dataclass(frozen=True, slots=True)
class Routed:
    """All ways, and how many tracks there are behind each column."""

    ways: Sequence[Way]
    tracks: Mapping[int, int]


def routed(rows: Rows) -> Routed:
    """The ways of all lines, in the order of the links."""
    lanes, entries = _Lanes(rows), _entries(rows)
    short = sorted(rows.scene.links, key=lambda one: (_columns_crossed(rows, one), one.source, one.target, one.text))
    heights = {link: _heights(rows, lanes, entries, link) for link in short}
    segments: dict[int, dict[_Owner, list[tuple[float, float]]]] = defaultdict(lambda: defaultdict(list))
    for link, (gaps, ys) in heights.items():
        for gap, begin, end in zip(gaps, ys, ys[1:], strict=False):
            segments[gap][_owner(rows, link)].append((begin, end))
    tracks = {gap: _tracks(owners) for gap, owners in segments.items()}
    ways = [_way(rows, link, *heights[link], tracks) for link in rows.scene.links]
    return Routed(ways, {gap: max(owners.values(), default=-1) + 1 for gap, owners in tracks.items()})


def _columns_crossed(rows: Rows, link: Link) -> int:
    return abs(rows.columns[link.source] - rows.columns[link.target])


def _owner(rows: Rows, link: Link) -> _Owner:
    """Whose track a line goes on."""
    return link.source, rows.columns[link.source] > rows.columns[link.target]


def _entries(rows: Rows) -> Mapping[tuple[str, str], float]:
    """Where at a node's side lines of one text arrive."""
    found = {}
    for node, texts in ports_of(rows.scene.links).items():
        first = sum(rows.spans[node]) / 2 - (len(texts) - 1) * LABEL / 2
        found.update({(node, text): first + at * LABEL for at, text in enumerate(texts)})
    return found


def _heights(
    rows: Rows, lanes: "_Lanes", entries: Mapping[tuple[str, str], float], link: Link
) -> tuple[Sequence[int], Sequence[float]]:
    """The gaps that a line goes through, and its heights before, between and behind them."""
    begin, end = rows.columns[link.source], rows.columns[link.target]
    start, stop = sum(rows.spans[link.source]) / 2, entries[link.target, link.text]
    if begin == end:
        return [begin], [start, stop]
    if begin > end:
        start, stop = rows.spans[link.source][1] - 7, rows.spans[link.target][1] - 7
    between = range(begin + 1, end) if begin < end else range(begin - 1, end, -1)
    ys = [start]
    for at, column in enumerate(between):
        steps = len(between) - at + 1
        ys.append(lanes.free(column, ys[-1] + (stop - ys[-1]) / steps))
    gaps = range(begin, end) if begin < end else range(begin - 1, end - 1, -1)
    return list(gaps), [*ys, stop]


def _tracks(owners: Mapping[_Owner, Sequence[tuple[float, float]]]) -> dict[_Owner, int]:
    """A track for each source: what goes down from higher up lies farther to the right, so that few lines cross."""
    spans = {}
    for owner, segments in owners.items():
        moving = [one for one in segments if abs(one[0] - one[1]) >= _LEVEL]
        if moving:
            ys = [y for one in moving for y in one]
            down = sum(end - begin for begin, end in moving) > 0
            begin = moving[0][0]
            spans[owner] = (min(ys), max(ys), -begin if down else begin)
    found: dict[_Owner, int] = {}
    taken: list[list[tuple[float, float]]] = []
    for owner, (low, high, _) in sorted(spans.items(), key=lambda item: (item[1][2], item[0])):
        at = 0
        while at < len(taken) and any(low - 3 < end and begin < high + 3 for begin, end in taken[at]):
            at += 1
        if at == len(taken):
            taken.append([])
        taken[at].append((low, high))
        found[owner] = at
    return found


def _way(
    rows: Rows,
    link: Link,
    gaps: Sequence[int],
    ys: Sequence[float],
    tracks: Mapping[int, Mapping[_Owner, int]],
) -> Way:
    owner = _owner(rows, link)
    legs = [Leg(gap, begin, end, tracks[gap].get(owner, 0)) for gap, begin, end in zip(gaps, ys, ys[1:], strict=False)]
    return Way(link, legs, owner[1], owner[1] or rows.columns[link.source] == rows.columns[link.target])


class _Lanes:
    """The places between nodes, column by column, and which of them are taken."""

    def __init__(self, rows: Rows) -> None:
        self._spans: dict[int, list[tuple[float, float]]] = defaultdict(list)
        self._taken: dict[int, list[float]] = defaultdict(list)
        self._bottom = rows.bottom + 10
        for one, (top, bottom) in rows.spans.items():
            insort(self._spans[rows.columns[one]], (top - _CLEAR, bottom + _CLEAR))

    def free(self, column: int, wanted: float) -> float:
        """The free place that is nearest, which is then taken; what is wanted, where none is free."""
        for step in range(1500):
            for sign in (1, -1):
                y = round(wanted + sign * step * 2.0, 1)
                if TOP - 8 <= y <= self._bottom and self._is_free(column, y):
                    insort(self._taken[column], y)
                    return y
        return wanted

    def _is_free(self, column: int, y: float) -> bool:
        if any(begin < y < end for begin, end in self._spans[column]):
            return False
        taken = self._taken[column]
        at = bisect_left(taken, y - _LANE)
        return at == len(taken) or taken[at] >= y + _LANE
