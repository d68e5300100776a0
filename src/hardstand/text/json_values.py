"""JSON texts to their values: fast through the standard library, and by our own reader where that gives up."""

import json
import re
from collections.abc import Iterator
from typing import Any, Final

from hardstand.model.path import Value
from hardstand.text import limits
from hardstand.text.json_events import events, integer, real, skip_blank
from hardstand.text.problem import TOO_LARGE, DuplicateKey, Malformed, Refused

_MANY_BYTES: Final = 8 * 1024 * 1024
"""From here on it is worth counting before reading; below, even the smallest nodes fit the limit of nodes."""

_HALF_PAIR: Final = re.compile(
    r"\\u[dD][89aAbB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])|(?<!\\u[dD][89aAbB][0-9a-fA-F]{2})\\u[dD][c-fC-F]"
)


class _Duplicate(Exception):  # noqa: N818
    """Leaves the standard library's reader; the place is found afterwards."""


def _mapping(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    mapping = dict(pairs)
    if len(mapping) != len(pairs):
        raise _Duplicate
    return mapping


def _constant(name: str) -> Any:
    raise Malformed(f"JSON has no {name}")


_DECODER: Final = json.JSONDecoder(
    object_pairs_hook=_mapping, parse_int=integer, parse_float=real, parse_constant=_constant
)


def json_texts(text: str) -> Iterator[tuple[Value, int, int]]:
    """The JSON values that stand in `text` one after another, with where each starts and ends. Raises Problem."""
    if len(text) > _MANY_BYTES and text.count(",") + text.count("[") + text.count("{") > limits.MAX_NODES:
        raise Refused(0, TOO_LARGE)
    decode = _slowly if _may_hold_half_pairs(text) else _decode
    at = skip_blank(text, 0)
    while at < len(text):
        value, end = decode(text, at)
        yield value, at, end
        at = skip_blank(text, end)


def _may_hold_half_pairs(text: str) -> bool:
    """Whether an escape may stand for half of a surrogate pair: the library would put that into a string as it is."""
    if "\\ud" not in text and "\\uD" not in text:
        return False
    return "\\\\u" in text or _HALF_PAIR.search(text) is not None


def _decode(text: str, at: int) -> tuple[Value, int]:
    try:
        return _DECODER.raw_decode(text, at)
    except (ValueError, RecursionError, _Duplicate, Malformed):
        return _slowly(text, at)


def _slowly(text: str, at: int) -> tuple[Value, int]:
    root: list[Any] = []
    boxes: list[Any] = [root]
    keys: list[str] = [""]
    end = at
    for kind, start, end, value in events(text, at):  # noqa: B007 (the last end is where the value ends)
        box = boxes[-1]
        if kind == "end":
            boxes.pop()
            keys.pop()
        elif kind == "key":
            if value in box:
                raise DuplicateKey(start, str(value))
            keys[-1] = str(value)
        else:
            node: Any = {} if kind == "mapping" else [] if kind == "list" else value
            if type(box) is dict:
                box[keys[-1]] = node
            else:
                box.append(node)
            if kind != "scalar":
                boxes.append(node)
                keys.append("")
    return root[0], end
