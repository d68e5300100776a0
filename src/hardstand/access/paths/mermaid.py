"""Paths as a diagram in Mermaid, which many editors draw. Syntax: https://mermaid.js.org/syntax/flowchart.html"""

from hardstand.access.paths.answering import Told
from hardstand.analysis.escalation.graph import Node
from hardstand.analysis.escalation.powers import said
from hardstand.text.plain import plain


def as_mermaid(told: Told) -> str:
    """A flow chart of the steps of all paths, each once; what is not sure is dotted."""
    names: dict[Node, str] = {}
    lines = ["flowchart LR"]
    for step in dict.fromkeys(step for path in told.paths for step in path.steps):
        for node in (step.start, step.end):
            if node not in names:
                names[node] = f"n{len(names)}"
                lines.append(f'  {names[node]}["{_quoted(said(node))}"]')
        arrow = "-->" if step.kind.sure else "-.->"
        lines.append(f"  {names[step.start]} {arrow}|{step.kind.id}| {names[step.end]}")
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    """Text inside of quotation marks, where HTML entities stand for what would end it."""
    return plain(text).replace("&", "#amp;").replace('"', "#quot;").replace("<", "#lt;").replace(">", "#gt;")
