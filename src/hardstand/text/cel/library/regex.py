r"""Regular expressions, run by RE2.

Its time is linear in the text, whatever the text is: Python's own engine tries alternatives, and a name in a manifest
could keep it busy for ever. Kubernetes runs Go's `regexp`, which has RE2's syntax but for `\C`. RE2 is the package
google-re2, an extra: it is loaded for the first expression that uses a regular expression, and its absence is an error.

Sources: https://kubernetes.io/docs/reference/using-api/cel/#kubernetes-regex-library,
https://github.com/google/re2/wiki/Syntax and https://pkg.go.dev/regexp/syntax.
"""

import importlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from hardstand.text.cel.overloads import function
from hardstand.text.cel.values import EvaluationError

NAMES = frozenset({"matches", "find", "findAll"})
"""The functions that take a regular expression."""

ABSENT = "a regular expression needs the package google-re2; install hardstand[cel]"
_STEPS = 1_000_000_000
"""What one call may cost: instructions of the pattern times the characters that are left, for each match.

RE2 falls back to that many steps where a pattern has too many states; a search for all matches begins anew behind each.
"""
_ESCAPED = re.compile(r"\\Q.*?(?:\\E|$)|\\.", re.DOTALL)
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class _Pattern:
    """A pattern, compiled."""

    engine: Any
    size: int
    """Its instructions."""

    def found(self, text: str) -> Iterator[tuple[int, int]]:
        """Beginning and end of each match, the empty ones among them; EvaluationError when it would cost too much."""
        text = _SURROGATE.sub("\ufffd", text)  # Not to be had in UTF-8; one character for one.
        spent = self._spend(0, len(text))
        for match in self.engine.finditer(text):
            begin, end = match.span()
            yield begin, end
            spent = self._spend(spent, len(text) - end)

    def _spend(self, spent: int, characters: int) -> int:
        spent += self.size * characters
        if spent > _STEPS:
            raise EvaluationError("the text is too long for this regular expression")
        return spent


@cache
def _library() -> Any:
    """The module of RE2, or None where it is not installed."""
    try:
        return importlib.import_module("re2")
    except ImportError:
        return None


def absent() -> str | None:
    """Why no regular expression can run here; None when they can."""
    return ABSENT if _library() is None else None


@lru_cache(maxsize=128)
def compiled(pattern: str) -> _Pattern:
    """The pattern, ready to run; EvaluationError when Go has no such pattern, or RE2 is not installed."""
    library = _library()
    if library is None:
        raise EvaluationError(ABSENT)
    if any(found[0] == r"\C" for found in _ESCAPED.finditer(pattern)):
        raise EvaluationError(r"invalid regular expression: invalid escape sequence: \C")
    options = library.Options()
    options.log_errors = False  # They would go to stderr, with the pattern.
    options.never_capture = True  # Only the whole match is asked for, which is the fast way.
    try:
        made = library.compile(_SURROGATE.sub("\ufffd", pattern), options)
    except library.error as error:
        raise EvaluationError(f"invalid regular expression: {_reason(error)}") from None
    return _Pattern(made, made.programsize)


def _reason(error: Exception) -> str:
    """What RE2 says, without the piece of the pattern behind it: a pattern may be made of a secret."""
    said = error.args[0] if error.args else ""
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    return text.partition(":")[0]


@function(0, "<string>.matches(string)", "matches(string, string)")
def matches(text: str, pattern: str) -> bool:
    """Whether the pattern is somewhere in the text."""
    return next(compiled(pattern).found(text), None) is not None


@function(0, "<string>.find(string)")
def find(text: str, pattern: str) -> str:
    """The first match, or nothing."""
    begin, end = next(compiled(pattern).found(text), (0, 0))
    return text[begin:end]


@function(0, "<string>.findAll(string)", "<string>.findAll(string, int)")
def find_all(text: str, pattern: str, limit: int = -1) -> list[str]:
    """All matches, at most `limit`; an empty one just behind another is none, as in Go."""
    made: list[str] = []
    last = -1
    for begin, end in compiled(pattern).found(text):
        if len(made) == limit:
            break
        if begin != end or begin != last:
            made.append(text[begin:end])
        last = end
    return made
