"""Amounts of resources.

Source: https://kubernetes.io/docs/reference/using-api/cel/#kubernetes-quantity-library. An amount is held
as https://pkg.go.dev/k8s.io/apimachinery/pkg/api/resource#Quantity holds it, since `isInteger` shows it: as a 64-bit
number times a power of ten, where `1000m` is no integer though `1` is; or, when that is too small, exactly.
"""

import re
from dataclasses import dataclass, field
from fractions import Fraction
from math import inf
from typing import ClassVar

from hardstand.text.cel.overloads import function
from hardstand.text.cel.values import INT_MAX, INT_MIN, EvaluationError

SINCE = 29
"""The minor version of Kubernetes that brought the library."""

_TEXT = re.compile(r"([+-]?)0*((?:[1-9][0-9]*)?)(?:\.([0-9]*))?((?:[eEinumkKMGTP]+[+-]?[0-9]*)?)", re.ASCII)
"""No digit can be read in two ways: a long row of them must not be tried in each."""
_EXPONENT = re.compile(r"[eE]([+-]?[0-9]+)", re.ASCII)
_DECIMAL = {"n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_BINARY = {"Ki": 10, "Mi": 20, "Gi": 30, "Ti": 40, "Pi": 50, "Ei": 60}
_NANO = -9
_MOST_DIGITS, _GREATEST_EXPONENT = 1000, 1000
"""Beyond these an amount is not worked with: it would take memory, and no resource has it."""


@dataclass(frozen=True, slots=True, eq=False)
class Quantity:
    """An amount. `scale` is the power of ten that it is a 64-bit multiple of, or None when it is held exactly."""

    kind: ClassVar[str] = "quantity"
    amount: Fraction
    scale: int | None = field(default=None)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Quantity) and self.amount == other.amount

    def __hash__(self) -> int:
        return hash(self.amount)


def _parsed(text: str) -> Quantity | None:
    found = _TEXT.fullmatch(text) if text else None
    if found is None:
        return None
    if len(text) > _MOST_DIGITS:
        raise EvaluationError("the quantity has too many digits")
    sign, whole, fraction, suffix = found.groups()
    if suffix in _BINARY:
        return _binary(sign, whole or "0", fraction or "", _BINARY[suffix])
    exponent = _DECIMAL.get(suffix)
    if exponent is None:
        number = _EXPONENT.fullmatch(suffix)
        if number is None:
            return None
        exponent = int(number[1])
        if abs(exponent) > _GREATEST_EXPONENT:
            raise EvaluationError("the quantity's exponent is too great")
    return _decimal(sign, whole or "0", fraction or "", exponent)


def _decimal(sign: str, whole: str, fraction: str, exponent: int) -> Quantity:
    scale = exponent - len(fraction)
    amount = int(sign + whole + fraction) * Fraction(10) ** scale
    if len(whole) + len(fraction) <= 18 and scale >= _NANO:
        return Quantity(amount, scale)
    return Quantity(_rounded(amount))


def _binary(sign: str, whole: str, fraction: str, exponent: int) -> Quantity:
    amount = Fraction(int(sign + whole + fraction), 10 ** len(fraction)) * (1 << exponent)
    digits = 15 - len(whole) - exponent * 3 // 10 - 1
    if not fraction and digits >= 0 and INT_MIN <= amount <= INT_MAX:
        return Quantity(amount, 0)
    amount = _rounded(amount)
    return Quantity(max(-Fraction(INT_MAX), min(amount, Fraction(INT_MAX))))


def _rounded(amount: Fraction) -> Fraction:
    """To billionths, away from zero: who asks for something gets something."""
    nano = amount * 10**9
    whole = -(-abs(nano).numerator // nano.denominator)
    return Fraction(whole if amount > 0 else -whole, 10**9)


@function(SINCE, "isQuantity(string)")
def is_quantity(text: str) -> bool:
    """Whether a string is an amount."""
    return _parsed(text) is not None


@function(SINCE, "quantity(string)")
def quantity(text: str) -> Quantity:
    """The amount that a string spells."""
    found = _parsed(text)
    if found is None:
        raise EvaluationError("the string is no quantity, such as 500m or 1Gi")
    return found


@function(SINCE, "sign(quantity)")
def sign(value: Quantity) -> int:
    """1, 0 or -1."""
    return (value.amount > 0) - (value.amount < 0)


def _integer(value: Quantity) -> int | None:
    if value.scale is None or value.scale < 0 or not INT_MIN <= value.amount <= INT_MAX:
        return None
    return int(value.amount)


@function(SINCE, "<quantity>.isInteger()")
def is_integer(value: Quantity) -> bool:
    """Whether `asInteger` gives an answer."""
    return _integer(value) is not None


@function(SINCE, "<quantity>.asInteger()")
def as_integer(value: Quantity) -> int:
    """The amount as a whole number."""
    found = _integer(value)
    if found is None:
        raise EvaluationError("the quantity is not held as an integer")
    return found


@function(SINCE, "<quantity>.asApproximateFloat()")
def as_approximate_float(value: Quantity) -> float:
    """The amount as a double."""
    try:
        return float(value.amount)
    except OverflowError:
        return inf if value.amount > 0 else -inf


@function(SINCE, "<quantity>.add(quantity)")
def add(value: Quantity, other: Quantity) -> Quantity:
    """Both together."""
    amount = value.amount + other.amount
    if not other.amount and other.scale is not None and value.scale is not None:
        return value
    if not value.amount and other.scale is not None and value.scale is not None:
        return other
    if value.scale is None or other.scale is None:
        return Quantity(amount)
    scale = min(value.scale, other.scale)
    numbers = [one * Fraction(10) ** -scale for one in (value.amount, other.amount, amount)]
    return Quantity(amount, scale if all(INT_MIN <= one <= INT_MAX for one in numbers) else None)


@function(SINCE, "<quantity>.add(int)")
def add_int(value: Quantity, other: int) -> Quantity:
    """The amount and a whole number."""
    return add(value, Quantity(Fraction(other), 0))


@function(SINCE, "<quantity>.sub(quantity)")
def subtract(value: Quantity, other: Quantity) -> Quantity:
    """The amount without the other."""
    return add(value, Quantity(-other.amount, other.scale))


@function(SINCE, "<quantity>.sub(int)")
def subtract_int(value: Quantity, other: int) -> Quantity:
    """The amount without a whole number."""
    return add(value, Quantity(Fraction(-other), 0))


@function(SINCE, "<quantity>.compareTo(quantity)")
def compare_to(value: Quantity, other: Quantity) -> int:
    """-1, 0 or 1."""
    return (value.amount > other.amount) - (value.amount < other.amount)


@function(SINCE, "<quantity>.isGreaterThan(quantity)")
def is_greater_than(value: Quantity, other: Quantity) -> bool:
    """Whether it is more."""
    return value.amount > other.amount


@function(SINCE, "<quantity>.isLessThan(quantity)")
def is_less_than(value: Quantity, other: Quantity) -> bool:
    """Whether it is less."""
    return value.amount < other.amount
