"""From edges to a scene: which nodes there are, in which bands, and which lines between them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet

from hardstand.analysis.reach.connections import ALL
from hardstand.analysis.reach.edges import End
from hardstand.analysis.reach.peers import Sort
from hardstand.network.picture.bundling import Bundle, Where, bundled
from hardstand.network.picture.flows import Flow, How, Pair, by_namespace, flows
from hardstand.network.picture.scene import Band, Link, Node, Scene, Shape
from hardstand.network.reaching.selecting import Selection

MOST_WORKLOADS = 120
"""Where there are more, namespaces are drawn in their place."""
_ZONES = ("public", "app", "data", "admin", "batch")
"""The order of the zones that everybody knows; others come behind them, by their names."""
_LONGEST = 24


def scene_of(selection: Selection, zones: Mapping[End, str], unexpected: AbstractSet[Pair]) -> Scene:
    """The scene of what was asked for. `zones`: of workloads that are in one; `unexpected`: what is told apart."""
    found = list(flows(selection, unexpected))
    workloads = _workloads(selection, found)
    pairs = {(_end(one.source), _end(one.destination)) for one in found}
    odd = {(_end(one.source), _end(one.destination)) for one in found if one.unexpected}
    caption = _caption(len(workloads), len(pairs), len(odd))
    homes = {end: Band(zones.get(end, ""), end.namespace) for end in workloads}
    if len(workloads) > MOST_WORKLOADS:
        found, ends = by_namespace(found, workloads)
        homes = {end: Band("", "") for end in ends}
    composing = _Composing(homes)
    links = [composing.link(one) for one in bundled(found, homes)]
    bands = _ordered(set(homes.values()), links, composing.nodes)
    return Scene(composing.nodes, [one for one in links if one is not None], bands, caption)


def _workloads(selection: Selection, found: Iterable[Flow]) -> Sequence[End]:
    """Those that something goes between; where nothing was left out, all."""
    if selection.everything:
        return [end for end in selection.estate.edges.ends if end.sort is Sort.POD]
    return sorted({end for one in found for end in (one.source, one.destination) if end.sort is Sort.POD})


def _caption(count: int, pairs: int, unexpected: int) -> str:
    odd = f", {unexpected} of them unexpected" if unexpected else ""
    workloads = "1 workload" if count == 1 else f"{count} workloads"
    return f"{workloads}; {pairs} {'pair' if pairs == 1 else 'pairs'} may talk{odd}"


def _end(end: End) -> End | None:
    """All addresses outside are one end here."""
    return None if end.sort is Sort.BLOCK else end


class _Composing:
    """Makes nodes as lines need them."""

    def __init__(self, homes: Mapping[End, Band]) -> None:
        self._homes = homes
        self._sizes: dict[Band | None, int] = defaultdict(int)
        self.nodes: dict[str, Node] = {}
        for end, band in sorted(homes.items()):
            self._sizes[band] += 1
            self._sizes[None] += 1
            name, _, kind = end.name.removeprefix(f"{end.namespace}/").partition("[")
            self.nodes[end.name] = Node(end.name, Shape.WORKLOAD, name or end.namespace, kind.rstrip("]"), band)

    def link(self, one: Bundle) -> Link | None:
        """The line; None for what a group may do among itself, which its node says."""
        source, target = self._node(one.source, Shape.CALLER), self._node(one.destination, Shape.CALLED)
        some = one.of > one.pairs
        text = f"{one.pairs} of {one.of} pairs" if some else how_text(one.how)
        title = f"{self._title(source)} → {self._title(target)}: {_whole(one.how)}"
        if source == target:
            node = self.nodes[source]
            said = f"{node.detail}, " if node.detail else "reach each other: "
            self.nodes[source] = Node(node.id, node.shape, node.name, f"{said}{text}", node.band)
            return None
        perhaps = not one.how[0]
        return Link(source, target, text, title, unexpected=one.unexpected, perhaps=perhaps, some=some)

    def _title(self, id_: str) -> str:
        return self.nodes[id_].name if self.nodes[id_].shape is not Shape.WORKLOAD else id_

    def _node(self, where: Where, outside: Shape) -> str:
        if isinstance(where, End):
            if where in self._homes:
                return where.name
            id_ = f"{outside}:{where.name}"
            self.nodes.setdefault(id_, Node(id_, outside, where.name, _outside_detail(where)))
            return id_
        id_ = f"group:{where.zone}/{where.namespace}" if where else "group"
        home = f" of {where.namespace or 'no namespace'}" if where else " workloads"
        self.nodes.setdefault(id_, Node(id_, Shape.GROUP, f"all {self._sizes[where]}{home}", "", where))
        return id_


def _outside_detail(end: End) -> str:
    return {Sort.BLOCK: "outside", Sort.NAME: "outside, by name", Sort.ENTRANCE: "lets in"}.get(end.sort, "outside")


def how_text(how: How) -> str:
    """The connections in few signs."""
    sure, possible = how
    told = sure or possible
    text = "all ports" if told == ALL else str(told)
    if not sure:
        text = f"perhaps {text}"
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _whole(how: How) -> str:
    sure, possible = how
    perhaps = f"perhaps {possible - sure}" if possible != sure else ""
    return "; ".join(filter(None, [str(sure) if sure else "", perhaps]))


def _ordered(bands: Iterable[Band], links: Sequence[Link | None], nodes: Mapping[str, Node]) -> Sequence[Band]:
    """The bands so that lines are short: zones in their order, and in a zone neighbours are swapped while it helps."""
    known = {zone: at for at, zone in enumerate(_ZONES)}
    found = sorted(bands, key=lambda band: (known.get(band.zone, len(known) if band.zone else -1), band))
    weights: dict[frozenset[Band], int] = defaultdict(int)
    for link in links:
        ends = [nodes[one].band for one in (link.source, link.target)] if link else []
        if len(ends) == 2 and ends[0] is not None and ends[1] is not None and ends[0] != ends[1]:
            weights[frozenset((ends[0], ends[1]))] += 1

    def length() -> int:
        place = {band: at for at, band in enumerate(found)}
        return sum(
            weight * abs(place[one] - place[other])
            for (one, other), weight in ((tuple(p), w) for p, w in weights.items())
        )

    best, better = length(), True
    while better:
        better = False
        for at in range(len(found) - 1):
            if found[at].zone != found[at + 1].zone:
                continue
            found[at], found[at + 1] = found[at + 1], found[at]
            now = length()
            if now < best:
                best, better = now, True
            else:
                found[at], found[at + 1] = found[at + 1], found[at]
    return found
