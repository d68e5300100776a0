"""Edges in the form of np-guard's netpol-analyzer, for whatever reads that.

Its conventions, besides those of the estate (`Conventions`): addresses are ranges of IPv4 with `[External]` behind
them, only TCP, UDP and SCTP are connections, and of what lets the outside in it knows the ingress controller alone.
Source: the documentation and the outputs in https://github.com/np-guard/netpol-analyzer.
"""

import json
from collections.abc import Iterable, Iterator

from hardstand.analysis.reach.blocks import V4
from hardstand.analysis.reach.connections import transport_text
from hardstand.analysis.reach.edges import Edge, End
from hardstand.analysis.reach.estate import Conventions
from hardstand.analysis.reach.outside import INGRESS_CONTROLLER
from hardstand.analysis.reach.peers import Sort

CONVENTIONS = Conventions(ordinary_hosts=True, direct_owners=True, blocks_hold_pods=False)


def as_np_guard(edges: Iterable[Edge]) -> Iterator[str]:
    """A list of `{"src", "dst", "conn"}`, piece by piece."""
    yield from _listed(
        f'  {{\n    "src": {json.dumps(one)},\n    "dst": {json.dumps(other)},\n    "conn": {json.dumps(by)}\n  }}'
        for one, other, by in _rows(edges)
    )


def as_np_guard_text(edges: Iterable[Edge]) -> Iterator[str]:
    """Lines `src => dst : conn`."""
    for one, other, by in _rows(edges):
        yield f"{one} => {other} : {by}\n"


def _rows(edges: Iterable[Edge]) -> Iterator[tuple[str, str, str]]:
    for edge in edges:
        if edge.connections.transport and _is_known(edge.source) and _is_known(edge.destination):
            yield _name(edge.source), _name(edge.destination), transport_text(edge.connections)


def _is_known(end: End) -> bool:
    if end.span is not None:
        return end.span[1] <= V4[1]
    return end.sort is Sort.POD or end.name == INGRESS_CONTROLLER


def _name(end: End) -> str:
    return f"{end.name}[External]" if end.span is not None else end.name


def _listed(items: Iterable[str]) -> Iterator[str]:
    before = "[\n"
    for item in items:
        yield before + item
        before = ",\n"
    yield "[]\n" if before == "[\n" else "\n]\n"
