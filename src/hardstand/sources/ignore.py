"""The ignore file: gitignore's language (https://git-scm.com/docs/gitignore), matched in linear time.

Patterns come from the scanned tree, so a hostile one must not be able to hold the scan up: wildcards are matched
without backtracking, where a plain translation to a regular expression could take exponential time.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

_MAX_PATTERNS = 10_000
"""More lines than any ignore file has; what stands after them is not matched, which reads more and never less."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """One line of an ignore file."""

    segments: tuple[str, ...]
    """The pattern split at its slashes; `**` stands for any number of directories."""
    negated: bool
    directories_only: bool


Rules: TypeAlias = tuple[tuple[str, tuple[Pattern, ...]], ...]
"""Ignore files from the walked root down: the directory of each, relative to the root (`""` for the root itself,
else `a/b`), and its patterns."""


def parse(text: str) -> tuple[Pattern, ...]:
    """Give the patterns of an ignore file's `text`, in its order. Lines that say nothing are left out."""
    patterns = (_pattern(line) for line in text.removeprefix("\ufeff").splitlines()[:_MAX_PATTERNS])
    return tuple(pattern for pattern in patterns if pattern is not None)


def _pattern(line: str) -> Pattern | None:
    """Read one line; None for comments and blank lines."""
    line = _without_trailing_spaces(line)
    negated = line.startswith("!")
    if negated:
        line = line[1:]
    if not line or (line.startswith("#") and not negated):
        return None
    directories_only = line.endswith("/")
    line = line.removesuffix("/")
    # A slash at the start or in the middle ties the pattern to the ignore file's directory; else it is met anywhere.
    anchored = "/" in line
    segments = tuple(line.removeprefix("/").split("/"))
    if "" in segments:
        return None  # A doubled slash, or nothing but one, matches no path.
    return Pattern(segments if anchored else ("**", *segments), negated, directories_only)


def _without_trailing_spaces(line: str) -> str:
    """Drop spaces at the end unless a backslash quotes them."""
    stripped = line.rstrip(" ")
    quoted = len(stripped) < len(line) and (len(stripped) - len(stripped.rstrip("\\"))) % 2 == 1
    return stripped + " " if quoted else stripped


def ignored(path: str, is_directory: bool, rules: Rules) -> bool:
    """Say whether `path` (relative to the walked root, with `/`) is ignored; its parents are known not to be.

    The last pattern that matches decides, and deeper ignore files come after shallower ones.
    """
    for directory, patterns in reversed(rules):
        inner = path[len(directory) + 1 :] if directory else path
        steps = tuple(inner.split("/"))
        for pattern in reversed(patterns):
            if pattern.directories_only and not is_directory:
                continue
            if _matches(pattern.segments, steps):
                return not pattern.negated
    return False


def _matches(segments: tuple[str, ...], steps: tuple[str, ...]) -> bool:
    """Match path steps against pattern segments; at each `**` only the last one is ever tried again."""
    at, step = 0, 0
    retry_at, retry_step = -1, 0
    while step < len(steps):
        if at < len(segments) and segments[at] == "**":
            if at == len(segments) - 1:
                return True  # A closing `**` takes everything inside, and needs at least one step.
            retry_at, retry_step = at, step
            at += 1
        elif at < len(segments) and _segment(segments[at]).fullmatch(steps[step]):
            at, step = at + 1, step + 1
        elif retry_at >= 0:
            retry_step += 1
            at, step = retry_at + 1, retry_step
        else:
            return False
    return at == len(segments)


@lru_cache(maxsize=4096)
def _segment(glob: str) -> re.Pattern[str]:
    """Compile one segment. Each part after a `*` is taken where it first fits, and never given back (`(?>...)`)."""
    head, *rest = _parts(glob)
    if not rest:
        return re.compile(head, re.DOTALL)
    *middle, tail = rest
    inner = "".join(f"(?>.*?{part})" for part in middle if part)
    # The last part must end the name, so the last star alone may give back: that is a search from the end.
    return re.compile(f"{head}{inner}.*{tail}", re.DOTALL)


def _parts(glob: str) -> list[str]:
    """Split `glob` at its stars and give each part as a regular expression of a fixed width."""
    parts, index = [""], 0
    while index < len(glob):
        character = glob[index]
        if character == "*":
            parts.append("")
        elif character == "?":
            parts[-1] += "."
        elif character == "[" and (end := _class_end(glob, index)) > 0:
            parts[-1] += _character_class(glob[index + 1 : end])
            index = end
        elif character == "\\" and index + 1 < len(glob):
            index += 1
            parts[-1] += re.escape(glob[index])
        else:
            parts[-1] += re.escape(character)
        index += 1
    return parts


def _class_end(glob: str, start: int) -> int:
    """Give the index of the `]` that ends the class at `start`, or -1 when it is only a bracket."""
    first = start + 2 if glob[start + 1 : start + 2] in {"!", "^"} else start + 1
    return glob.find("]", first + 1)


def _character_class(body: str) -> str:
    """Translate what stands between brackets; of a range that runs backwards git takes the first character only."""
    negated = body[0] in "!^"
    body = body[1:] if negated else body
    parts, index = "", 0
    while index < len(body):
        first, last = body[index], body[index + 2 : index + 3]
        if body[index + 1 : index + 2] == "-" and last:
            parts += f"{re.escape(first)}-{re.escape(last)}" if first <= last else re.escape(first)
            index += 3
        else:
            parts += re.escape(first)
            index += 1
    return f"[{'^' if negated else ''}{parts}]"
