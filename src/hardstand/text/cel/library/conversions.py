"""Turning values into others, and the sizes of things.

Source: https://github.com/google/cel-spec/blob/master/doc/langdef.md#list-of-standard-definitions.
"""

import re
from decimal import Decimal
from math import isinf, isnan

from hardstand.text.cel.overloads import function
from hardstand.text.cel.scope import TYPES
from hardstand.text.cel.values import (
    TYPE_NAMES,
    Duration,
    EvaluationError,
    Timestamp,
    Type,
    UInt,
    checked_int,
    checked_uint,
    kind_of,
)

_TRUE, _FALSE = {"1", "t", "T", "true", "TRUE", "True"}, {"0", "f", "F", "false", "FALSE", "False"}
_WHOLE = re.compile(r"[+-]?[0-9]+")
_DOUBLE = re.compile(
    r"[+-]?(?:[0-9]+\.?[0-9]*(?:[eE][+-]?[0-9]+)?|\.[0-9]+(?:[eE][+-]?[0-9]+)?|inf(?:inity)?|nan)", re.IGNORECASE
)


@function(0, "dyn(dyn)", "int(int)", "uint(uint)", "double(double)", "bool(bool)", "string(string)", "bytes(bytes)")
@function(0, "timestamp(timestamp)", "duration(duration)")
def same(value: object) -> object:
    """The value itself."""
    return value


@function(0, "type(dyn)")
def type_of(value: object) -> Type:
    """The type of a value."""
    return TYPES[TYPE_NAMES[kind_of(value)]]


@function(0, "size(string)", "size(bytes)", "size(list)", "size(map)")
@function(0, "<string>.size()", "<bytes>.size()", "<list>.size()", "<map>.size()")
def size(value: str) -> int:
    """Characters (code points), bytes, items or entries."""
    return len(value)


@function(0, "int(uint)")
def int_of_uint(value: int) -> int:
    """A signed integer."""
    return checked_int(int(value))


@function(0, "int(double)")
def int_of_double(value: float) -> int:
    """A whole number, cut towards zero."""
    if isnan(value) or isinf(value) or not -(2.0**63) < value < 2.0**63:
        raise EvaluationError("integer overflow")
    return int(value)


@function(0, "int(string)")
def int_of_string(value: str) -> int:
    """A decimal number."""
    if len(value) > 40 or not _WHOLE.fullmatch(value):
        raise EvaluationError("the string is no integer")
    return checked_int(int(value))


@function(0, "int(timestamp)", "int(duration)")
def int_of_time(value: Timestamp | Duration) -> int:
    """Seconds since 1970; nanoseconds of a duration."""
    return value.nanoseconds // 10**9 if isinstance(value, Timestamp) else value.nanoseconds


@function(0, "uint(int)")
def uint_of_int(value: int) -> UInt:
    """An unsigned integer."""
    return checked_uint(value)


@function(0, "uint(double)")
def uint_of_double(value: float) -> UInt:
    """An unsigned whole number, cut towards zero."""
    if isnan(value) or not 0 <= value < 2.0**64:
        raise EvaluationError("unsigned integer overflow")
    return UInt(int(value))


@function(0, "uint(string)")
def uint_of_string(value: str) -> UInt:
    """A decimal number without a sign."""
    if len(value) > 40 or not re.fullmatch("[0-9]+", value):
        raise EvaluationError("the string is no unsigned integer")
    return checked_uint(int(value))


@function(0, "double(int)", "double(uint)")
def double_of_whole(value: int) -> float:
    """A double."""
    return float(value)


@function(0, "double(string)")
def double_of_string(value: str) -> float:
    """The number that the string spells."""
    if len(value) > 400 or not _DOUBLE.fullmatch(value):
        raise EvaluationError("the string is no number")
    return float(value)


@function(0, "bool(string)")
def bool_of_string(value: str) -> bool:
    """True or false, as Go's strconv.ParseBool spells them."""
    if value not in _TRUE | _FALSE:
        raise EvaluationError("the string is neither true nor false")
    return value in _TRUE


@function(0, "string(int)", "string(uint)")
def string_of_whole(value: int) -> str:
    """In decimal digits."""
    return str(int(value))


@function(0, "string(bool)")
def string_of_bool(value: bool) -> str:
    """`true` or `false`."""
    return "true" if value else "false"


@function(0, "string(double)")
def string_of_double(value: float) -> str:
    """As Go's strconv.FormatFloat(value, 'g', -1, 64) writes it: an exponent from a million on and below 0.0001."""
    if isnan(value) or isinf(value):
        return "NaN" if isnan(value) else "+Inf" if value > 0 else "-Inf"
    sign, digits, exponent = Decimal(repr(value)).as_tuple()
    text = "".join(map(str, digits)).rstrip("0") or "0"
    point = len(digits) + int(exponent) if value else 1
    minus = "-" if sign else ""
    if value and not -4 < point <= 6:
        fraction = f".{text[1:]}" if len(text) > 1 else ""
        return f"{minus}{text[0]}{fraction}e{point - 1:+03d}"
    if point <= 0:
        return f"{minus}0.{'0' * -point}{text}"
    whole = text[:point].ljust(point, "0")
    return f"{minus}{whole}.{text[point:]}" if text[point:] else f"{minus}{whole}"


@function(0, "string(bytes)")
def string_of_bytes(value: bytes) -> str:
    """Bytes read as UTF-8."""
    try:
        return value.decode()
    except UnicodeDecodeError:
        raise EvaluationError("the bytes are not UTF-8") from None


@function(0, "bytes(string)")
def bytes_of_string(value: str) -> bytes:
    """The string in UTF-8."""
    return value.encode("utf-8", "surrogatepass")
