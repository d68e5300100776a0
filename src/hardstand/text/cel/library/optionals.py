"""Values that may be missing. Source: https://pkg.go.dev/github.com/google/cel-go/cel#OptionalTypes.

`or` and `orValue` are registered here for their names; the compiler sees to it that they look no further than needed.
"""

from hardstand.text.cel.overloads import function
from hardstand.text.cel.scope import OPTIONALS
from hardstand.text.cel.values import NONE, EvaluationError, Optional, no_overload, zero

ENDS = 34
"""The minor version of Kubernetes 1.x whose cel-go brought first, last and unwrapping."""


@function(OPTIONALS, "optional.of(dyn)")
def of(value: object) -> Optional:
    """An optional with this value."""
    return Optional(value, exists=True)


@function(OPTIONALS, "optional.ofNonZeroValue(dyn)")
def of_non_zero(value: object) -> Optional:
    """An optional with this value, unless it is the empty one of its type."""
    return NONE if zero(value) else Optional(value, exists=True)


@function(OPTIONALS, "optional.none()")
def none() -> Optional:
    """An optional without a value."""
    return NONE


@function(OPTIONALS, "<optional>.hasValue()")
def has_value(value: Optional) -> bool:
    """Whether there is a value."""
    return value.exists


@function(OPTIONALS, "<optional>.value()")
def value_of(value: Optional) -> object:
    """The value, which must be there."""
    if not value.exists:
        raise EvaluationError("value() of an optional without one")
    return value.value


@function(OPTIONALS, "<optional>.or(optional)")
def first_of(value: Optional, other: Optional) -> Optional:
    """The first of two that has a value."""
    return value if value.exists else other


@function(OPTIONALS, "<optional>.orValue(dyn)")
def value_or(value: Optional, other: object) -> object:
    """The value, or another where there is none."""
    return value.value if value.exists else other


@function(ENDS, "<list>.first()")
def first(items: list[object]) -> Optional:
    """The first item."""
    return Optional(items[0], exists=True) if items else NONE


@function(ENDS, "<list>.last()")
def last(items: list[object]) -> Optional:
    """The last item."""
    return Optional(items[-1], exists=True) if items else NONE


@function(ENDS, "optional.unwrap(list)", "<list>.unwrapOpt()")
def unwrap(items: list[object]) -> list[object]:
    """The values of those that have one."""
    for item in items:
        if not isinstance(item, Optional):
            raise no_overload("unwrapping", item)
    return [item.value for item in items if isinstance(item, Optional) and item.exists]
