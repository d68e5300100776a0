"""Regular expressions of RE2, run by Python's engine.

Sources: https://kubernetes.io/docs/reference/using-api/cel/#kubernetes-regex-library and
https://github.com/google/re2/wiki/Syntax. What RE2 lacks is an error; what Python means otherwise is rewritten: `$` and
`\\z` end the text and not the last line, classes such as `\\d`, `\\s` and `[[:alpha:]]` are ASCII.
"""

import re
import warnings
from functools import lru_cache

from hardstand.text.cel.overloads import function
from hardstand.text.cel.values import EvaluationError

_POSIX = {
    "alnum": "0-9A-Za-z", "alpha": "A-Za-z", "ascii": r"\x00-\x7f", "blank": r"\t ", "cntrl": r"\x00-\x1f\x7f",
    "digit": "0-9", "graph": "!-~", "lower": "a-z", "print": " -~", "punct": r"!-/:-@\[-`{-~", "space": r"\t\n\v\f\r ",
    "upper": "A-Z", "word": "0-9A-Za-z_", "xdigit": "0-9A-Fa-f",
}  # fmt: skip
_SPACES = r"\t\n\f\r "
_CLASS = {"d": "0-9", "s": _SPACES, "w": "0-9A-Za-z_"}
_SAME = frozenset("afnrtvbBA")
"""Escapes that mean the same in both."""
_LONGEST = 1000
_PIECE = re.compile(
    r"\\Q(?P<quoted>.*?)(?:\\E|$)|\\x\{(?P<hex>[0-9A-Fa-f]{1,6})\}|\\(?P<escape>x[0-9A-Fa-f]{2}|[0-7]{1,3}|.)"
    r"|\[\[?:(?P<posix>x)|(?P<group>\(\?(?:P?<[A-Za-z0-9_]+>|[a-zA-Z-]*[:)])?)|(?P<open>\[\^?)"
    r"|(?P<repeat>[*+?]|\{\d+(?:,\d*)?\})(?P<lazy>\??)|(?P<mark>.)",
    re.DOTALL,
)
_INNER = re.compile(
    r"\[:(?P<not>\^?)(?P<posix>\w+):\]|\\x\{(?P<hex>[0-9A-Fa-f]{1,6})\}|\\(?P<escape>x[0-9A-Fa-f]{2}|.)|(?P<mark>.)",
    re.DOTALL,
)


@lru_cache(maxsize=256)
def compiled(pattern: str) -> re.Pattern[str]:
    """The pattern for Python; EvaluationError when RE2 has no such pattern."""
    if len(pattern) > _LONGEST:
        raise EvaluationError(f"the regular expression is longer than {_LONGEST} characters")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)  # `[[` is a plain bracket, in RE2 and here.
            return re.compile(_translated(pattern))
    except (re.error, OverflowError, RecursionError) as error:
        raise EvaluationError(f"invalid regular expression: {error}") from None


def _translated(pattern: str) -> str:
    made: list[str] = []
    at, multi_line, after_repeat = 0, False, False
    while at < len(pattern):
        found = _PIECE.match(pattern, at)
        if found is None:
            raise EvaluationError("invalid regular expression")
        at = found.end()
        if found["repeat"]:
            if after_repeat:
                raise EvaluationError("invalid regular expression: a repetition of a repetition")
            made.append(_repeat(found["repeat"]) + found["lazy"])
            after_repeat = True
            continue
        after_repeat = False
        if found["open"]:
            text, at = _class(pattern, at, negated=len(found["open"]) == 2)
            made.append(text)
        elif found["group"]:
            made.append(_group(found["group"]))
            multi_line = multi_line or _sets_multi_line(found["group"])
        elif found["quoted"] is not None:
            made.append(re.escape(found["quoted"]))
        elif found["hex"]:
            made.append(re.escape(_character(found["hex"])))
        elif found["escape"]:
            made.append(_escape(found["escape"], inside=False))
        else:
            made.append(r"\Z" if found["mark"] == "$" and not multi_line else found["mark"])
    return "".join(made)


def _repeat(text: str) -> str:
    counts = [int(number) for number in re.findall(r"\d+", text)]
    if any(count > 1000 for count in counts):
        raise EvaluationError("invalid regular expression: a repetition of more than 1000")
    return text


def _sets_multi_line(group: str) -> bool:
    return "m" in group.partition("-")[0] and "<" not in group


def _group(text: str) -> str:
    """A group's beginning; flags that hold for the rest of a pattern are RE2's alone."""
    if "<" in text:
        return text if text.startswith("(?P") else f"(?P{text[2:]}"
    flags = text[2:-1]
    if text == "(?" or set(flags) - set("ims-"):
        raise EvaluationError("invalid regular expression: RE2 has no such group, or it is not known here")
    if text.endswith(")"):
        raise EvaluationError(
            f"a regular expression with flags from here on, {text}, is not known here; use (?{flags}:…)"
        )
    return text


def _character(code: str) -> str:
    number = int(code, 16)
    if number > 0x10FFFF:
        raise EvaluationError("invalid regular expression: no such character")
    return chr(number)


def _escape(text: str, *, inside: bool) -> str:
    if text.lower() in _CLASS:
        marks = _CLASS[text.lower()]
        if not inside:
            return f"[{'^' if text.isupper() else ''}{marks}]"
        if text.isupper():
            return {"D": r"\x00-/:-\U0010ffff", "W": r"\x00-/:-@\[-^`{-\U0010ffff"}.get(
                text, r"\x00-\x08\x0b\x0e-\x1f!-\U0010ffff"
            )
        return marks
    if text == "z" and not inside:
        return r"\Z"
    if text in ("b", "B") and not inside:
        return rf"(?a:\{text})"
    if text in _SAME and not (inside and text in "bBA"):
        return "\\" + text
    if text.startswith("x") and len(text) == 3:
        return "\\" + text
    if text.isdecimal() and text.startswith("0"):
        return re.escape(chr(int(text, 8)))
    if text.isalnum() or not text.isascii():
        raise EvaluationError(rf"invalid regular expression: \{text} is not in RE2, or not known here")
    return "\\" + text


def _class(pattern: str, at: int, *, negated: bool) -> tuple[str, int]:
    """A bracketed class from behind its bracket, and where it ends."""
    made = ["[^" if negated else "["]
    first = True
    while at < len(pattern):
        found = _INNER.match(pattern, at)
        if found is None:
            break
        at = found.end()
        if found["mark"] == "]" and not first:
            return "".join(made) + "]", at
        first = False
        made.append(_member(found))
    raise EvaluationError("invalid regular expression: a class without its closing bracket")


def _member(found: re.Match[str]) -> str:
    if found["posix"]:
        if found["posix"] not in _POSIX or found["not"]:
            raise EvaluationError(f"invalid regular expression: no class {found[0]} is known here")
        return _POSIX[found["posix"]]
    if found["hex"]:
        return re.escape(_character(found["hex"]))
    if found["escape"]:
        return _escape(found["escape"], inside=True)
    return "\\" + found["mark"] if found["mark"] in "[]&~|^" else found["mark"]


@function(0, "<string>.matches(string)", "matches(string, string)")
def matches(text: str, pattern: str) -> bool:
    """Whether the pattern is somewhere in the text."""
    return compiled(pattern).search(text) is not None


@function(0, "<string>.find(string)")
def find(text: str, pattern: str) -> str:
    """The first match, or nothing."""
    found = compiled(pattern).search(text)
    return found[0] if found else ""


@function(0, "<string>.findAll(string)", "<string>.findAll(string, int)")
def find_all(text: str, pattern: str, limit: int = -1) -> list[str]:
    """All matches, at most `limit`; an empty one just behind another is none, as in Go."""
    made: list[str] = []
    end = -1
    for found in compiled(pattern).finditer(text):
        if len(made) == limit:
            break
        if found[0] or found.start() != end:
            made.append(found[0])
        end = found.end()
    return made
