"""Policies as YAML that people can read: long expressions stand in blocks, broken where CEL takes a line break."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import yaml

_EXPRESSIONS = frozenset({"expression", "messageExpression", "valueExpression"})
_WIDTH = 110


class _Block(str):
    """Text that stands in a block."""

    __slots__ = ()


class _Dumper(yaml.SafeDumper):
    """Writes no anchors, and indents lists below their keys."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - PyYAML's signature
        """Whatever is the same twice is written twice."""
        return True


def _block(dumper: yaml.SafeDumper, text: _Block) -> yaml.Node:
    return dumper.represent_scalar("tag:yaml.org,2002:str", str(text), style="|")


_Dumper.add_representer(_Block, _block)


def documents(objects: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Each object as a document."""
    for one in objects:
        text = yaml.dump(_shown(one), Dumper=_Dumper, sort_keys=False, width=_WIDTH, allow_unicode=True)
        yield f"---\n{text}"


def _shown(value: Any, key: str = "") -> Any:
    if isinstance(value, Mapping):
        return {name: _shown(one, name) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_shown(one) for one in value]
    return _Block(broken(value)) if key in _EXPRESSIONS and ("'" in value or len(value) > _WIDTH) else value


def broken(expression: str) -> str:
    """An expression in lines; only spaces outside of its strings become line breaks."""
    lines: list[str] = []
    start = last = 0
    for at in _spaces(expression):
        if at - start > _WIDTH and last > start:
            lines.append(expression[start:last])
            start = last + 1
        last = at
    if len(expression) - start > _WIDTH and last > start:
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
