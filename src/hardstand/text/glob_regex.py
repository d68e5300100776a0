"""Patterns with `*`, `?` and `[ab]` as regular expressions that RE2 and Go take.

The patterns are those of Python's `fnmatch.fnmatchcase`, whose own translation uses syntax that RE2 lacks. Source:
https://docs.python.org/3/library/fnmatch.html and https://github.com/google/re2/wiki/Syntax.
"""

import re

_PLAIN = re.compile(r"[A-Za-z0-9_/:@,=~%-]")


def glob_regex(pattern: str) -> str:
    """The expression that a text matches exactly when it fits the pattern."""
    return f"^{_translated(pattern)}$"


def escaped(text: str) -> str:
    """The expression for a text as it is."""
    return "".join(
        mark if _PLAIN.match(mark) else rf"\x{{{ord(mark):x}}}" if mark < "!" else _quoted(mark) for mark in text
    )


def _quoted(mark: str) -> str:
    return f"\\{mark}" if mark.isascii() else mark


def _translated(pattern: str) -> str:
    made: list[str] = []
    at = 0
    while at < len(pattern):
        mark = pattern[at]
        end = _end_of_set(pattern, at) if mark == "[" else -1
        if mark == "*":
            made += [] if made[-1:] == ["(?s:.*)"] else ["(?s:.*)"]
        elif mark == "?":
            made.append("(?s:.)")
        elif end > 0:
            made.append(_set(pattern[at + 1 : end]))
            at = end
        else:
            made.append(escaped(mark))
        at += 1
    return "".join(made)


def _end_of_set(pattern: str, at: int) -> int:
    """Where a set that begins at `at` ends; -1 for a bracket that is just that. A first `]` is one of the set."""
    first = at + 2 if pattern[at + 1 : at + 2] == "!" else at + 1
    return pattern.find("]", first + 1)


def _set(inner: str) -> str:
    """A set; a range that runs backwards holds nothing, as in fnmatch."""
    negated = inner.startswith("!")
    marks = inner[1:] if negated else inner
    parts: list[str] = []
    at = 0
    while at < len(marks):
        if marks[at + 1 : at + 2] == "-" and at + 2 < len(marks):
            first, last = marks[at], marks[at + 2]
            parts += [f"\\x{{{ord(first):x}}}-\\x{{{ord(last):x}}}"] if first <= last else []
            at += 3
        else:
            parts.append(f"\\x{{{ord(marks[at]):x}}}")
            at += 1
    if not parts:
        return "(?s:.)" if negated else r"[^\x00-\x{10FFFF}]"
    return f"[{'^' if negated else ''}{''.join(parts)}]"
