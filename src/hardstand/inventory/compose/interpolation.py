"""Variables in Compose files. Nothing is looked up: neither the environment nor `.env` is read.

Source: https://github.com/compose-spec/compose-spec/blob/main/12-interpolation.md
"""

import re
from collections.abc import Mapping
from typing import NamedTuple

_NAME = re.compile(r"[_a-zA-Z][_a-zA-Z0-9]*")
_WHOLE = re.compile(r"\$(?:[_a-zA-Z][_a-zA-Z0-9]*|\{[_a-zA-Z][_a-zA-Z0-9]*(?::?[?+][^{}]*)?\})")
_DEEPEST = 20
"""Defaults within defaults that are followed; nobody writes more."""


class Filled(NamedTuple):
    """A text with every variable replaced by its default; those without one stand as written and are `open`."""

    text: str
    open: tuple[str, ...]


def fill(text: str, known: Mapping[str, str] | None = None, depth: int = 0) -> Filled:
    """Replace variables by their defaults, or by what `known` has for them.

    A default is what runs until somebody sets the variable, and the file alone says so; `$$` is a dollar sign.
    """
    if "$" not in text:
        return Filled(text, ())
    parts: list[str] = []
    names: list[str] = []
    at = 0
    while (dollar := text.find("$", at)) >= 0:
        parts.append(text[at:dollar])
        end, found = _one(text, dollar, known or {}, depth)
        parts.append(found.text)
        names += found.open
        at = end
    return Filled("".join([*parts, text[at:]]), tuple(names))


def is_reference(text: str) -> bool:
    """Tell whether a text is one variable without a default and nothing else."""
    return _WHOLE.fullmatch(text) is not None


def _one(text: str, dollar: int, known: Mapping[str, str], depth: int) -> tuple[int, Filled]:
    """Where the reference at `dollar` ends, and what it gives."""
    after = text[dollar + 1 : dollar + 2]
    if after == "$":
        return dollar + 2, Filled("$", ())
    if after == "{":
        end = _closing(text, dollar)
        return end, _braced(text[dollar:end], known, depth)
    name = _NAME.match(text, dollar + 1)
    if name is None:
        return dollar + 1, Filled("$", ())  # Compose refuses it; as text it says the same to every reader.
    return name.end(), _named(name[0], "$" + name[0], known)


def _closing(text: str, dollar: int) -> int:
    """The place behind the brace that ends the reference, or the end of the text."""
    level = 0
    for at in range(dollar, len(text)):
        if text.startswith("${", at):
            level += 1
        elif text[at] == "}":
            level -= 1
            if level == 0:
                return at + 1
    return len(text)


def _braced(written: str, known: Mapping[str, str], depth: int) -> Filled:
    inside = written[2:].removesuffix("}")
    name = _NAME.match(inside)
    if name is None:
        return Filled(written, ("a variable",))  # Not repeated: it may be anything.
    rest = inside[name.end() :]
    operator = next((one for one in (":-", "-") if rest.startswith(one)), None)
    if operator and name[0] not in known and depth < _DEEPEST:
        return fill(rest[len(operator) :], known, depth + 1)
    return _named(name[0], written, known)


def _named(name: str, written: str, known: Mapping[str, str]) -> Filled:
    return Filled(known[name], ()) if name in known else Filled(written, (name,))
