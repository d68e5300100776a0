"""A radius as a diagram in Mermaid. Syntax: https://mermaid.js.org/syntax/flowchart.html"""

from typing import Final

from hardstand.analysis.blast.things import said
from hardstand.analysis.escalation.graph import Node
from hardstand.network.blast.told import One
from hardstand.text.plain import plain

_SHOWN: Final = 60
"""So many parts can still be told apart in a diagram."""


def as_mermaid(one: One) -> str:
    """A flow chart of the ways to what counts most; steps that halve are dotted, with how much is left."""
    points = {part.thing: part.points for part in one.radius.parts}
    shown = one.radius.parts[:_SHOWN]
    names: dict[Node, str] = {}
    lines = ["flowchart LR"]
    if len(shown) < len(one.radius.parts):
        lines.append(f"  %% the {len(shown)} parts that count most, of {len(one.radius.parts)}")

    def name(node: Node) -> str:
        if node not in names:
            names[node] = f"n{len(names)}"
            counted = f"<br/>{points[node]}" if node in points else ""
            lines.append(f'  {names[node]}["{_quoted(said(node))}{counted}"]')
        return names[node]

    name(one.radius.start)
    drawn: set[tuple[str, str, str]] = set()
    for part in shown:
        for hop in part.way:
            edge = (name(hop.start), name(hop.end), hop.kind)
            if edge not in drawn:
                drawn.add(edge)
                arrow = f"-. {hop.kind} 1/{1 << hop.halvings} .->" if hop.halvings else f"-- {hop.kind} -->"
                lines.append(f"  {edge[0]} {arrow} {edge[1]}")
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    """Text inside of quotation marks, where HTML entities stand for what would end it."""
    return plain(text).replace("&", "#amp;").replace('"', "#quot;").replace("<", "#lt;").replace(">", "#gt;")
