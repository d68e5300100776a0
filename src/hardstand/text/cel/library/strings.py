"""Strings: the standard predicates and the extended library. Positions are in code points.

Sources: https://github.com/google/cel-spec/blob/master/doc/langdef.md#list-of-standard-definitions and
https://pkg.go.dev/github.com/google/cel-go/ext#Strings (version 2 of it, from Kubernetes 1.30 on).
"""

from hardstand.text.cel.overloads import function
from hardstand.text.cel.values import EvaluationError

VERSION_2 = 30
"""The minor version of Kubernetes that brought version 2 of the library: format and strings.quote."""

_LOWER = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}
_UPPER = {lower: lower - 32 for lower in range(ord("a"), ord("z") + 1)}
_SPACE = "\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
_QUOTED = {
    "\a": r"\a",
    "\b": r"\b",
    "\f": r"\f",
    "\n": r"\n",
    "\r": r"\r",
    "\t": r"\t",
    "\v": r"\v",
    "\\": r"\\",
    '"': r"\"",
}


@function(0, "<string>.contains(string)")
def contains(text: str, part: str) -> bool:
    """Whether a string holds another."""
    return part in text


@function(0, "<string>.startsWith(string)")
def starts_with(text: str, part: str) -> bool:
    """Whether a string begins with another."""
    return text.startswith(part)


@function(0, "<string>.endsWith(string)")
def ends_with(text: str, part: str) -> bool:
    """Whether a string ends with another."""
    return text.endswith(part)


@function(0, "<string>.charAt(int)")
def char_at(text: str, at: int) -> str:
    """The character at a position; nothing just behind the last."""
    if not 0 <= at <= len(text):
        raise EvaluationError("index out of range in charAt()")
    return text[at : at + 1]


@function(0, "<string>.indexOf(string)", "<string>.indexOf(string, int)")
def index_of(text: str, part: str, offset: int = 0) -> int:
    """Where a string first holds another, from a position on; -1 for nowhere."""
    if offset < 0:
        raise EvaluationError("index out of range in indexOf()")
    return text.find(part, offset) if part else min(offset, len(text))


@function(0, "<string>.lastIndexOf(string)", "<string>.lastIndexOf(string, int)")
def last_index_of(text: str, part: str, offset: int | None = None) -> int:
    """Where a string last holds another, beginning no later than a position; -1 for nowhere."""
    if offset is None:
        return text.rfind(part)
    if offset < 0:
        raise EvaluationError("index out of range in lastIndexOf()")
    return -1 if offset > len(text) else text.rfind(part, 0, offset + len(part))


@function(0, "<string>.lowerAscii()")
def lower_ascii(text: str) -> str:
    """With A to Z in lower case."""
    return text.translate(_LOWER)


@function(0, "<string>.upperAscii()")
def upper_ascii(text: str) -> str:
    """With a to z in upper case."""
    return text.translate(_UPPER)


@function(0, "<string>.replace(string, string)", "<string>.replace(string, string, int)")
def replace(text: str, old: str, new: str, limit: int = -1) -> str:
    """With one string in place of another, at most `limit` times."""
    return text.replace(old, new, limit if limit >= 0 else -1)


@function(0, "<string>.split(string)", "<string>.split(string, int)")
def split(text: str, separator: str, limit: int = -1) -> list[str]:
    """The parts between separators, at most `limit`; without a separator, the characters."""
    if limit == 0:
        return []
    if separator:
        return text.split(separator, limit - 1 if limit > 0 else -1)
    return [*text[: limit - 1], text[limit - 1 :]] if 0 < limit < len(text) else list(text)


@function(0, "<list>.join()", "<list>.join(string)")
def join(items: list[object], separator: str = "") -> str:
    """One string of several."""
    words = [item for item in items if isinstance(item, str)]
    if len(words) != len(items):
        raise EvaluationError("no such overload: join() of a list that holds something else than strings")
    return separator.join(words)


@function(0, "<string>.substring(int)", "<string>.substring(int, int)")
def substring(text: str, start: int, end: int | None = None) -> str:
    """The characters from one position up to another."""
    last = len(text) if end is None else end
    if not 0 <= start <= last <= len(text):
        raise EvaluationError("index out of range in substring()")
    return text[start:last]


@function(0, "<string>.trim()")
def trim(text: str) -> str:
    """Without white space, as Unicode has it, at both ends."""
    return text.strip(_SPACE)


@function(VERSION_2, "strings.quote(string)")
def quote(text: str) -> str:
    """In double quotes, with escapes for what does not print."""
    return '"' + "".join(_QUOTED.get(mark, mark) for mark in text) + '"'
