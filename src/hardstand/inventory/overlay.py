"""A pending change on top of an object: edits applied to a copy, and the same edits as an RFC 6902 patch."""

import copy
from collections.abc import Iterable
from typing import Any, cast

from hardstand.model.finding import Edit
from hardstand.model.path import Path, Value


def patched(data: Value, edits: Iterable[Edit]) -> Value:
    """`data` with the edits made; `data` itself is not changed, and what no edit touches is shared with it.

    Mappings missing on the way to a put are made, and a put at a list's length appends. KeyError, IndexError or
    TypeError when an edit does not fit the data.
    """
    for edit in _ordered(edits):
        data = _applied(data, edit.path, edit)
    return data


def json_patch(data: Value, edits: Iterable[Edit]) -> tuple[dict[str, Value], ...]:
    """The edits as RFC 6902 operations that fit `data`: a put into something missing adds the whole of it."""
    operations = []
    ordered = _ordered(edits)
    for at, edit in enumerate(ordered):
        operations.append(_operation(data, edit))
        if at + 1 < len(ordered):
            data = _applied(data, edit.path, edit)
    return tuple(operations)


def _ordered(edits: Iterable[Edit]) -> list[Edit]:
    """Puts first, then removals from the back, so that no removal moves what a later edit names."""
    listed = list(edits)
    removals = [edit for edit in listed if edit.op == "remove"]
    removals.sort(key=lambda edit: [(isinstance(step, int), str(step).zfill(9)) for step in edit.path], reverse=True)
    return [edit for edit in listed if edit.op == "put"] + removals


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


def _applied(node: Value, way: Path, edit: Edit) -> Value:
    """A copy of `node` with the edit made at `way` below it; only what lies on the way is copied."""
    step, rest = way[0], way[1:]
    inside: Any = {} if node is None and isinstance(step, str) else copy.copy(node)
    if rest:
        below = inside.get(step) if isinstance(inside, dict) else inside[step]
        inside[step] = _applied(below, rest, edit)
    elif edit.op == "remove":
        del inside[step]
    elif isinstance(inside, list) and step == len(inside):
        inside.append(copy.deepcopy(edit.value))
    else:
        inside[step] = copy.deepcopy(edit.value)
    return cast("Value", inside)


def pointer(path: Path) -> str:
    """The path as an RFC 6901 JSON Pointer."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in path)
