"""What the operators do. Source: https://github.com/google/cel-spec/blob/master/doc/langdef.md#operators."""

from collections.abc import Callable, Mapping
from math import inf, nan

from hardstand.text.cel.values import (
    Duration,
    EvaluationError,
    Timestamp,
    UInt,
    checked_int,
    checked_uint,
    compare,
    equal,
    find,
    kind_of,
    no_overload,
)

Operator = Callable[[object, object], object]

_TIME_MIN, _TIME_MAX = -62_135_596_800 * 10**9, 253_402_300_800 * 10**9 - 1
"""The years 1 to 9999, which is what a timestamp may be."""


def timestamp(nanoseconds: int) -> Timestamp:
    """A moment within the years 1 to 9999; EvaluationError for any other."""
    if not _TIME_MIN <= nanoseconds <= _TIME_MAX:
        raise EvaluationError("timestamp out of range")
    return Timestamp(nanoseconds)


def add(left: object, right: object) -> object:
    """`left + right`."""
    kinds = kind_of(left), kind_of(right)
    match kinds:
        case ("int", "int"):
            return checked_int(left + right)  # type: ignore[operator]
        case ("string", "string") | ("double", "double") | ("list", "list") | ("bytes", "bytes"):
            return left + right  # type: ignore[operator]
        case ("uint", "uint"):
            return checked_uint(int(left) + int(right))  # type: ignore[call-overload]
    return _add_time(left, right)


def _add_time(left: object, right: object) -> object:
    if isinstance(left, Duration) and isinstance(right, Duration):
        return Duration(checked_int(left.nanoseconds + right.nanoseconds))
    if (
        isinstance(left, Timestamp | Duration)
        and isinstance(right, Timestamp | Duration)
        and type(left) is not type(right)
    ):
        return timestamp(left.nanoseconds + right.nanoseconds)
    raise no_overload("`+`", left, right)


def subtract(left: object, right: object) -> object:
    """`left - right`."""
    match kind_of(left), kind_of(right):
        case ("int", "int"):
            return checked_int(left - right)  # type: ignore[operator]
        case ("double", "double"):
            return left - right  # type: ignore[operator]
        case ("uint", "uint"):
            return checked_uint(int(left) - int(right))  # type: ignore[call-overload]
        case ("timestamp", "timestamp") | ("duration", "duration"):
            return Duration(checked_int(left.nanoseconds - right.nanoseconds))  # type: ignore[attr-defined]
        case ("timestamp", "duration"):
            return timestamp(left.nanoseconds - right.nanoseconds)  # type: ignore[attr-defined]
    raise no_overload("`-`", left, right)


def multiply(left: object, right: object) -> object:
    """`left * right`."""
    match kind_of(left), kind_of(right):
        case ("int", "int"):
            return checked_int(left * right)  # type: ignore[operator]
        case ("double", "double"):
            return left * right  # type: ignore[operator]
        case ("uint", "uint"):
            return checked_uint(int(left) * int(right))  # type: ignore[call-overload]
    raise no_overload("`*`", left, right)


def divide(left: object, right: object) -> object:
    """`left / right`; whole numbers are cut towards zero."""
    match kind_of(left), kind_of(right):
        case ("int", "int") | ("uint", "uint"):
            whole = _quotient(int(left), int(right))  # type: ignore[call-overload]
            return checked_uint(whole) if isinstance(left, UInt) else checked_int(whole)
        case ("double", "double"):
            return _ratio(left, right)  # type: ignore[arg-type]
    raise no_overload("`/`", left, right)


def _quotient(left: int, right: int) -> int:
    if right == 0:
        raise EvaluationError("division by zero")
    whole = abs(left) // abs(right)
    return whole if (left < 0) == (right < 0) else -whole


def _ratio(left: float, right: float) -> float:
    """As IEEE 754 has it, where Python raises."""
    if right:
        return left / right
    same = str(left)[:1] != "-" if str(right)[:1] != "-" else str(left)[:1] == "-"
    return nan if left == 0 or left != left else inf if same else -inf


def remainder(left: object, right: object) -> object:
    """`left % right`; the sign is the left one's."""
    match kind_of(left), kind_of(right):
        case ("int", "int") | ("uint", "uint"):
            one, other = int(left), int(right)  # type: ignore[call-overload]
            if other == 0:
                raise EvaluationError("modulus by zero")
            rest = one - other * _quotient(one, other)
            return UInt(rest) if isinstance(left, UInt) else rest
    raise no_overload("`%`", left, right)


def negate(value: object) -> object:
    """`-value`."""
    if type(value) is int:
        return checked_int(-value)
    if type(value) is float:
        return -value
    raise no_overload("`-`", value)


def invert(value: object) -> bool:
    """`!value`."""
    if value is True or value is False:
        return not value
    raise no_overload("`!`", value)


def contained(left: object, right: object) -> bool:
    """`left in right`: an item of a list or a key of a map."""
    if isinstance(right, list):
        return any(equal(left, item) for item in right)
    if isinstance(right, dict):
        return find(right, left) is not None
    raise no_overload("`in`", left, right)


OPERATORS: Mapping[str, Operator] = {
    "+": add,
    "-": subtract,
    "*": multiply,
    "/": divide,
    "%": remainder,
    "==": equal,
    "!=": lambda left, right: not equal(left, right),
    "<": lambda left, right: compare(left, right) < 0,
    "<=": lambda left, right: compare(left, right) <= 0,
    ">": lambda left, right: compare(left, right) > 0,
    ">=": lambda left, right: compare(left, right) >= 0,
    "in": contained,
}
"""The operators that evaluate both sides; `&&`, `||` and `?:` do not."""
