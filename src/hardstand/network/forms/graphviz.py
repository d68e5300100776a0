"""Edges as a graph in Graphviz' language. Syntax: https://graphviz.org/doc/info/lang.html"""

from collections.abc import Iterator

from hardstand.analysis.reach.peers import Sort
from hardstand.network.forms.drawn import Drawn, drawn
from hardstand.network.reaching.selecting import Selection
from hardstand.text.plain import plain


def as_graphviz(selection: Selection) -> Iterator[str]:
    """A directed graph, a cluster for each namespace; what is only possible is dashed."""
    found = drawn(selection)
    yield 'digraph network {\n  rankdir="LR";\n  node [shape="box", style="rounded", fontname="sans-serif"];\n'
    yield '  edge [fontname="sans-serif", fontsize="10"];\n'
    yield from _boxes(found)
    for line in found.lines:
        dashed = "" if line.connections else ', style="dashed"'
        one, other = found.names[line.source], found.names[line.destination]
        yield f"  {one} -> {other} [label={_quoted(line.text)}{dashed}];\n"
    yield "}\n"


def _boxes(found: Drawn) -> Iterator[str]:
    for at, (namespace, nodes) in enumerate(found.boxes.items()):
        if namespace:
            yield f"  subgraph cluster_{at} {{\n    label={_quoted(namespace)};\n"
        for node in nodes:
            shape = "" if found.sorts[node] is Sort.POD else ', shape="ellipse"'
            yield f"    {found.names[node]} [label={_quoted(node.partition('/')[2] or node)}{shape}];\n"
        if namespace:
            yield "  }\n"


def _quoted(text: str) -> str:
    """A quoted string; a backslash begins an escape in labels."""
    escaped = plain(text).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
