"""Places in any document: from its nodes, whose offsets are turned into lines and columns."""

from hardstand.model.path import Path
from hardstand.text.lines import Lines
from hardstand.text.nodes import Node, nodes_of
from hardstand.text.quick_places import Stretch


class Places:
    """The places of the document with this text, which has been read without a fault."""

    def __init__(self, text: str) -> None:
        self._root = nodes_of(text)
        self._lines = Lines(text, 0)

    def find(self, path: Path) -> tuple[Stretch, int]:
        """Where the deepest existing value on `path` stands, and how many of its steps exist."""
        node = self._root
        depth = 0
        for step in path:
            child = _child(node, step)
            if child is None:
                break
            node = child
            depth += 1
        line, column = self._lines.place(node.start)
        last, end = self._lines.place(node.end)
        return (line, column - 1, last, end - 1), depth


def _child(node: Node, step: str | int) -> Node | None:
    inside = node.inside
    if isinstance(inside, dict):
        return inside.get(step) if isinstance(step, str) else None
    if inside is not None and isinstance(step, int) and 0 <= step < len(inside):
        return inside[step]
    return None
