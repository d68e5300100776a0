"""Lines as paths of SVG: level, round the corner, up or down, round the corner, and level again.

Source: https://www.w3.org/TR/SVG2/paths.html
"""

from collections.abc import Iterator

from hardstand.network.picture.routing import Way
from hardstand.network.picture.style import number
from hardstand.network.picture.widths import Placed

_CORNER = 9.0
_HEAD = 7.0


def path(found: Placed, way: Way) -> str:
    """The `d` of a line."""
    return "".join(_steps(found, way))


def arrival(found: Placed, way: Way) -> tuple[float, float]:
    """Where a line ends, at its target's side."""
    box = found.boxes[way.link.target]
    return (box.right if way.arrives_right else box.x), way.legs[-1].end


def head(found: Placed, way: Way) -> str:
    """The arrow's head."""
    x, y = arrival(found, way)
    back = _HEAD if way.arrives_right else -_HEAD
    return f'<path class="head" d="M{number(x)} {number(y)}l{number(back)} -3.6v7.2z"/>'


def _steps(found: Placed, way: Way) -> Iterator[str]:
    box = found.boxes[way.link.source]
    yield f"M{number(box.x if way.backwards else box.right)} {number(way.legs[0].begin)}"
    forward = -1 if way.backwards else 1
    for at, leg in enumerate(way.legs):
        back = way.arrives_right and not way.backwards and at == len(way.legs) - 1
        x = found.track(leg.gap, leg.track)
        yield from _leg(x, leg.begin, leg.end, forward, -forward if back else forward)
    x, _ = arrival(found, way)
    yield f"H{number(x + (2 if way.arrives_right else -2))}"


def _leg(x: float, begin: float, end: float, enters: int, leaves: int) -> Iterator[str]:
    """On a track from one height to another."""
    rise = abs(end - begin)
    if rise < 0.5 and enters == leaves:
        return
    corner = min(_CORNER, rise / 2)
    down = 1 if end > begin else -1
    yield f"H{number(x - enters * corner)}"
    yield f"Q{number(x)} {number(begin)} {number(x)} {number(begin + down * corner)}"
    yield f"V{number(end - down * corner)}"
    yield f"Q{number(x)} {number(end)} {number(x + leaves * corner)} {number(end)}"
