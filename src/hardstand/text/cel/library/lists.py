"""Lists.

Sources: https://kubernetes.io/docs/reference/using-api/cel/#kubernetes-list-library and, from Kubernetes 1.35 on,
https://pkg.go.dev/github.com/google/cel-go/ext#Lists.
"""

from functools import cmp_to_key, reduce
from itertools import pairwise

from hardstand.text.cel.operators import add
from hardstand.text.cel.overloads import function
from hardstand.text.cel.values import EvaluationError, compare, equal, no_overload

EXTENDED, INCLUDES = 35, 38
"""Minor versions of Kubernetes 1.x that brought the extended library and `includes`: one above the version in
k8s.io/apiserver/pkg/cel/environment/base.go, since new expressions may use what the release before knew."""

_LONGEST_RANGE = 1_000_000
"""Items that lists.range() makes at most: far more than any manifest needs, and little memory."""


@function(0, "<list>.isSorted()")
def is_sorted(items: list[object]) -> bool:
    """Whether no item is greater than the next."""
    return all(compare(one, other) <= 0 for one, other in pairwise(items))


@function(0, "<list>.sum()")
def total(items: list[object]) -> object:
    """All numbers or durations together; 0 for none."""
    for item in items:
        if isinstance(item, bool | str | bytes | list):
            raise no_overload("sum()", items, item)
    return reduce(add, items) if items else 0


@function(0, "<list>.min()")
def least(items: list[object]) -> object:
    """The smallest item."""
    return _extreme(items, "min", 1)


@function(0, "<list>.max()")
def greatest(items: list[object]) -> object:
    """The greatest item."""
    return _extreme(items, "max", -1)


def _extreme(items: list[object], name: str, worse: int) -> object:
    if not items:
        raise EvaluationError(f"{name}() of an empty list")
    return reduce(lambda one, other: other if compare(one, other) == worse else one, items)


@function(0, "<list>.indexOf(dyn)")
def index_of(items: list[object], item: object) -> int:
    """Where an item first stands; -1 for nowhere."""
    return next((at for at, one in enumerate(items) if equal(one, item)), -1)


@function(0, "<list>.lastIndexOf(dyn)")
def last_index_of(items: list[object], item: object) -> int:
    """Where an item last stands; -1 for nowhere."""
    return next((at for at in range(len(items) - 1, -1, -1) if equal(items[at], item)), -1)


@function(INCLUDES, "<dyn>.includes(dyn)")
def includes(target: object, item: object) -> bool:
    """Whether a list holds an item, or is it."""
    return any(equal(one, item) for one in target) if isinstance(target, list) else equal(target, item)


@function(EXTENDED, "<list>.slice(int, int)")
def part(items: list[object], start: int, end: int) -> list[object]:
    """The items from one position up to another."""
    if not 0 <= start <= end <= len(items):
        raise EvaluationError("index out of range in slice()")
    return items[start:end]


@function(EXTENDED, "<list>.flatten()", "<list>.flatten(int)")
def flatten(items: list[object], depth: int = 1) -> list[object]:
    """With the items of the lists in it, so many levels deep."""
    if depth < 0:
        raise EvaluationError("the depth of flatten() is negative")
    made: list[object] = []
    for item in items:
        made.extend(flatten(item, depth - 1) if isinstance(item, list) and depth else [item])
    return made


@function(EXTENDED, "<list>.distinct()")
def distinct(items: list[object]) -> list[object]:
    """Each item once."""
    made: list[object] = []
    for item in items:
        if not any(equal(item, one) for one in made):
            made.append(item)
    return made


@function(EXTENDED, "<list>.reverse()")
def backwards(items: list[object]) -> list[object]:
    """Last item first."""
    return items[::-1]


@function(EXTENDED, "<list>.sort()")
def ordered(items: list[object]) -> list[object]:
    """The items in order."""
    for item in items:
        compare(item, items[0])
    return sorted(items, key=cmp_to_key(compare))


@function(EXTENDED, "lists.range(int)")
def numbers(count: int) -> list[object]:
    """0, 1, 2 and so on."""
    if count > _LONGEST_RANGE:
        raise EvaluationError(f"lists.range() makes at most {_LONGEST_RANGE} items")
    return list(range(count))
