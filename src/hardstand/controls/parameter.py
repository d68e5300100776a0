"""Parameters: what a team declares for a control, with a default or without one."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import inf
from typing import Generic, TypeVar

T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Parameter(Generic[T_co]):
    """A setting of a control. Without a default, the control is not applicable until somebody declares it."""

    name: str
    meaning: str
    default: T_co | None
    parse: Callable[[object], T_co]
    """Turn a declared value into the parameter's type; ValueError with what was expected."""
    type_name: str


def text_list(name: str, meaning: str, default: Sequence[str] | None = None) -> Parameter[tuple[str, ...]]:
    """A list of strings."""

    def parse(value: object) -> tuple[str, ...]:
        if not isinstance(value, list | tuple) or not all(isinstance(item, str) for item in value):
            raise ValueError("a list of strings")
        return tuple(value)

    return Parameter(name, meaning, None if default is None else tuple(default), parse, "list of strings")


def number(name: str, meaning: str, default: int | None = None) -> Parameter[int]:
    """A whole number."""

    def parse(value: object) -> int:
        if not isinstance(value, int) or isinstance(value, bool):
            raise ValueError("a whole number")
        return value

    return Parameter(name, meaning, default, parse, "whole number")


def number_list(name: str, meaning: str, default: Sequence[int] | None = None) -> Parameter[tuple[int, ...]]:
    """A list of whole numbers."""

    def parse(value: object) -> tuple[int, ...]:
        if not isinstance(value, list | tuple) or not all(type(item) is int for item in value):
            raise ValueError("a list of whole numbers")
        return tuple(value)

    return Parameter(name, meaning, None if default is None else tuple(default), parse, "list of whole numbers")


def text(name: str, meaning: str, default: str | None = None) -> Parameter[str]:
    """A string."""

    def parse(value: object) -> str:
        if not isinstance(value, str):
            raise ValueError("a string")
        return value

    return Parameter(name, meaning, default, parse, "string")


def flag(name: str, meaning: str, *, default: bool | None = None) -> Parameter[bool]:
    """True or false."""

    def parse(value: object) -> bool:
        if not isinstance(value, bool):
            raise ValueError("true or false")
        return value

    return Parameter(name, meaning, default, parse, "true or false")


def text_map(name: str, meaning: str, default: Mapping[str, str] | None = None) -> Parameter[Mapping[str, str]]:
    """A mapping of strings to strings."""

    def parse(value: object) -> Mapping[str, str]:
        if not isinstance(value, dict) or not all(isinstance(k, str) and isinstance(v, str) for k, v in value.items()):
            raise ValueError("a mapping of strings to strings")
        return dict(value)

    return Parameter(name, meaning, default, parse, "mapping of strings to strings")


def ranges(
    name: str, meaning: str, default: Sequence[tuple[int, int]] | None = None
) -> Parameter[tuple[tuple[int, int], ...]]:
    """A list of ranges of whole numbers, each `[first, last]` with both ends in it."""

    def parse(value: object) -> tuple[tuple[int, int], ...]:
        found = [_range(item) for item in value] if isinstance(value, list | tuple) else [None]
        pairs = tuple(pair for pair in found if pair is not None)
        if len(pairs) != len(found):
            raise ValueError("a list of [first, last] pairs of whole numbers")
        return pairs

    return Parameter(name, meaning, None if default is None else tuple(default), parse, "list of ranges")


def _range(value: object) -> tuple[int, int] | None:
    if not isinstance(value, list | tuple) or len(value) != 2 or not all(type(end) is int for end in value):
        return None
    first, last = value
    return (first, last) if first <= last else None


def demand(meaning: str) -> Parameter[bool]:
    """The switch `required` of a control that is a matter of taste: not applicable until somebody declares it"
    " true."""

    def parse(value: object) -> bool:
        if not isinstance(value, bool):
            raise ValueError("true or false")
        return value or None  # type: ignore[return-value]  # None is how "not declared" looks.

    return Parameter("required", meaning, None, parse, "true or false")


def ratio(name: str, meaning: str, default: Fraction | None = None) -> Parameter[Fraction]:
    """A number of at least 1, such as 1.5."""

    def parse(value: object) -> Fraction:
        if isinstance(value, bool) or not isinstance(value, int | float) or not 1 <= value < inf:
            raise ValueError("a number of at least 1")
        return Fraction(str(value))

    return Parameter(name, meaning, default, parse, "number")


def choice(name: str, meaning: str, options: Sequence[str], default: str | None = None) -> Parameter[str]:
    """One of a few words."""

    def parse(value: object) -> str:
        if not isinstance(value, str) or value not in options:
            raise ValueError(f"one of {', '.join(options)}")
        return value

    return Parameter(name, meaning, default, parse, " or ".join(options))


def pattern_map(name: str, meaning: str) -> Parameter[Mapping[str, re.Pattern[str]]]:
    """A mapping of names to regular expressions that whole values must match; empty until declared."""

    def parse(value: object) -> Mapping[str, re.Pattern[str]]:
        if not isinstance(value, dict) or not all(isinstance(k, str) and isinstance(v, str) for k, v in value.items()):
            raise ValueError("a mapping of names to regular expressions")
        try:
            return {key: re.compile(pattern) for key, pattern in value.items()}
        except re.error as error:
            raise ValueError(f"regular expressions: {error}") from error

    return Parameter(name, meaning, {}, parse, "mapping of names to regular expressions")
