"""The objects of a list, one after the other, so that only one of them is held as a tree."""

import json
import re
from collections.abc import Iterator
from typing import Any

_decode = json.JSONDecoder().raw_decode
_SPACE = re.compile(r"[ \t\r\n]*")


def items(body: bytes, beside: dict[str, Any]) -> Iterator[Any]:
    """Each of `items` of a List in JSON. What else the list says is put into `beside`, all of it once this has ended.

    ValueError for what is no list in JSON.
    """
    text = body.decode()
    at = _past(text, 0, "{")
    while text[at : at + 1] != "}":
        key, at = _decode(text, at)
        at = _past(text, at, ":")
        if key == "items" and text[at : at + 1] == "[":
            at = _past(text, at, "[")
            while text[at : at + 1] != "]":
                item, at = _decode(text, at)
                at = _next(text, at, "]")
                yield item
            at = _skip(text, at + 1)
        else:
            beside[key], at = _decode(text, at)
        at = _next(text, at, "}")


def _skip(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


def _past(text: str, at: int, mark: str) -> int:
    """Behind `mark`, which must stand here, and the space after it."""
    at = _skip(text, at)
    if text[at : at + 1] != mark:
        raise ValueError(f"expected {mark} at {at}")
    return _skip(text, at + 1)


def _next(text: str, at: int, end: str) -> int:
    """Behind a comma, or at the end."""
    at = _skip(text, at)
    return at if text[at : at + 1] == end else _past(text, at, ",")
