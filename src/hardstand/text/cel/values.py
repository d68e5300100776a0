"""Values of expressions: what JSON has is itself, the rest has classes here.

Kinds are short names: `int` is a Python int that is no bool, `map` a dict, `string` a str. Objects come without a
schema, as in ValidatingAdmissionPolicy: a whole number is an int, any other number a double, a time is a string.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isnan
from typing import Any, ClassVar

INT_MIN, INT_MAX, UINT_MAX = -(1 << 63), (1 << 63) - 1, (1 << 64) - 1


class EvaluationError(Exception):
    """An expression has no value for this input. The message names fields and types, and never a value of the input."""


class UInt(int):
    """An unsigned integer, which is another type than int."""

    __slots__ = ()


@dataclass(frozen=True, slots=True, order=True)
class Timestamp:
    """A moment, in nanoseconds since 1970."""

    kind: ClassVar[str] = "timestamp"
    nanoseconds: int


@dataclass(frozen=True, slots=True, order=True)
class Duration:
    """A length of time, in nanoseconds."""

    kind: ClassVar[str] = "duration"
    nanoseconds: int


@dataclass(frozen=True, slots=True)
class Type:
    """The type of a value, as `type(x)` gives it."""

    kind: ClassVar[str] = "type"
    name: str


@dataclass(frozen=True, slots=True)
class Optional:
    """A value that may be missing."""

    kind: ClassVar[str] = "optional"
    value: object = None
    exists: bool = False


NONE = Optional()

_KINDS: Mapping[type, str] = {
    str: "string",
    int: "int",
    bool: "bool",
    dict: "map",
    list: "list",
    float: "double",
    type(None): "null",
    bytes: "bytes",
    UInt: "uint",
}
TYPE_NAMES: Mapping[str, str] = {
    **{kind: kind for kind in ("string", "int", "bool", "map", "list", "double", "bytes", "uint", "type")},
    "null": "null_type",
    "timestamp": "google.protobuf.Timestamp",
    "duration": "google.protobuf.Duration",
    "optional": "optional_type",
    "quantity": "kubernetes.Quantity",
    "url": "kubernetes.URL",
    "ip": "net.IP",
    "cidr": "net.CIDR",
    "semver": "kubernetes.Semver",
    "format": "kubernetes.NamedFormat",
}
"""What `type(x)` is called, by kind."""

NUMBERS = frozenset({"int", "uint", "double"})
ORDERED = NUMBERS | {"string", "bool", "bytes", "timestamp", "duration"}


def kind_of(value: object) -> str:
    """The kind of a value."""
    found = _KINDS.get(type(value))
    if found is None:
        kind: str = value.kind  # type: ignore[attr-defined]  # Every class of a value that JSON lacks names its kind.
        return kind
    return found


def no_overload(what: str, *values: object) -> EvaluationError:
    """The error that says that an operator or function does not take values of these kinds."""
    return EvaluationError(f"no such overload: {what} of {', '.join(kind_of(value) for value in values)}")


def equal(left: object, right: object) -> bool:
    """Equality: numbers compare across their types, and values of different kinds are simply not equal."""
    one, other = kind_of(left), kind_of(right)
    if one != other:
        return one in NUMBERS and other in NUMBERS and left == right
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(equal, left, right))
    if isinstance(left, dict) and isinstance(right, dict):
        return len(left) == len(right) and all(
            (found := find(right, key)) is not None and equal(value, found[0]) for key, value in left.items()
        )
    if isinstance(left, Optional) and isinstance(right, Optional):
        return left.exists == right.exists and equal(left.value, right.value)
    return left == right


def compare(left: object, right: object) -> int:
    """-1, 0 or 1. EvaluationError where there is no order between the kinds."""
    one, other = kind_of(left), kind_of(right)
    if one not in ORDERED or (one != other and not (one in NUMBERS and other in NUMBERS)):
        raise no_overload("comparison", left, right)
    if any(isinstance(value, float) and isnan(value) for value in (left, right)):
        raise EvaluationError("NaN values cannot be ordered")
    return _ordered(left, right)


def _ordered(left: Any, right: Any) -> int:
    """The order of two values that are of one ordered kind, or numbers."""
    return int(left > right) - int(left < right)


def find(mapping: Mapping[object, object], key: object) -> tuple[object] | None:
    """The value at a key, in a tuple since it may be null; None when there is no such key."""
    if type(key) is str:
        return (mapping[key],) if key in mapping else None
    for one, value in mapping.items():  # Python takes True and 1 for one key; CEL does not, and takes 1 and 1u for one.
        if one.__class__ is not str and equal(one, key):
            return (value,)
    return None


def zero(value: object) -> bool:
    """Tell whether a value is the empty one of its kind."""
    if isinstance(value, Timestamp | Duration):
        return value.nanoseconds == 0
    if isinstance(value, Optional):
        return not value.exists
    return value is None or (isinstance(value, str | int | float | bytes | list | dict) and not value)


def checked_int(value: int) -> int:
    """An int that 64 bits hold, or EvaluationError."""
    if INT_MIN <= value <= INT_MAX:
        return value
    raise EvaluationError("integer overflow")


def checked_uint(value: int) -> UInt:
    """An unsigned int that 64 bits hold, or EvaluationError."""
    if 0 <= value <= UINT_MAX:
        return UInt(value)
    raise EvaluationError("unsigned integer overflow")
