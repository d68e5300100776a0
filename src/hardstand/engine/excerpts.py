"""Source lines for reports: the key and the value that a finding is about, and nothing else of the line.

A line can hold a whole manifest, or several, and a comment; what stands beside the finding may be anybody's secret. So
only the value's own text is shown, where it says what was decoded, and no more of the line than its key.
"""

import re
from collections.abc import Sequence

from hardstand.analysis.secret_values import secret_values
from hardstand.inventory.objects import KubeObject
from hardstand.model.path import Value
from hardstand.text.positions import Span, line_text

_LONGEST = 400
"""Characters of a source line above which it is no excerpt for anybody."""
_KEY = r"[A-Za-z0-9_./-]+:"
_BEFORE = re.compile(rf" *(?:- +)*(?:{_KEY} *)?")
"""What may stand before a value in block style: an indent, dashes, a key."""
_FIRST_KEY = re.compile(_KEY)
_HINT = re.compile(r"pass|pwd|secret|token|jwt|key|cred|auth", re.IGNORECASE)
_HIDDEN = "•"


class Excerpts:
    """The lines of one document."""

    def __init__(self, data: bytes, objects: Sequence[KubeObject]) -> None:
        self._data = data
        self._objects = objects
        self._silent = any(one.kind.name == "Secret" for one in objects)
        self._secrets: list[str] | None = None

    def line(self, span: Span, value: Value, *, hide: bool) -> str:
        """The line of `span` as far as it is about `value`, which stands there; `hide` shows nothing of the value."""
        if self._silent:
            return ""
        line = line_text(self._data, span.line)
        if len(line) > _LONGEST:
            return ""
        start = span.column - 1
        raw = line[start : span.end_column - 1] if span.end_line == span.line else line[start:]
        return _before(line[:start]) + (_HIDDEN * len(raw) if hide else self._after(raw, value))

    def _after(self, raw: str, value: Value) -> str:
        if isinstance(value, dict):
            first = _FIRST_KEY.match(raw)
            return first[0] if first else raw[:1] + "…"
        if isinstance(value, list):
            return self._list(raw, value)
        if isinstance(value, str):
            return raw if self._may_show(raw, value) else _HIDDEN * len(raw)
        return raw if len(raw) <= 20 else _HIDDEN * len(raw)

    def _list(self, raw: str, value: list[Value]) -> str:
        """A list on one line is shown when it is plain words; of any other, where it begins."""
        words = [str(item) for item in value if isinstance(item, str | int)]
        plain = len(words) == len(value) and re.fullmatch(r"\[[\w\s,./\"'-]*\]", raw) and not _HINT.search(raw)
        return raw if plain and all(self._may_show(word, word) for word in words) else raw[:1] + "…"

    def _may_show(self, raw: str, value: str) -> bool:
        """Tell whether the text says just what was decoded, and that is no secret."""
        if raw[:1] in ("|", ">"):
            return len(raw) <= 3
        if raw.strip("\"'") != value or (_HINT.search(value) and not re.fullmatch(r"[\w./:@-]*", value)):
            return False
        if self._secrets is None:
            self._secrets = sorted({secret for one in self._objects for secret in secret_values(one.data)})
        return not any(secret in value for secret in self._secrets)


def _before(text: str) -> str:
    """What stands before the value, as far as it is its indent and key; the columns stay where they are."""
    kept = _BEFORE.match(text)
    length = kept.end() if kept else 0
    return text if length == len(text) else text[:length] + "…".ljust(len(text) - length)
