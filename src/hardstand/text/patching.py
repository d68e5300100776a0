"""Edits applied to a decoded value. What is written into a text is held against this."""

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
    for edit in ordered(edits):
        data = applied(data, edit.path, edit)
    return data


def ordered(edits: Iterable[Edit]) -> list[Edit]:
    """Puts first, then removals from the back, so that no removal moves what a later edit names."""
    listed = list(edits)
    removals = [edit for edit in listed if edit.op == "remove"]
    removals.sort(key=lambda edit: [(isinstance(step, int), str(step).zfill(9)) for step in edit.path], reverse=True)
    return [edit for edit in listed if edit.op == "put"] + removals


def applied(node: Value, way: Path, edit: Edit) -> Value:
    """A copy of `node` with the edit made at `way` below it; only what lies on the way is copied."""
    step, rest = way[0], way[1:]
    inside: Any = {} if node is None and isinstance(step, str) else copy.copy(node)
    if rest:
        below = inside.get(step) if isinstance(inside, dict) else inside[step]
        inside[step] = applied(below, rest, edit)
    elif edit.op == "remove":
        del inside[step]
    elif isinstance(inside, list) and step == len(inside):
        inside.append(copy.deepcopy(edit.value))
    else:
        inside[step] = copy.deepcopy(edit.value)
    return cast("Value", inside)


def same(left: Value, right: Value) -> bool:
    """Whether two values are equal in kind as well: `true` is not 1, and 1 is not 1.0. Without recursion."""
    waiting: list[tuple[Any, Any]] = [(left, right)]
    seen: set[tuple[int, int]] = set()
    while waiting:
        one, other = waiting.pop()
        if one is other:
            continue
        if type(one) is not type(other):
            return False
        if not isinstance(one, dict | list):
            if one != other:
                return False
            continue
        if (id(one), id(other)) in seen:
            continue
        seen.add((id(one), id(other)))
        if len(one) != len(other):
            return False
        if isinstance(one, dict):
            if one.keys() != other.keys():
                return False
            waiting.extend((inner, other[key]) for key, inner in one.items())
        else:
            waiting.extend(zip(one, other, strict=True))
    return True
