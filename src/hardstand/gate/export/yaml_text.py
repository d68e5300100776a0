"""Policies as YAML that people can read: long expressions stand in blocks, broken where CEL takes a line break."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from hardstand.text.yaml_writing import WIDTH, Block
from hardstand.text.yaml_writing import documents as written

_EXPRESSIONS = frozenset({"expression", "messageExpression", "valueExpression"})


def documents(objects: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Each object as a document."""
    return written(_shown(one) for one in objects)


def _shown(value: Any, key: str = "") -> Any:
    if isinstance(value, Mapping):
        return {name: _shown(one, name) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_shown(one) for one in value]
    return Block(broken(value)) if key in _EXPRESSIONS and ("'" in value or len(value) > WIDTH) else value


def broken(expression: str) -> str:
    """An expression in lines; only spaces outside of its strings become line breaks."""
    lines: list[str] = []
    start = last = 0
    for at in _spaces(expression):
        if at - start > WIDTH and last > start:
            lines.append(expression[start:last])
            start = last + 1
        last = at
    if len(expression) - start > WIDTH and last > start:
        lines.append(expression[start:last])
        start = last + 1
    return "\n".join([*lines, expression[start:]])


def _spaces(expression: str) -> Iterator[int]:
    """Where spaces stand outside of strings. Strings are in single or double quotes, with escapes."""
    quote = ""
    escaped = False
    for at, mark in enumerate(expression):
        if escaped:
            escaped = False
        elif quote:
            escaped = mark == "\\"
            quote = "" if mark == quote else quote
        elif mark in "'\"":
            quote = mark
        elif mark == " ":
            yield at
