"""Edges as a diagram in Mermaid, which many editors draw. Syntax: https://mermaid.js.org/syntax/flowchart.html"""

from collections.abc import Iterator, Mapping, Sequence

from hardstand.analysis.reach.peers import Sort
from hardstand.network.forms.drawn import Drawn, drawn
from hardstand.network.reaching.selecting import Selection
from hardstand.text.plain import plain


def as_mermaid(selection: Selection) -> Iterator[str]:
    """A flow chart, a box for each namespace; what is only possible is dotted."""
    found = drawn(selection)
    yield "flowchart LR\n"
    yield from _boxes(found)
    for line in found.lines:
        arrow = "-->" if line.connections else "-.->"
        one, other = found.names[line.source], found.names[line.destination]
        yield f'  {one} {arrow}|"{_quoted(line.text)}"| {other}\n'


def _boxes(found: Drawn) -> Iterator[str]:
    for at, (namespace, nodes) in enumerate(found.boxes.items()):
        if namespace:
            yield f'  subgraph s{at}["{_quoted(namespace)}"]\n'
        yield from _nodes(nodes, found.names, found.sorts, "    " if namespace else "  ")
        if namespace:
            yield "  end\n"


def _nodes(nodes: Sequence[str], names: Mapping[str, str], sorts: Mapping[str, Sort], before: str) -> Iterator[str]:
    for node in nodes:
        text = _quoted(node.partition("/")[2] or node)
        yield (
            f'{before}{names[node]}["{text}"]\n' if sorts[node] is Sort.POD else f'{before}{names[node]}(["{text}"])\n'
        )


def _quoted(text: str) -> str:
    """Text inside of quotation marks, where HTML entities stand for what would end it."""
    return plain(text).replace("&", "#amp;").replace('"', "#quot;").replace("<", "#lt;").replace(">", "#gt;")
