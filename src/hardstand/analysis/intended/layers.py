"""Where a file opens what the table of the files that it extends keeps shut.

What is in a namespace of a table may do what its rows say and nothing else. A file that builds on it can only tighten,
so none of its rows may be about pods there, whatever zone of its own it puts them into. Which namespaces these are,
only a picture tells: zones are found by labels, too.
"""

from collections.abc import Iterator, Mapping, Sequence

from hardstand.analysis.intended.rows import Meant, Row
from hardstand.analysis.reach.peers import Peers, Sort
from hardstand.baseline.baseline import Baseline, Layer
from hardstand.baseline.network import FlowRow


def loosened(
    baseline: Baseline, made: Sequence[tuple[FlowRow, Row]], zones: Mapping[str, int], peers: Peers
) -> Iterator[str]:
    """Each row with an end in a namespace that a file below its own governs, for a person. `made`: rows as read."""
    of_layer = {id(row): at for at, layer in enumerate(baseline.layers) for row in _flows(layer)}
    below = [_governing(layer, zones, peers) for layer in baseline.layers]
    for flow, row in made:
        for at in range(of_layer.get(id(flow), 0)):
            where = next(_shut(row, below[at], peers), None)
            if where is not None and flow not in _flows(baseline.layers[at]):
                meant, namespace = where
                file = baseline.layers[at].file
                yield (
                    f"{row.said} opens `{meant.end}`, which lies in {namespace}, and what is there may do what "
                    f"{file} says alone: ask for it in {file}"
                )
                break


def _flows(layer: Layer) -> Sequence[FlowRow]:
    return layer.declared.network.flows if layer.declared.network else ()


def _governing(layer: Layer, zones: Mapping[str, int], peers: Peers) -> frozenset[str]:
    """The namespaces in which a zone of one file has a workload."""
    if layer.declared.network is None:
        return frozenset()
    several = (zones.get(name, 0) for name in layer.declared.network.zones)
    pods = peers.of_sort(Sort.POD)
    return frozenset(peer.namespace for bits in several for peer in peers.among(bits & pods))


def _shut(row: Row, namespaces: frozenset[str], peers: Peers) -> Iterator[tuple[Meant, str]]:
    for meant in (*row.origins, *row.destinations) if namespaces else ():
        for peer in peers.among(meant.pods & peers.of_sort(Sort.POD)):
            if peer.namespace in namespaces:
                yield meant, peer.namespace
