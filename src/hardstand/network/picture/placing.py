"""How high everything stands: bands below each other, nodes in their columns, near to what they are linked with."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from hardstand.network.picture.layering import columns
from hardstand.network.picture.scene import Band, Link, Scene, Shape

HEIGHT = 36.0
"""Of a node."""
SPACE = 18.0
"""Between two nodes of a column: lines pass there."""
HEADER = 20.0
PAD = 10.0
BETWEEN = 10.0
"""Between two bands."""
ZONE = 16.0
"""Above the first band of a zone."""
LABEL = 13.0
"""The height of one text at a node's side."""
TOP = 68.0
"""Above everything: the title."""
_ROUNDS = 8
_Cell: TypeAlias = tuple[Band | None, int]


@dataclass(frozen=True, slots=True)
class Rows:
    """A scene, of which every node has its column and its height."""

    scene: Scene
    columns: Mapping[str, int]
    spans: Mapping[str, tuple[float, float]]
    """Of each node the upper and the lower edge."""
    bands: Mapping[Band, tuple[float, float]]
    bottom: float


def ports_of(links: Iterable[Link]) -> Mapping[str, Sequence[str]]:
    """By which different texts each node is called, in the order in which they stand at its side."""
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for link in links:
        found[link.target][link.text] = None
    return {node: sorted(texts) for node, texts in found.items()}


def rows(scene: Scene) -> Rows:
    """The height of everything."""
    return _Placing(scene).rows()


_FIRST = Band("", "\0")
"""The row of the group of everything; no namespace can be called so."""


class _Placing:
    """Places one scene."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._columns = columns(scene)
        self._near: dict[str, list[str]] = defaultdict(list)
        for link in scene.links:
            self._near[link.source].append(link.target)
            self._near[link.target].append(link.source)
        ports = ports_of(scene.links)
        self._heights = {one: max(HEIGHT, len(ports.get(one, ())) * LABEL + 6) for one in scene.nodes}
        self._cells: dict[_Cell, list[str]] = defaultdict(list)
        for one in scene.nodes.values():
            band = _FIRST if one.band is None and one.shape is Shape.GROUP else one.band
            self._cells[band, self._columns[one.id]].append(one.id)
        self._edges: dict[Band | None, tuple[float, float]] = {}
        self._y: dict[str, float] = {}

    def rows(self) -> Rows:
        """Bands first; then each node goes towards the ones it is linked with, a few times."""
        bottom = self._lay_bands()
        for cell in self._cells:
            self._spread(cell, dict.fromkeys(self._cells[cell], sum(self._edges[cell[0]]) / 2))
        for at in range(_ROUNDS):
            for cell in sorted(self._cells, key=lambda one: (one[1], repr(one[0])), reverse=bool(at % 2)):
                self._arrange(cell)
        halves = {one: self._heights[one] / 2 for one in self._y}
        spans = {one: (y - halves[one], y + halves[one]) for one, y in self._y.items()}
        bands = {band: (self._edges[band][0] - HEADER - PAD, self._edges[band][1] + PAD) for band in self._scene.bands}
        return Rows(self._scene, self._columns, spans, bands, max([bottom, *(end for _, end in spans.values())]))

    def _lay_bands(self) -> float:
        """The bands from the top to the bottom, each as high as its fullest column; where the last one ends."""
        top, zone = TOP, ""
        if any(band is _FIRST for band, _ in self._cells):
            top = self._lay(_FIRST, top - PAD, 0.0)
        for band in self._scene.bands:
            if band.zone != zone:
                top, zone = top + ZONE, band.zone
            top = self._lay(band, top, HEADER)
        fullest = max((self._needs(nodes) for (band, _), nodes in self._cells.items() if band is None), default=0.0)
        self._edges[None] = (TOP, max(top - BETWEEN, TOP + fullest))
        return self._edges[None][1]

    def _lay(self, band: Band, top: float, header: float) -> float:
        """Where the next band begins."""
        fullest = max((self._needs(nodes) for (one, _), nodes in self._cells.items() if one == band), default=HEIGHT)
        begin = top + header + PAD
        self._edges[band] = (begin, begin + fullest)
        return begin + fullest + PAD + BETWEEN

    def _needs(self, nodes: Sequence[str]) -> float:
        return sum(self._heights[one] for one in nodes) + SPACE * (len(nodes) - 1)

    def _arrange(self, cell: _Cell) -> None:
        """The nodes of a cell as near to what they are linked with as order and space allow."""
        wanted = {
            one: sum(self._y[other] for other in self._near[one]) / len(self._near[one])
            if self._near[one]
            else self._y[one]
            for one in self._cells[cell]
        }
        self._cells[cell].sort(key=lambda one: (round(wanted[one], 3), one))
        self._spread(cell, wanted)

    def _spread(self, cell: _Cell, wanted: Mapping[str, float]) -> None:
        """Keep to the order, to the band and to the space between two; else to what is wanted."""
        nodes = self._cells[cell]
        top, bottom = self._edges[cell[0]]
        at = top
        for one in nodes:
            half = self._heights[one] / 2
            self._y[one] = max(wanted[one], at + half)
            at = self._y[one] + half + SPACE
        at = bottom
        for one in reversed(nodes):
            half = self._heights[one] / 2
            self._y[one] = min(self._y[one], at - half)
            at = self._y[one] - half - SPACE
