"""Secrets in text: under a name that says so, by their shape, and inside configuration files kept as one value.

Pure; what is found carries the secret for those who must mask it, and never shows it.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from hardstand.analysis.secret_headers import in_header
from hardstand.analysis.secret_literals import is_literal
from hardstand.analysis.secret_names import noun_in
from hardstand.analysis.secret_shapes import shapes_in


@dataclass(frozen=True, slots=True)
class Detected:
    """A secret: what it is, under which name it stands (if any), and the secret itself, which is never shown."""

    kind: str
    name: str
    value: str = field(repr=False)

    def __str__(self) -> str:
        """Kind and length, as messages say it: `password of 19 characters`."""
        length = len(self.value)
        return f"{self.kind} of {length} character{'s' if length != 1 else ''}"


def in_named_value(name: str, value: str) -> Detected | None:
    """The first secret in a single value that stands under a name, as an environment variable does."""
    return next(all_in_named_value(name, value), None)


def all_in_named_value(name: str, value: str) -> Iterator[Detected]:
    """Every secret in a value that stands under a name: the value itself, or what has a known shape or is set in it."""
    noun = noun_in(name)
    if noun is not None and "\n" not in value.strip() and is_literal(value, noun):
        yield Detected(next((kind for kind, _ in shapes_in(value)), noun.kind), name, value.strip())
        return
    found = tuple(in_text(value))
    yield from found or (Detected(kind, "", secret) for kind, secret in in_header(name, value))


def in_text(text: str) -> Iterator[Detected]:
    """Every secret in a piece of text such as a configuration file or script, each value once, in no special order."""
    return iter(_recalled(text) if len(text) <= _REMEMBERED else _distinct(text))


def _distinct(text: str) -> tuple[Detected, ...]:
    found: dict[str, Detected] = {}
    for one in _candidates(text):
        found.setdefault(one.value, one)
    return tuple(found.values())


_REMEMBERED = 200
"""Characters up to which a text is worth remembering: arguments and variables repeat from workload to workload."""

_recalled = lru_cache(maxsize=8_192)(_distinct)


def _candidates(text: str) -> Iterator[Detected]:
    for kind, secret in shapes_in(text):
        yield Detected(kind, "", secret)
    if _SUGGESTIVE.search(text):
        plain = text.replace('\\"', '"') if '\\"' in text else text
        for name, value in _settings(plain):
            noun = noun_in(name)
            if noun is not None and is_literal(value, noun):
                yield Detected(noun.kind, name, value.strip())


_SUGGESTIVE = re.compile(r"pass|pwd|secret|token|jwt|key|cred|auth", re.IGNORECASE)
_NAME = r"[A-Za-z_][\w.\-]{0,100}+"
_LINE = re.compile(rf"\s*(?:-\s+|export\s+|set\s+)?([\"']?)({_NAME})\1\s*(?:[:?]{{0,3}}=(?!=)|=>|:)\s*(.*)")
_INLINE = re.compile(
    rf"(?<![\w.$@{{%/])({_NAME})[\"']?\s{{0,8}}"
    r"(?:(?:[:?]{0,3}=(?!=)|=>|:)\s{0,8}(?:\"((?:[^\"\\\n]|\\.)*)\"|'([^'\n]*)')"  # name = "value", "name": "value"
    r"|(?:=(?!=)\s{0,2}|:\s{1,8})([^\s\"'`,;&|<>()\[\]{}]++)([(\[{<]?))"  # name=value, name: value
)
"""The last group is the bracket that makes the value a call: the match must reach it, or `a=a=a=(` is quadratic."""
_PAIRS = (
    re.compile(rf"<({_NAME})(?:\s[^<>]*)?>([^<>\n]{{1,300}})</\1>"),
    re.compile(rf"\b(?:key|name)=\"({_NAME})\"\s+value=\"([^\"\n]*)\"", re.IGNORECASE),
    re.compile(rf"\"name\"\s*:\s*\"({_NAME})\"\s*,\s*\"value\"\s*:\s*\"((?:[^\"\\\n]|\\.)*)\""),
    re.compile(rf"\bname:\s*[\"']?({_NAME})[\"']?[ \t]*\n\s*value:[ \t]*(\S.*)"),
    re.compile(r"(?m)^[^\S\n]*(requirepass|masterauth|primaryauth)\s+(\S+)\s*$"),  # redis.conf
    re.compile(r"\blogin\s+\S+\s+(password)\s+(\S+)"),  # .netrc
)
_NO_SCALAR = re.compile(r"[\s(){}<>|&\"'`]|^\[|^[|>][-+]?$|^[A-Za-z_]+(?:\.[A-Za-z_]+)+$")
"""Prose, a call, a structure, a block scalar's mark, or an expression such as `config.password`."""
_MORE_INSIDE = re.compile(r"[\"'={]")
_SHELL = re.compile(r"\s*[A-Z_][A-Z0-9_]*=\S")
"""A variable set in front of a command."""
_COMMENT = ("#", "//", ";", "--", "*", "<!--")
_LONGEST_LINE = 4000
"""Longer lines are minified JSON or data; they are read for `"name": "value"` inside them only."""


def _settings(text: str) -> Iterator[tuple[str, str]]:
    """Give every name and value that the text sets, in the notations of common configuration files."""
    for line in _lines(text):
        whole = _LINE.fullmatch(line.rstrip()) if len(line) <= _LONGEST_LINE else None
        told = whole is not None and noun_in(whole[2]) is not None
        value = _unquoted(whole[3]) if whole and told else None
        if whole and value is not None:
            yield whole[2], value
        elif not (whole and told) or _MORE_INSIDE.search(whole[3]) or _SHELL.match(line):
            told = told and not _SHELL.match(line)
            for found in _INLINE.finditer(line):
                if found[5]:
                    continue
                # What has just been seen to be prose or code is not a value because it begins with a word.
                unquoted = "" if whole and told and found[1] == whole[2] else found[4]
                yield found[1], found[2] or found[3] or unquoted or ""
    for pattern in _PAIRS:
        for found in pattern.finditer(text):
            yield found[1], _unquoted(found[2]) or ""


def _lines(text: str) -> Iterable[str]:
    return (line for line in text.splitlines() if _SUGGESTIVE.search(line) and not line.lstrip().startswith(_COMMENT))


def _unquoted(value: str) -> str | None:
    """A setting's value without its quotes and what follows them; None for what is code, prose or a structure."""
    quoted = re.fullmatch(r"(?:\"((?:[^\"\\]|\\.)*)\"|'([^']*)')(?:\s*[,;](?:\s+#.*)?|\s+#.*|\s*)", value)
    if quoted:
        return quoted[1] if quoted[1] is not None else quoted[2]
    value = re.sub(r"(?<!\s)\s+#.*$", "", value).rstrip(",;")
    return None if _NO_SCALAR.search(value) else value
