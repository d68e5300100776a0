"""By what edges are decided, with the places of the rules: for text and for data."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from hardstand.analysis.reach.blocks import range_text
from hardstand.analysis.reach.connections import ALL
from hardstand.analysis.reach.edges import Edge, End
from hardstand.analysis.reach.peers import Sort
from hardstand.analysis.reach.tracing import Decided
from hardstand.cli.net.asking import Network
from hardstand.cli.net.policy_places import PolicyPlaces
from hardstand.network.forms.json import Because
from hardstand.network.forms.outside import outside_text
from hardstand.network.forms.text import explanation
from hardstand.network.reaching.explaining import Explained, explained
from hardstand.network.reaching.naming import Chosen
from hardstand.network.reaching.selecting import Selection


def explanations(selection: Selection, network: Network) -> Iterator[str]:
    """Each pair that was asked for: where both ends are named also those that nothing goes between."""
    places = PolicyPlaces(network.found)
    pair = selection.source is not None and selection.destination is not None
    within = selection.within or ALL
    six = selection.estate.peers.six
    count = 0
    for source in _sources(selection):
        same: dict[tuple[Explained, ...], list[End]] = defaultdict(list)
        for destination in _destinations(selection, source):
            told = explained(selection.estate, source, destination, within)
            kept = [one for one in told if pair or one.allowed is not False]
            if kept:
                same[tuple(kept)].append(destination)
        for told_alike, ends in same.items():
            for name in _named(ends, six=six):
                count += 1
                yield from explanation((_named([source], six=six)[0], name), told_alike, places.text)
                yield "\n"
    yield f"{count} {'pair' if count == 1 else 'pairs'} explained\n"


def reasons(selection: Selection, network: Network) -> Because:
    """What decides an edge, as data."""
    places = PolicyPlaces(network.found)
    within = selection.within or ALL

    def because(edge: Edge) -> Sequence[Mapping[str, Any]]:
        told = explained(selection.estate, edge.source, edge.destination, within)
        return [
            {
                "connections": str(one.connections),
                "allowed": one.allowed,
                "decisions": [_decided(each, places) for each in one.decisions],
            }
            for one in told
        ]

    return because


def _decided(one: Decided, places: PolicyPlaces) -> dict[str, Any]:
    place = places.of(one.by) if one.by else None
    return {
        "direction": str(one.direction),
        "allowed": one.allowed,
        "text": one.text,
        "policy": one.by.policy if one.by else None,
        "place": {"file": place[0], "line": place[1], "column": place[2]} if place else None,
    }


def _sources(selection: Selection) -> Iterable[End]:
    return selection.sources


def _destinations(selection: Selection, source: End) -> Iterable[End]:
    """Whom to tell of; where the other end is named that is all who are called so."""
    if selection.source is None or selection.destination is None:
        return [edge.destination for edge in selection.leaving(source)]
    return [end for end in _called(selection, selection.destination) if end != source]


def _called(selection: Selection, named: Chosen) -> Iterator[End]:
    yield from (end for end in selection.estate.edges.ends if end.span is None and end in named)
    for peer in selection.estate.peers.among(selection.estate.peers.of_sort(Sort.BLOCK)):
        end = End(range_text(peer.span), Sort.BLOCK, span=peer.span) if peer.span else None
        if end is not None and end in named:
            yield end


def _named(ends: Sequence[End], *, six: bool) -> list[str]:
    """Ends by their names; blocks that lie side by side as one."""
    outside = [end.span for end in ends if end.span is not None]
    names = [end.name for end in ends if end.span is None]
    return [*names, outside_text(outside, six=six)] if outside else names
