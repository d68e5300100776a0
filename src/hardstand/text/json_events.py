"""A strict JSON reader in Python, without recursion, that knows the place of everything.

It is used where the standard library's reader cannot be: for positions, for the place of an error, and for nesting
beyond Python's recursion limit. The grammar is RFC 8259.
"""

import json
import re
from collections.abc import Iterator
from typing import Final, Literal, TypeAlias

from hardstand.text import limits
from hardstand.text.problem import Malformed, Problem, Refused
from hardstand.text.scalars import Scalar, as_json

Kind: TypeAlias = Literal["mapping", "list", "key", "scalar", "end"]
Event: TypeAlias = tuple[Kind, int, int, Scalar]
"""What stands there, from where to where (in characters), and the value of a scalar or key."""

_BLANK: Final = re.compile(r"[ \t\n\r]*")
_STRING: Final = re.compile(r'"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*+"')
_NUMBER: Final = re.compile(r"-?(?:0|[1-9][0-9]*)(?P<fraction>(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?)")
_WORDS: Final[dict[str, tuple[str, Scalar]]] = {"t": ("true", True), "f": ("false", False), "n": ("null", None)}
_LONE_SURROGATE: Final = re.compile("[\ud800-\udfff]")


def skip_blank(text: str, at: int) -> int:
    """The offset of the first character from `at` on that is not JSON white space."""
    return _BLANK.match(text, at).end()  # type: ignore[union-attr]  # it matches anywhere


def events(text: str, at: int) -> Iterator[Event]:
    """The events of the one JSON value at `at`; the last event's end is where it ends. Raises Problem."""
    open_ends: list[str] = []
    at = skip_blank(text, at)
    while True:
        if open_ends and open_ends[-1] == "}":
            start, at, name = _string(text, at)
            yield "key", start, at, name
            at = _expect(text, at, ":")
        first = text[at : at + 1]
        if first in ("{", "["):
            if len(open_ends) >= limits.MAX_DEPTH:
                raise Refused(at, f"it is nested deeper than {limits.MAX_DEPTH} levels")
            yield ("mapping" if first == "{" else "list"), at, at + 1, None
            open_ends.append("}" if first == "{" else "]")
            at = skip_blank(text, at + 1)
            if text[at : at + 1] != open_ends[-1]:
                continue
        else:
            event = _scalar(text, at)
            yield event
            at = event[2]
        at = skip_blank(text, at) if open_ends else at
        while open_ends and text[at : at + 1] == open_ends[-1]:
            open_ends.pop()
            at += 1
            yield "end", at - 1, at, None
            at = skip_blank(text, at) if open_ends else at
        if not open_ends:
            return
        at = _expect(text, at, ",", or_end=open_ends[-1])


def _expect(text: str, at: int, mark: str, or_end: str = "") -> int:
    at = skip_blank(text, at)
    if text[at : at + 1] != mark:
        wanted = f"`{mark}` or `{or_end}`" if or_end else f"`{mark}`"
        raise Problem(at, f"JSON needs {wanted} here")
    return skip_blank(text, at + 1)


def _string(text: str, at: int) -> tuple[int, int, str]:
    match = _STRING.match(text, at)
    if match is None:
        wanted = "a string that ends on its line" if text[at : at + 1] == '"' else "a key in double quotes"
        raise Problem(at, f"JSON needs {wanted} here")
    return at, match.end(), without_surrogates(json.loads(match[0]))


def _scalar(text: str, at: int) -> Event:
    first = text[at : at + 1]
    if first == '"':
        start, end, string = _string(text, at)
        return "scalar", start, end, string
    word, value = _WORDS.get(first, ("", None))
    if word and text.startswith(word, at):
        return "scalar", at, at + len(word), value
    match = _NUMBER.match(text, at)
    if match is None:
        raise Problem(at, "JSON needs a value here" if first else "the JSON text ends too early")
    try:
        return "scalar", at, match.end(), real(match[0]) if match["fraction"] else integer(match[0])
    except Malformed as error:
        raise Refused(at, str(error)) from None


def integer(digits: str) -> int | float:
    """A JSON number without fraction and exponent; what 64 bits do not hold is a float, as for the API server."""
    return real(digits) if len(digits) > 20 else as_json(int(digits))  # type: ignore[return-value]


def real(digits: str) -> int | float:
    """A JSON number as the API server gets it: whole numbers are integers. Raises Malformed where a float overflows."""
    try:
        return as_json(float(digits))  # type: ignore[return-value]  # a number stays a number
    except Malformed:
        raise Malformed("the number is too large") from None


def without_surrogates(text: str) -> str:
    """Half of a surrogate pair is not text; like kubectl, show U+FFFD for it."""
    return text if text.isascii() else _LONE_SURROGATE.sub("\ufffd", text)
