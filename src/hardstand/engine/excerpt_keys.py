"""The way to a value on its line: the keys and brackets that it stands in, and no other value's text.

Nothing is told from the look of a line, in which a text may read like a key. The reader of positions says where values
stand; what is shown is the bracket with which one begins, and the key that is written just before it and is called as
in the decoded document.
"""

import re
from collections.abc import Callable, Iterator

from hardstand.model.path import Path, Value
from hardstand.text.document import Document
from hardstand.text.positions import Span, finder

_PROPERTIES = re.compile(r"(?:[&!]\S*[ \t]+)*")
_LEAD = re.compile(r" *(?:- +)*")
FIELD = r"[a-z][A-Za-z]{0,39}"
"""What fields are called in Kubernetes and in Compose; other keys are somebody's own words, and may be anything."""
_FIELD = re.compile(FIELD)
_CUT = "…"


def properties(text: str) -> str:
    """The anchor and tag before a value (YAML 1.2.2, 6.9): they are called as somebody likes, and are not shown."""
    found = _PROPERTIES.match(text)
    return found[0] if found else ""


class Keys:
    """The keys of one document, each looked up in its text when it is asked for."""

    def __init__(self, data: bytes, document: Document) -> None:
        self._data = data
        self._document = document
        self._finder: Callable[[Path], Span] | None = None

    def before(self, line: str, path: Path, span: Span) -> str:
        """What stands on `line` before the value at `path`, whose place is `span`; columns stay where they are."""
        start = span.column - 1
        shown = _Shown(line[:start])
        lead = _LEAD.match(shown.line)
        shown.keep(0, lead.end() if lead else 0)
        nodes = [self._document.value]
        for step in path:
            nodes.append(nodes[-1][step])  # type: ignore[index]
        for depth in range(len(path), -1, -1):
            at = self._on_line(path[:depth], span.line, start)
            if at is None:
                break  # What it stands in begins on another line, or behind an alias: so does all that is around that.
            if depth < len(path):
                self._opening(shown, path[:depth], nodes[depth], at, span)
            if depth:
                shown.key(path[depth - 1], at)
        return shown.text()

    def inside(self, line: str, path: Path, span: Span, node: Value) -> str:
        """A collection in flow style as far as it stands on `line`: its brackets, and the fields of a mapping."""
        start = span.column - 1
        end = span.end_column - 1 if span.end_line == span.line else len(line)
        shown = _Shown(line[:end])
        self._opening(shown, path, node, start, span)
        if span.end_line == span.line and line[end - 1 : end] in ("}", "]"):
            shown.keep(end - 1, end)
        return shown.text(start)

    def _opening(self, shown: "_Shown", path: Path, node: Value, at: int, span: Span) -> None:
        """The bracket of a collection that begins at `at`, and the fields in it that stand on the line."""
        at += len(properties(shown.line[at:]))
        if shown.line[at : at + 1] not in ("{", "["):
            return
        shown.keep(at, at + 1)
        if not shown.line[at + 1 :].strip():
            return  # Without a look at the document: so begins every collection that is written over several lines.
        for key, place in self._children(path, node, span.line, at):
            if place > len(shown.line):
                return
            if _FIELD.fullmatch(key):
                shown.key(key, place)

    def _children(self, path: Path, node: Value, line: int, start: int) -> Iterator[tuple[str, int]]:
        """The keys of a mapping that begins on the line, with where their values begin there."""
        for key in node if isinstance(node, dict) else ():
            place = self._find((*path, key))
            if place.line > line:
                return
            if place.line == line and place.column > start and place.depth == len(path) + 1:
                yield key, place.column - 1

    def _on_line(self, path: Path, line: int, last: int) -> int | None:
        """Where on the line the value at a path begins, if it does so there, and not behind `last`."""
        place = self._find(path)
        return place.column - 1 if place.line == line and place.column - 1 <= last else None

    def _find(self, path: Path) -> Span:
        if self._finder is None:
            self._finder = finder(self._data, self._document)
        return self._finder(path)


class _Shown:
    """A line of which only some stretches are shown."""

    def __init__(self, line: str) -> None:
        self.line = line
        self._kept = bytearray(len(line))

    def keep(self, start: int, end: int) -> None:
        self._kept[start:end] = b"\1" * (min(end, len(self.line)) - start)

    def key(self, key: str | int, at: int) -> None:
        """Show the key before the value at `at`, if it is written there just as it is called."""
        head = self.line[:at].rstrip(" \t")
        if not isinstance(key, str) or not head.endswith(":"):
            return
        name = head[:-1].rstrip(" \t")
        for written in (f'"{key}"', f"'{key}'", key):
            if name.endswith(written):
                self.keep(len(name) - len(written), len(head))
                return

    def text(self, start: int = 0) -> str:
        """The line from `start` on, each stretch that is not shown as one mark."""
        parts: list[str] = []
        at = start
        while at < len(self.line):
            kept = self._kept[at]
            end = self._kept.find(1 - kept, at)
            end = end if end >= 0 else len(self.line)
            parts.append(self.line[at:end] if kept else _hidden(self.line[at:end]))
            at = end
        return "".join(parts)


def _hidden(text: str) -> str:
    """A stretch that is not shown, as wide as it is; the blanks before it and the comma behind it are no secret."""
    words = text.strip(" ")
    if words in ("", ","):
        return text
    blanks = text[: len(text) - len(text.lstrip(" "))]
    return blanks + (_CUT + ("," if words.endswith(",") else "")).ljust(len(text) - len(blanks))
