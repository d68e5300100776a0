"""How far to the right everything stands: columns as wide as their names, gaps as wide as their tracks and ports."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from hardstand.network.picture.placing import BETWEEN, Rows, ports_of, rows
from hardstand.network.picture.routing import Routed, routed
from hardstand.network.picture.scene import Band, Scene, Shape
from hardstand.network.picture.style import text_width

TRACK = 6.0
"""Between two tracks."""
MARGIN = 24.0
ZONE_NAME = 28.0
"""At the left of bands that are in zones."""
_LEAST, _MOST = 112.0, 220.0
_BEFORE, _BEHIND = 16.0, 18.0
"""Between a column and its first track, and between the last one and the next column."""
_FRAME = 12.0


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle."""

    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> float:
        """Half way down."""
        return self.y + self.height / 2

    @property
    def right(self) -> float:
        """The right edge."""
        return self.x + self.width


@dataclass(frozen=True, slots=True)
class Placed:
    """A scene with a place for everything."""

    scene: Scene
    boxes: Mapping[str, Box]
    bands: Mapping[Band, Box]
    zones: Mapping[str, Box]
    routed: Routed
    columns: Mapping[int, tuple[float, float]]
    """The left and the right edge of each column."""
    width: float
    height: float

    def track(self, gap: int, number: int) -> float:
        """Where a track lies."""
        return self.columns[gap][1] + _BEFORE + number * TRACK


def placed(scene: Scene) -> Placed:
    """A place for everything."""
    found = rows(scene)
    lines = routed(found)
    columns = _columns(found, lines)
    boxes = {}
    for one, (top, bottom) in found.spans.items():
        left, right = columns[found.columns[one]]
        boxes[one] = Box(left, top, right - left, bottom - top)
    bands, zones = _frames(found, columns)
    right = max((end for _, end in columns.values()), default=MARGIN)
    return Placed(scene, boxes, bands, zones, lines, columns, right + _FRAME + MARGIN, found.bottom + MARGIN)


def _columns(found: Rows, lines: Routed) -> Mapping[int, tuple[float, float]]:
    ports = ports_of(found.scene.links)
    widths: dict[int, float] = defaultdict(lambda: _LEAST)
    labels: dict[int, float] = defaultdict(float)
    for one, column in found.columns.items():
        node = found.scene.nodes[one]
        texts = ports.get(one, ())
        shown = f"{texts[0]} · {node.detail}" if len(texts) == 1 and node.shape is Shape.WORKLOAD else node.detail
        pad = 20 if node.shape is Shape.WORKLOAD else 30
        needs = max(text_width(node.name, 12, bold=True), text_width(shown, 10.5)) + pad
        widths[column] = min(_MOST, max(widths[column], needs))
        if len(texts) > 1 or node.shape is not Shape.WORKLOAD:
            labels[column] = max([labels[column], *(text_width(text, 10) + 6 for text in texts)])
    back = {way.link.target: way.link.text for way in lines.ways if way.arrives_right}
    x = MARGIN + _FRAME
    edges: dict[int, tuple[float, float]] = {}
    zoned = any(band.zone for band in found.scene.bands)
    for column in range(max(found.columns.values(), default=0) + 1):
        if zoned and column == min(_inner(found), default=-1):
            x += ZONE_NAME
        edges[column] = (x, x + widths[column])
        behind = max((text_width(text, 10) for one, text in back.items() if found.columns[one] == column), default=0.0)
        tracks = max(lines.tracks.get(column, 0) - 1, 0) * TRACK
        x += widths[column] + _BEFORE + tracks + _BEHIND + labels[column + 1] + behind
    return edges


def _inner(found: Rows) -> list[int]:
    """The columns within the cluster."""
    inside = (Shape.WORKLOAD, Shape.GROUP)
    return [column for one, column in found.columns.items() if found.scene.nodes[one].shape in inside]


def _frames(found: Rows, columns: Mapping[int, tuple[float, float]]) -> tuple[Mapping[Band, Box], Mapping[str, Box]]:
    """The frames of bands and zones, around the columns of workloads."""
    inner = _inner(found)
    if not inner:
        return {}, {}
    left, right = columns[min(inner)][0] - _FRAME, columns[max(inner)][1] + _FRAME
    bands = {band: Box(left, top, right - left, bottom - top) for band, (top, bottom) in found.bands.items()}
    zones: dict[str, Box] = {}
    for band, box in bands.items():
        if band.zone:
            first = zones.get(band.zone)
            top = first.y if first else box.y - BETWEEN / 2 - 1
            bottom = box.y + box.height + BETWEEN / 2 + 1
            zones[band.zone] = Box(left - ZONE_NAME, top, right - left + ZONE_NAME + BETWEEN / 2, bottom - top)
    return bands, zones
