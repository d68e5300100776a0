"""Why an edge is only possible: what would have to be so."""

from collections.abc import Iterator, Sequence

from hardstand.analysis.reach.connections import Connections, place_of
from hardstand.analysis.reach.edges import Edge
from hardstand.analysis.reach.estate import Estate
from hardstand.analysis.reach.peers import Peer, Sort
from hardstand.analysis.reach.tracing import Traced

_OWN_NODE = "pods on their node's network: a pod's own node always reaches it, and another may not"
_ENOUGH = 5
"""Reasons that are told of one edge."""


def conditions(estate: Estate, edge: Edge) -> Sequence[str]:
    """What the connections that are only possible hang on, for a person; at least one for an edge that has such."""
    open_ = edge.possible - edge.connections
    if not open_:
        return ()
    if edge.source.sort is Sort.ENTRANCE:
        return _entering(estate, edge)
    sources, destinations = estate.edges.members(edge.source), called(estate, edge)
    found = dict.fromkeys(_of_members(estate, sources, destinations, open_))
    if any(one.sort is Sort.HOST for one in sources):
        found = {_OWN_NODE: None} | found
    return list(found)[:_ENOUGH] or ["it depends on which of its pods are meant"]


def called(estate: Estate, edge: Edge) -> Sequence[Peer]:
    """The classes that an edge leads to: a block that is called may be cut otherwise than one that calls."""
    span = edge.destination.span
    if span is None:
        return estate.edges.members(edge.destination)
    return [one for one in estate.peers if one.span is not None and span[0] <= one.span[0] <= span[1]]


def asked(estate: Estate, source: Peer, destination: Peer, number: int) -> Traced:
    """How one connection, by its place on the line, is decided."""
    protocol, port = place_of(number)
    if protocol == "other":
        protocol, port = str(port), 0
    return estate.trace(source, destination, protocol, port)


def _of_members(
    estate: Estate, sources: Sequence[Peer], destinations: Sequence[Peer], open_: Connections
) -> Iterator[str]:
    told = 0
    for source in (one for one in sources if one.sort is not Sort.HOST):
        for destination in destinations:
            for first, _ in (estate.possible(source, destination) & open_).spans:
                traced = asked(estate, source, destination, first)
                if traced.allowed is None:
                    yield traced.because
                    told += 1
                if told >= _ENOUGH:
                    return


def _entering(estate: Estate, edge: Edge) -> Sequence[str]:
    found = dict.fromkeys(
        one.condition for one in estate.entering if one.entrance == edge.source.name and one.condition
    )
    return list(found) or ["a policy hangs on what cannot be told"]
