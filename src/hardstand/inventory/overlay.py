"""A pending change on top of an object: edits applied to a copy, and the same edits as an RFC 6902 patch."""

from collections.abc import Iterable

from hardstand.model.finding import Edit
from hardstand.model.path import Path, Value
from hardstand.text.patching import applied, ordered, patched

__all__ = ["json_patch", "patched", "pointer"]


def json_patch(data: Value, edits: Iterable[Edit]) -> tuple[dict[str, Value], ...]:
    """The edits as RFC 6902 operations that fit `data`: a put into something missing adds the whole of it."""
    operations = []
    in_order = ordered(edits)
    for at, edit in enumerate(in_order):
        operations.append(_operation(data, edit))
        if at + 1 < len(in_order):
            data = applied(data, edit.path, edit)
    return tuple(operations)


def _operation(data: Value, edit: Edit) -> dict[str, Value]:
    if edit.op == "remove":
        return {"op": "remove", "path": pointer(edit.path)}
    depth, there = _depth(data, edit.path)
    value = edit.value
    for step in reversed(edit.path[depth + 1 :]):
        value = {str(step): value}
    # RFC 6902, section 4.1: an add into a list inserts, so what stands there as null is replaced.
    return {"op": "replace" if there else "add", "path": pointer(edit.path[: depth + 1]), "value": value}


def _depth(data: Value, path: Path) -> tuple[int, bool]:
    """Which step of the path is the last that something other than null leads to, and whether it is there itself."""
    node = data
    for depth, step in enumerate(path):
        try:
            node = node[step]  # type: ignore[index]
        except (KeyError, IndexError):
            return depth, False
        if node is None:
            return depth, True
    return len(path) - 1, True


def pointer(path: Path) -> str:
    """The path as an RFC 6901 JSON Pointer."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in path)
