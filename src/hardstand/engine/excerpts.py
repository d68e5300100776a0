"""Source lines for reports: the value that a finding is about, the keys on the way to it, and nothing else of the line.

A line can hold a whole manifest, or several, and a comment; what stands beside the finding may be anybody's secret. So
only the value's own text is shown, where it says what was decoded, and of the line before it keys and brackets.
"""

import re
from collections.abc import Sequence

from hardstand.analysis.secret_values import secret_values
from hardstand.engine.excerpt_keys import FIELD, Keys, properties
from hardstand.inventory.objects import KubeObject
from hardstand.model.path import Path, Value
from hardstand.text.document import Document
from hardstand.text.positions import Span, line_text
from hardstand.text.scalars import plain

_LONGEST = 400
"""Characters of a source line above which it is no excerpt for anybody."""
_KEY = r"(?:[A-Za-z0-9_./-]+|\"[A-Za-z0-9_./-]+\"):"
_BEFORE = re.compile(rf" *(?:- +)*(?:{_KEY} *)?")
"""What may stand before a value that has its line for itself: an indent, dashes, a key."""
_FIRST_KEY = re.compile(rf'("?){FIELD}\1:')
_PLAIN = re.compile(r"[\w.+~-]{0,20}")
"""How a number, a truth value or nothing is written."""
_HINT = re.compile(r"pass|pwd|secret|token|jwt|key|cred|auth", re.IGNORECASE)
_HIDDEN = "•"


class Excerpts:
    """The lines of one document."""

    def __init__(self, data: bytes, document: Document, objects: Sequence[KubeObject]) -> None:
        self._data = data
        self._document = document
        self._objects = objects
        self._silent = any(one.kind.name == "Secret" for one in objects)
        self._secrets: list[str] | None = None
        self._keys = Keys(data, document)
        self._lines: dict[tuple[Path, bool], str] = {}

    def line(self, path: Path, span: Span, *, hide: bool) -> str:
        """The line of `span` as far as it is about the value at `path`, which stands there; `hide` shows nothing of the
        value."""
        known = self._lines.get((path, hide))  # What is missing is told at one place for many controls.
        if known is None:
            known = self._lines[path, hide] = self._line(path, span, hide=hide)
        return known

    def _line(self, path: Path, span: Span, *, hide: bool) -> str:
        start = span.column - 1
        if self._silent or start >= _LONGEST:
            return ""
        line = line_text(self._data, span.line)
        end = span.end_column - 1 if span.end_line == span.line else len(line)
        value = self._document.value
        for step in path:
            value = value[step]  # type: ignore[index]
        collection = isinstance(value, dict | list)
        if end > _LONGEST and not collection:
            return ""
        end = min(end, _LONGEST)
        alone = _BEFORE.fullmatch(line[:start])
        before = line[:start] if alone else self._keys.before(line, path, span)
        if hide:
            return before + _HIDDEN * (end - start)
        return before + (self._collection if collection else self._scalar)(line[:end], path, span, value)

    def _scalar(self, line: str, _: Path, span: Span, value: Value) -> str:
        raw = line[span.column - 1 :]
        width = len(properties(raw))
        shown = raw[width:]
        kept = self._may_show(shown, value) if isinstance(value, str) else _says(shown.strip(), value)
        return _HIDDEN * width + (shown if kept else _HIDDEN * len(shown))

    def _collection(self, line: str, path: Path, span: Span, value: Value) -> str:
        raw = line[span.column - 1 :]
        if isinstance(value, list) and self._plain(raw, value):
            return raw
        if raw[len(properties(raw)) :][:1] in ("{", "["):
            return self._keys.inside(line, path, span, value)
        first = _FIRST_KEY.match(raw)
        return first[0] if first else "-…" if raw[:1] == "-" else "…"

    def _plain(self, raw: str, value: list[Value]) -> bool:
        """Tell whether a list on one line is one of plain words."""
        words = [str(item) for item in value if isinstance(item, str | int)]
        simple = len(words) == len(value) and re.fullmatch(r"\[[\w\s,./*\"'-]*\]", raw) and not _HINT.search(raw)
        return bool(simple) and all(self._may_show(word, word) for word in words)

    def _may_show(self, raw: str, value: str) -> bool:
        """Tell whether the text says just what was decoded, and that is no secret."""
        if raw[:1] in ("|", ">"):
            return len(raw) <= 3
        if raw.strip("\"'") != value or (_HINT.search(value) and not re.fullmatch(r"[\w./:@-]*", value)):
            return False
        if self._secrets is None:
            self._secrets = sorted({secret for one in self._objects for secret in secret_values(one.data)})
        return not any(secret in value for secret in self._secrets)


def _says(raw: str, value: Value) -> bool:
    """Tell whether a short text is just how a number, a truth value or nothing is written."""
    return _PLAIN.fullmatch(raw) is not None and plain(raw) == value
