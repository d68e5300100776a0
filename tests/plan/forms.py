"""The ways in which one object can be written into a file, and what may change in it."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import yaml

from hardstand.model.finding import Finding
from hardstand.plan.choosing import change_of
from hardstand.text.document import Document
from hardstand.text.positions import locate
from hardstand.text.reader import read


class Flat(yaml.SafeDumper):
    """Lists stand at the column of their key, as kubectl writes them."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


class Indented(Flat):
    """Lists are indented below their key."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


def block(value: Any, dumper: type[yaml.SafeDumper] = Flat) -> str:
    return yaml.dump(value, Dumper=dumper, sort_keys=False, width=1000, allow_unicode=True)


def commented(value: Any) -> str:
    """Every key with a comment behind it or above it."""
    lines = block(value, Indented).splitlines()
    if any(line.rstrip().endswith(("|", "|-", "|+", ">", ">-")) or line.count('"') == 1 for line in lines):
        return "\n".join(lines) + "\n"
    made = []
    for number, line in enumerate(lines):
        indent = " " * (len(line) - len(line.lstrip(" -")))
        made += [f"{indent}# above {number}"] if number % 3 == 0 else []
        made.append(f"{line}  # behind {number}" if number % 2 else line)
    return "\n".join(made) + "\n"


OTHER = (
    "# something else\napiVersion: v1\nkind: ServiceAccount\nmetadata: {name: other, namespace: elsewhere}  # kept\n"
)
FORMS: Mapping[str, Callable[[Any], str]] = {
    "flat": block,
    "indented": lambda value: "---\n" + block(value, Indented),
    "commented": commented,
    "between": lambda value: f"{OTHER}---\n{block(value)}\n---\n{OTHER}",
    "windows": lambda value: block(value, Indented).replace("\n", "\r\n"),
    "unended": lambda value: block(value).rstrip("\n"),
    "flow": lambda value: yaml.dump(value, Dumper=Flat, default_flow_style=True, width=60, sort_keys=False),
    "leaves": lambda value: yaml.dump(value, Dumper=Indented, default_flow_style=None, width=1000, sort_keys=False),
    "json": lambda value: json.dumps(value, indent=2) + "\n",
    "compact": lambda value: json.dumps(value, separators=(",", ":")),
    "list": lambda value: block({"apiVersion": "v1", "kind": "List", "items": [json.loads(OTHER_JSON), value]}),
    "json list": lambda value: json.dumps({"apiVersion": "v1", "kind": "List", "items": [value]}, indent="\t"),
}
OTHER_JSON = '{"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "other", "namespace": "elsewhere"}}'


def missing_lines(before: bytes, after: bytes, may_go: set[int]) -> list[int]:
    """The 1-based lines of `before` besides those that may go that `after` does not have, in their order.

    A comma at the end of a line does not count: in brackets it belongs to what follows.
    """
    new, at, missing = _lines(after), 0, []
    for number, line in enumerate(_lines(before), 1):
        if number in may_go:
            continue
        found = next((there for there in range(at, len(new)) if new[there] == line), None)
        if found is None:
            missing.append(number)
        else:
            at = found + 1
    return missing


def _lines(data: bytes) -> list[bytes]:
    return [line.rstrip(b",") for line in data.split(b"\n")]


def may_change(page: bytes, fixed: Sequence[Finding]) -> set[int]:
    """The lines of the values that the fixes name, of the keys above them, and of what is empty or in brackets."""
    documents = {part.index: part for part in read(page) if isinstance(part, Document)}
    allowed: set[int] = set()
    for finding in fixed:
        change = change_of(finding)
        document = documents[change.document]
        for edit in change.edits:
            path = change.prefix + edit.path
            spans = locate(page, document, [path[:length] for length in range(len(path) + 1)])
            span = spans[path]
            if span.depth == len(path) and span.depth:
                allowed |= {_key_line(page, span.line), *range(span.line, span.end_line + 1)}
                above = spans[path[:-1]]
                # The last key of a mapping leaves {} behind.
                allowed |= {_key_line(page, above.line), above.line, above.line + 1, above.end_line}
            elif _one_line(span) or _in_brackets(page, span):
                allowed |= {*range(span.line, span.end_line + 1)}
    return allowed


def _key_line(page: bytes, line: int) -> int:
    """The line before `line` that is no comment: where the key stands."""
    lines = page.split(b"\n")
    line -= 1
    while line > 1 and lines[line - 1].lstrip().startswith(b"#"):
        line -= 1
    return line


def _one_line(span: Any) -> bool:
    return bool(span.line == span.end_line)


def _in_brackets(page: bytes, span: Any) -> bool:
    line = page.decode().splitlines()[span.line - 1]
    return line[span.column - 1 : span.column] in ("{", "[")
