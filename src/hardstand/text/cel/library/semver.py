"""Semantic versions.

Sources: https://pkg.go.dev/k8s.io/apiserver/pkg/cel/library#SemverLib and https://semver.org (point 11 for the order).
"""

import re
from dataclasses import dataclass
from typing import ClassVar

from hardstand.text.cel.overloads import function
from hardstand.text.cel.values import INT_MAX, UINT_MAX, EvaluationError

SINCE = 34
"""The minor version of Kubernetes that brought the library."""

_NUMBER = r"(0|[1-9][0-9]*)"
_MARK = r"(?:0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*)"
_VERSION = re.compile(
    rf"{_NUMBER}\.{_NUMBER}\.{_NUMBER}(?:-({_MARK}(?:\.{_MARK})*))?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?", re.ASCII
)

Order = tuple[tuple[int, int, int], bool, tuple[tuple[int, int, str], ...]]


@dataclass(frozen=True, slots=True)
class Semver:
    """A version, by what it is ordered by; build metadata has no part in that."""

    kind: ClassVar[str] = "semver"
    order: Order


def _parsed(text: str) -> Semver | None:
    found = _VERSION.fullmatch(text) if len(text) <= 1000 else None
    if found is None:
        return None
    numbers = int(found[1]), int(found[2]), int(found[3])
    marks = found[4].split(".") if found[4] else []
    every = [*numbers, *(int(mark) for mark in marks if mark.isdecimal())]
    if max(every) > UINT_MAX:
        return None
    before = tuple((0, int(mark), "") if mark.isdecimal() else (1, 0, mark) for mark in marks)
    return Semver((numbers, not marks, before))


def _normal(text: str) -> str:
    """Without a leading v and leading zeros, and with the minor and patch numbers that are missing."""
    parts = text.strip().removeprefix("v").split(".", 2)
    parts = [_without_zeros(part) for part in parts]
    if len(parts) < 3:
        if "-" in parts[-1] or "+" in parts[-1]:
            return ""
        parts += ["0"] * (3 - len(parts))
    return ".".join(parts)


def _without_zeros(part: str) -> str:
    if len(part) <= 1:
        return part
    rest = part.lstrip("0")
    return rest if rest[:1] in tuple("123456789") else "0" + rest


@function(SINCE, "isSemver(string)", "isSemver(string, bool)")
def is_semver(text: str, normalize: bool = False) -> bool:
    """Whether a string is a version."""
    return _parsed(_normal(text) if normalize else text) is not None


@function(SINCE, "semver(string)", "semver(string, bool)")
def semver(text: str, normalize: bool = False) -> Semver:
    """The version that a string spells."""
    found = _parsed(_normal(text) if normalize else text)
    if found is None:
        raise EvaluationError("the string is no semantic version, such as 1.2.3")
    return found


def _part(value: Semver, at: int) -> int:
    number = value.order[0][at]
    if number > INT_MAX:
        raise EvaluationError("integer overflow")
    return number


@function(SINCE, "<semver>.major()")
def major(value: Semver) -> int:
    """The first number."""
    return _part(value, 0)


@function(SINCE, "<semver>.minor()")
def minor(value: Semver) -> int:
    """The second number."""
    return _part(value, 1)


@function(SINCE, "<semver>.patch()")
def patch(value: Semver) -> int:
    """The third number."""
    return _part(value, 2)


@function(SINCE, "<semver>.compareTo(semver)")
def compare_to(value: Semver, other: Semver) -> int:
    """-1, 0 or 1."""
    return (value.order > other.order) - (value.order < other.order)


@function(SINCE, "<semver>.isGreaterThan(semver)")
def is_greater_than(value: Semver, other: Semver) -> bool:
    """Whether it is the later one."""
    return value.order > other.order


@function(SINCE, "<semver>.isLessThan(semver)")
def is_less_than(value: Semver, other: Semver) -> bool:
    """Whether it is the earlier one."""
    return value.order < other.order
