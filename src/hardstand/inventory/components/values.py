"""Texts of flags to values, as Go's standard library and pflag read them. ValueError says what was expected."""

import csv
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from hardstand.model.path import Value

T = TypeVar("T")

_TRUE = frozenset(("1", "t", "T", "TRUE", "true", "True"))
_FALSE = frozenset(("0", "f", "F", "FALSE", "false", "False"))
"""Source: https://pkg.go.dev/strconv#ParseBool"""
_UNITS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "μs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}
_PART = re.compile(r"(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)")
_DURATION = re.compile(rf"[-+]?(?:0|(?:{_PART.pattern})+)")
"""Source: https://pkg.go.dev/time#ParseDuration"""


@dataclass(frozen=True, slots=True)
class Reader(Generic[T]):
    """How values of one type are read: from all texts that a flag was given, and from a field of a file."""

    expected: str
    texts: Callable[[Sequence[str]], T]
    field: Callable[[Value], T]


def _boolean(texts: Sequence[str]) -> bool:
    if texts[-1] in _TRUE:
        return True
    if texts[-1] in _FALSE:
        return False
    raise ValueError


def _number(texts: Sequence[str]) -> int:
    return int(texts[-1], 0)


def _words(texts: Sequence[str]) -> tuple[str, ...]:
    """A list given twice adds up; its items are comma-separated, as in CSV."""
    return tuple(item for text in texts for item in next(csv.reader([text], strict=True), ()))


def _gates(texts: Sequence[str]) -> Mapping[str, bool]:
    """`A=true,B=false`, from Kubernetes 1.31 on with a component's name and a colon before it."""
    made: dict[str, bool] = {}
    for item in _words(texts):
        name, equals, value = item.partition("=")
        if not equals:
            raise ValueError
        made[name.strip().rpartition(":")[2]] = _boolean([value.strip()])
    return made


def duration(text: str) -> float:
    """A length of time in seconds."""
    if not _DURATION.fullmatch(text):
        raise ValueError
    seconds = sum(float(amount) * _UNITS[unit] for amount, unit in _PART.findall(text))
    return -seconds if text.startswith("-") else seconds


def _as(*kinds: type) -> Callable[[Value], Value]:
    def read(value: Value) -> Value:
        if type(value) not in kinds:
            raise ValueError
        return value

    return read


def _field_words(value: Value) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ValueError
    return tuple(str(item) for item in value)


def _field_gates(value: Value) -> Mapping[str, bool]:
    if not isinstance(value, dict) or not all(isinstance(item, bool) for item in value.values()):
        raise ValueError
    return {name: item is True for name, item in value.items()}


def _field_duration(value: Value) -> float:
    if not isinstance(value, str):
        raise ValueError
    return duration(value)


BOOLEAN: Reader[bool] = Reader("true or false", _boolean, _as(bool))  # type: ignore[arg-type]
NUMBER: Reader[int] = Reader("a whole number", _number, _as(int))  # type: ignore[arg-type]
TEXT: Reader[str] = Reader("a string", lambda texts: texts[-1], _as(str))  # type: ignore[arg-type]
WORDS: Reader[tuple[str, ...]] = Reader("a list of words", _words, _field_words)
GATES: Reader[Mapping[str, bool]] = Reader("features with true or false", _gates, _field_gates)
DURATION: Reader[float] = Reader("a length of time such as 5m", lambda texts: duration(texts[-1]), _field_duration)
