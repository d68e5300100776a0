"""The picture as SVG: no scripts, nothing from elsewhere, every text of the input escaped, the same for the same input.

Source: https://www.w3.org/TR/SVG2/ and, for who cannot see it, https://www.w3.org/TR/svg-aam-1.0/ (title, desc, role).
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet

from hardstand.analysis.reach.edges import End
from hardstand.network.picture.composing import scene_of
from hardstand.network.picture.flows import Pair
from hardstand.network.picture.lines import arrival, head, path
from hardstand.network.picture.placing import ports_of
from hardstand.network.picture.routing import Way
from hardstand.network.picture.scene import Node, Scene, Shape
from hardstand.network.picture.style import ZONES, escaped, fitted, number, rules, zone_colour
from hardstand.network.picture.widths import MARGIN, ZONE_NAME, Box, Placed, placed
from hardstand.network.picture.words import MAY, Words
from hardstand.network.reaching.selecting import Selection

_LEGEND = 26.0


def as_svg(
    selection: Selection,
    zones: Mapping[End, str] | None = None,
    unexpected: AbstractSet[Pair] = frozenset(),
    words: Words = MAY,
) -> Iterator[str]:
    """The picture, piece by piece. `zones`: of workloads that are in one; `unexpected`: pairs that are told apart."""
    yield from drawn(placed(scene_of(selection, zones or {}, unexpected, words)), words)


def drawn(found: Placed, words: Words = MAY) -> Iterator[str]:
    """A placed scene."""
    width, height = number(max(found.width, 480.0)), number(found.height + _LEGEND)
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'role="img" aria-labelledby="title desc">\n'
        f'<title id="title">{words.title}</title>\n<desc id="desc">{escaped(_description(found.scene))}</desc>\n'
        f"<style>{rules()}</style>\n"
        f'<rect class="page" width="{width}" height="{height}" rx="8"/>\n'
        f'<text class="title" x="{number(MARGIN)}" y="34">{words.title}</text>\n'
        f'<text class="quiet" x="{number(MARGIN)}" y="52">{escaped(found.scene.caption)}</text>\n'
    )
    yield from _zones(found.zones)
    yield from _bands(found)
    routed = found.routed.ways
    yield from _lines(found, [one for one in routed if not one.link.unexpected])
    yield from _nodes(found)
    yield from _lines(found, [one for one in routed if one.link.unexpected])
    yield from _zone_names(found.zones)
    yield from _ports(found, routed)
    yield from _legend(found.scene, found.height + 2, words)
    yield "</svg>\n"


def _description(scene: Scene) -> str:
    count = Counter(node.shape for node in scene.nodes.values())
    outside = count[Shape.CALLER] + count[Shape.CALLED]
    odd = sum(link.unexpected for link in scene.links)
    told = f" {odd} of the lines are unexpected." if odd else ""
    return (
        f"{scene.caption}. A box for each of {len(scene.bands)} namespaces, callers to the left of what they call, "
        f"{outside} ends outside of the cluster at the edges.{told}"
    )


def _zones(zones: Mapping[str, Box]) -> Iterator[str]:
    for zone, box in zones.items():
        colour = _colour(zone, zones)
        yield f'<rect class="zone" {_rect(box)} rx="10" fill="{colour}" stroke="{colour}"/>\n'


def _zone_names(zones: Mapping[str, Box]) -> Iterator[str]:
    """Above the lines, which come in across them."""
    for zone, box in zones.items():
        x, y = number(box.x + ZONE_NAME / 2 + 4), number(box.middle)
        yield (
            f'<text class="zone-name" x="{x}" y="{y}" text-anchor="middle" style="fill:{_colour(zone, zones)}" '
            f'transform="rotate(-90 {x} {y})">{escaped(fitted(zone, box.height - 8, 12))}</text>\n'
        )


def _colour(zone: str, zones: Mapping[str, Box]) -> str:
    return zone_colour(zone, sorted(one for one in zones if one not in ZONES))


def _bands(found: Placed) -> Iterator[str]:
    for band, box in found.bands.items():
        name = escaped(fitted(band.namespace, box.width - 20, 12))
        yield f'<rect class="band" {_rect(box)} rx="8"/>\n'
        if name:
            yield f'<text class="band-name" x="{number(box.x + 12)}" y="{number(box.y + 18)}">{name}</text>\n'


_CLASSES = {Shape.WORKLOAD: "card", Shape.GROUP: "group", Shape.CALLER: "outside", Shape.CALLED: "outside"}


def _nodes(found: Placed) -> Iterator[str]:
    ports = ports_of(found.scene.links)
    for node in found.scene.nodes.values():
        box = found.boxes[node.id]
        round_ = 8 if node.shape is Shape.WORKLOAD else 18
        inside = box.width - (20 if node.shape is Shape.WORKLOAD else 28)
        x = box.x + (box.width - inside) / 2
        detail = escaped(fitted(_detail(node, ports.get(node.id, ())), inside, 10.5))
        name = escaped(fitted(node.name, inside, 12, bold=True))
        y = box.middle - 2 if detail else box.middle + 4
        yield (
            f"<g><title>{escaped(_title(node))}</title>"
            f'<rect class="{_CLASSES[node.shape]}" {_rect(box)} rx="{round_}"/>'
            f'<text class="name" x="{number(x)}" y="{number(y)}">{name}</text>'
        )
        if detail:
            yield f'<text class="quiet" x="{number(x)}" y="{number(box.middle + 12)}">{detail}</text>'
        yield "</g>\n"


def _title(node: Node) -> str:
    return node.id if node.shape is Shape.WORKLOAD else f"{node.name} {node.detail}".strip()


def _detail(node: Node, ports: Sequence[str]) -> str:
    """What is told of a node: its kind, and by what it is called where that is always the same."""
    if len(ports) == 1 and node.shape is Shape.WORKLOAD:
        return f"{ports[0]} · {node.detail}" if node.detail else ports[0]
    return node.detail


def _lines(found: Placed, several: Sequence[Way]) -> Iterator[str]:
    for way in several:
        link = way.link
        names = ["line", "perhaps" * link.perhaps, "some" * link.some, "odd" * link.unexpected]
        yield (
            f'<g class="{" ".join(filter(None, names))}"><title>{escaped(link.title)}</title>'
            f'<path d="{path(found, way)}"/>{head(found, way)}</g>\n'
        )


def _ports(found: Placed, routed: Sequence[Way]) -> Iterator[str]:
    """Where a node is called by several: at its side by which, once for each text."""
    ports = ports_of(found.scene.links)
    told: dict[tuple[str, str, bool], bool] = defaultdict(bool)
    places: dict[tuple[str, str, bool], tuple[float, float]] = {}
    for way in routed:
        key = (way.link.target, way.link.text, way.arrives_right)
        places[key] = arrival(found, way)
        told[key] |= way.link.unexpected
    for (target, text, right), odd in sorted(told.items()):
        if len(ports[target]) == 1 and found.scene.nodes[target].shape is Shape.WORKLOAD:
            continue
        x, y = places[target, text, right]
        side = f'x="{number(x + 10)}" text-anchor="start"' if right else f'x="{number(x - 10)}" text-anchor="end"'
        name = "port odd-port" if odd else "port"
        yield f'<text class="{name}" {side} y="{number(y - 3)}">{escaped(text)}</text>\n'


def _legend(scene: Scene, y: float, words: Words) -> Iterator[str]:
    """What lines mean, of those that there are."""
    kinds = [("line", words.line)]
    if any(link.perhaps for link in scene.links):
        kinds.append(("line perhaps", "nobody can tell"))
    if any(link.some for link in scene.links):
        kinds.append(("line some", "for some of the pairs"))
    if any(link.unexpected for link in scene.links):
        kinds.append(("line odd", words.odd))
    x = MARGIN
    for name, text in kinds:
        tip = f'<path class="head" d="M{number(x + 34)} {number(y)}l-7 -3.6v7.2z"/>'
        yield f'<g class="{name}"><path d="M{number(x)} {number(y)}h28"/>{tip}</g>'
        yield f'<text class="quiet" x="{number(x + 42)}" y="{number(y + 4)}">{text}</text>\n'
        x += 66 + 6.2 * len(text)


def _rect(box: Box) -> str:
    return f'x="{number(box.x)}" y="{number(box.y)}" width="{number(box.width)}" height="{number(box.height)}"'
