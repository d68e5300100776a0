"""From edges to a scene: which nodes there are, in which bands, and which lines between them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet

from hardstand.analysis.reach.connections import ALL
from hardstand.analysis.reach.edges import End
from hardstand.analysis.reach.peers import Sort
from hardstand.network.picture.bundling import Bundle, Where, bundled
from hardstand.network.picture.flows import Flow, How, Pair, by_namespace, flows
from hardstand.network.picture.scene import Band, Link, Node, Scene, Shape
from hardstand.network.picture.words import MAY, Words
from hardstand.network.reaching.selecting import Selection

MOST_WORKLOADS = 120
"""Where there are more, namespaces are drawn in their place."""
_ZONES = ("public", "app", "data", "admin", "batch")
"""The order of the zones that everybody knows; others come behind them, by their names."""
_LONGEST = 24


def scene_of(
    selection: Selection, zones: Mapping[End, str], unexpected: AbstractSet[Pair], words: Words = MAY
) -> Scene:
    """The scene of what was asked for. `zones`: of workloads that are in one; `unexpected`: what is told apart."""
    counted = _Counted(flows(selection, unexpected))
    known = [end for end in selection.estate.edges.ends if end.sort is Sort.POD]
    wide = len(known) > MOST_WORKLOADS
    if wide:
        found, ends = by_namespace(counted, known)
        homes = {end: Band("", "") for end in ends}
    else:
        found = list(counted)
        homes = {end: Band(zones.get(end, ""), end.namespace) for end in _workloads(selection, known, found)}
    composing = _Composing(homes, wide=wide)
    links = [link for one in bundled(found, homes) if (link := composing.link(one)) is not None]
    bands = _ordered(set(homes.values()), links, composing.nodes)
    count = len(known) if wide else len(homes)
    return Scene(composing.nodes, links, bands, _caption(count, counted.pairs, counted.unexpected, words))


def _workloads(selection: Selection, known: Sequence[End], found: Iterable[Flow]) -> Sequence[End]:
    """Those that something goes between; where nothing was left out, all."""
    if selection.everything:
        return known
    return sorted({end for one in found for end in (one.source, one.destination) if end.sort is Sort.POD})


def _caption(count: int, pairs: int, unexpected: int, words: Words) -> str:
    odd = f", {unexpected} of them unexpected" if unexpected else ""
    workloads = "1 workload" if count == 1 else f"{count} workloads"
    return f"{workloads}; {pairs} {'pair' if pairs == 1 else 'pairs'} {words.talk}{odd}{words.more}"


class _Counted:
    """Flows that are counted as they go by: there may be millions. All addresses outside are one end here."""

    def __init__(self, several: Iterable[Flow]) -> None:
        self._several = several
        self._outside: dict[tuple[End | None, End | None], bool] = {}
        self._inside = self._odd = 0

    def __iter__(self) -> Iterator[Flow]:
        for one in self._several:
            if Sort.BLOCK in (one.source.sort, one.destination.sort):
                pair = (_end(one.source), _end(one.destination))
                self._outside[pair] = self._outside.get(pair, False) or one.unexpected
            else:
                self._inside += 1
                self._odd += one.unexpected
            yield one

    @property
    def pairs(self) -> int:
        """How many pairs have gone by."""
        return self._inside + len(self._outside)

    @property
    def unexpected(self) -> int:
        """How many of them are unexpected."""
        return self._odd + sum(self._outside.values())


def _end(end: End) -> End | None:
    return None if end.sort is Sort.BLOCK else end


class _Composing:
    """Makes nodes as lines need them. `wide`: what is drawn are namespaces, and lines are what some pair may."""

    def __init__(self, homes: Mapping[End, Band], *, wide: bool) -> None:
        self._homes, self._wide = homes, wide
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
        some = self._wide or one.of > one.pairs
        text = f"{one.pairs} of {one.of} pairs" if one.of > one.pairs else how_text(one.how)
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
        everything = " namespaces" if self._wide else " workloads"
        home = f" of {where.namespace or 'no namespace'}" if where else everything
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


def _ordered(bands: Iterable[Band], links: Sequence[Link], nodes: Mapping[str, Node]) -> Sequence[Band]:
    """The bands so that lines are short: zones in their order, and in a zone neighbours are swapped while it helps."""
    known = {zone: at for at, zone in enumerate(_ZONES)}
    found = sorted(bands, key=lambda band: (known.get(band.zone, len(known) if band.zone else -1), band))
    weights: dict[frozenset[Band], int] = defaultdict(int)
    for link in links:
        ends = [nodes[one].band for one in (link.source, link.target)]
        if ends[0] is not None and ends[1] is not None and ends[0] != ends[1]:
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
