"""Places in the documents that the quick reader takes: the same loop, with leaves that know where they stand."""

from typing import Any, TypeAlias

from hardstand.model.path import Path
from hardstand.text.quick import Leaf, quick
from hardstand.text.quick_lines import LIST, MAPPING, flow_places

Stretch: TypeAlias = tuple[int, int, int, int]
"""First line, first column, last line and end column, all counted from 0."""


class QuickPlaces:
    """The places of the document with these lines. Raises Declined like the quick reader."""

    def __init__(self, lines: list[str]) -> None:
        self._lines = lines
        self._starts: dict[int, tuple[int, int]] = {}
        self._root: Any = quick(lines, self._starts)

    def find(self, path: Path) -> tuple[Stretch, int]:
        """Where the deepest existing value on `path` stands, and how many of its steps exist."""
        node = self._root
        depth = 0
        for step in path:
            if type(node) is tuple:
                return self._in_leaf(node, step, depth)
            child = _child(node, step)
            if child is None:
                break
            node = child
            depth += 1
        return self._stretch(node), depth

    def _stretch(self, node: Any) -> Stretch:
        if type(node) is tuple:
            line, number, last, end = node
            return number, line.start, last, end
        number, column = self._starts[id(node)]
        while type(node) is not tuple:
            node = node[-1] if type(node) is list else node[next(reversed(node))]
        return number, column, node[2], node[3]

    def _in_leaf(self, leaf: Leaf, step: str | int, depth: int) -> tuple[Stretch, int]:
        line, number, _, _ = leaf
        if line.form in (LIST, MAPPING):
            found = _child(flow_places(self._lines[number], line), step)
            if found is not None:
                return (number, found[0], number, found[1]), depth + 1
        return self._stretch(leaf), depth


def _child(node: Any, step: str | int) -> Any:
    """What stands at one step, None if nothing does."""
    if type(node) is dict:
        return node.get(step)
    return node[step] if isinstance(step, int) and 0 <= step < len(node) else None
