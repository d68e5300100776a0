"""What forms that a program lays out have in common: named nodes in boxes, and lines between them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hardstand.analysis.reach.peers import Sort
from hardstand.network.forms.folding import Line, folded
from hardstand.network.reaching.selecting import Selection


@dataclass(frozen=True, slots=True)
class Drawn:
    """Nodes and lines."""

    boxes: Mapping[str, Sequence[str]]
    """The nodes of each namespace; what lies in none comes first."""
    names: Mapping[str, str]
    """What a node is called in the text: no name of an object can break it."""
    sorts: Mapping[str, Sort]
    lines: Sequence[Line]


def drawn(selection: Selection) -> Drawn:
    """Everything that edges were asked for between; where nothing was left out, also what has none."""
    lines = list(folded(selection))
    sorts: dict[str, Sort] = {}
    homes: dict[str, str] = {}
    if selection.everything:
        for end in selection.estate.edges.ends:
            if end.sort is Sort.POD:
                sorts[end.name], homes[end.name] = end.sort, end.namespace
    for line in lines:
        sorts.setdefault(line.source, line.source_sort)
        sorts.setdefault(line.destination, line.destination_sort)
        homes.setdefault(line.source, line.source_namespace)
        homes.setdefault(line.destination, line.destination_namespace)
    boxes: dict[str, list[str]] = defaultdict(list)
    for node in sorted(sorts):
        boxes[homes[node]].append(node)
    names = {node: f"n{at}" for at, node in enumerate(sorted(sorts))}
    return Drawn(dict(sorted(boxes.items())), names, sorts, lines)
