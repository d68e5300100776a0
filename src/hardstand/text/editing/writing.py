"""Values as text: in block style, in flow style and as JSON, with no more quotes than needed."""

import json
import re
from dataclasses import dataclass
from typing import Final

from hardstand.model.path import Value
from hardstand.text.scalars import plain

_PLAIN: Final = re.compile(r"[A-Za-z0-9_./][A-Za-z0-9_./-]*")
"""Text that needs no quotes in any style, if it does not stand for another kind of value."""


def scalar(value: Value, quote: str = "") -> str:
    """A scalar or an empty collection on one line; strings in the given quotes, or in none if they need none."""
    if not isinstance(value, str):
        return json.dumps(value)
    if quote == "'" and value.isprintable():
        return "'" + value.replace("'", "''") + "'"
    if quote != '"' and _PLAIN.fullmatch(value) and plain(value) == value and value != "<<":
        return value
    # A YAML string in double quotes takes every escape that JSON writes (YAML 1.2.2, section 5.7).
    return json.dumps(value, ensure_ascii=not value.isprintable())


def nested(value: Value) -> bool:
    """Whether the value takes more than one line in block style."""
    return isinstance(value, dict | list) and bool(value)


@dataclass(frozen=True, slots=True)
class Block:
    """How blocks are indented: mappings by `step` below their key, lists by `dash`; `quote` is around strings."""

    step: int
    dash: int
    quote: str = ""

    def lines(self, value: Value) -> list[str]:
        """The lines of a value in block style, the first at column 0."""
        if isinstance(value, dict) and value:
            return [line for key, inner in value.items() for line in self._entry(key, inner)]
        if isinstance(value, list) and value:
            found = []
            for item in value:
                first, *rest = self.lines(item)
                found += [f"- {first}", *(f"  {line}" for line in rest)]
            return found
        return [scalar(value, self.quote)]

    def _entry(self, key: str, value: Value) -> list[str]:
        name = scalar(key)
        if not nested(value):
            return [f"{name}: {scalar(value, self.quote)}"]
        indent = " " * (self.step if isinstance(value, dict) else self.dash)
        return [f"{name}:", *(indent + line for line in self.lines(value))]


@dataclass(frozen=True, slots=True)
class Flow:
    """How collections in brackets are written."""

    json: bool
    spaced: bool = True
    ascii: bool = True
    quote: str = ""
    key_quote: str = ""
    indent: str = ""
    """What stands before an entry that has a line of its own."""
    step: str = ""
    """How much deeper the lines of a nested collection stand; empty to keep it on one line."""
    newline: str = "\n"

    def value(self, value: Value) -> str:
        """The value's text; where it takes several lines, those after the first are indented below `indent`."""
        if self.json:
            return self._json(value)
        if isinstance(value, dict):
            return "{" + ", ".join(self.entry(key, inner) for key, inner in value.items()) + "}"
        if isinstance(value, list):
            return "[" + ", ".join(self.value(item) for item in value) + "]"
        return scalar(value, self.quote)

    def entry(self, key: str, value: Value) -> str:
        """A key with its value."""
        if self.json:
            return json.dumps(key, ensure_ascii=self.ascii) + (": " if self.spaced else ":") + self._json(value)
        return f"{scalar(key, self.key_quote)}: {self.value(value)}"

    def _json(self, value: Value) -> str:
        separators = (", " if self.spaced and not self.step else ",", ": " if self.spaced else ":")
        text = json.dumps(value, ensure_ascii=self.ascii, indent=self.step or None, separators=separators)
        return text.replace("\n", self.newline + self.indent)
