"""Amounts of resources as numbers.

Source: https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
"""

import re
from fractions import Fraction
from functools import lru_cache

from hardstand.inventory.views.base import View

_NUMBER = re.compile(
    r"([+-]?(?:[0-9]{1,40}(?:\.[0-9]{0,40})?|\.[0-9]{1,40}))(?:([numkMGTPE]|[KMGTPE]i)|[eE]([+-]?[0-9]{1,3}))?"
)
_DECIMAL = {"n": -9, "u": -6, "m": -3, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_BINARY = {"Ki": 10, "Mi": 20, "Gi": 30, "Ti": 40, "Pi": 50, "Ei": 60}


@lru_cache(maxsize=4_096)
def quantity(text: str) -> Fraction | None:
    """The number that `text` stands for, or None when it is no quantity."""
    found = _NUMBER.fullmatch(text)
    if not found:
        return None
    number, suffix, exponent = found.groups()
    if suffix in _BINARY:
        return Fraction(number) * (1 << _BINARY[suffix])
    return Fraction(number) * Fraction(f"1e{_DECIMAL[suffix] if suffix else exponent or 0}")


def amount(view: View, key: str) -> Fraction | None:
    """The amount at `key` of a view; None when it is missing or empty, MalformedFieldError when it is no quantity."""
    found = view.data.get(key)
    if found is None or found == "":
        return None
    if isinstance(found, bool) or not isinstance(found, str | int | float):
        raise view.malformed("a quantity such as 512Mi or 250m", key)
    number = quantity(str(found))
    if number is None:
        raise view.malformed("a quantity such as 512Mi or 250m", key)
    return number
