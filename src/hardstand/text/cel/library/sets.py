"""Lists taken as sets. Source: https://pkg.go.dev/github.com/google/cel-go/ext#Sets."""

from hardstand.text.cel.overloads import function
from hardstand.text.cel.values import equal

SINCE = 30
"""The minor version of Kubernetes that brought the library."""


def _holds(items: list[object], item: object) -> bool:
    return any(equal(one, item) for one in items)


@function(SINCE, "sets.contains(list, list)")
def contains(items: list[object], others: list[object]) -> bool:
    """Whether the first list holds all items of the second."""
    return all(_holds(items, other) for other in others)


@function(SINCE, "sets.equivalent(list, list)")
def equivalent(items: list[object], others: list[object]) -> bool:
    """Whether each list holds all items of the other."""
    return contains(items, others) and contains(others, items)


@function(SINCE, "sets.intersects(list, list)")
def intersects(items: list[object], others: list[object]) -> bool:
    """Whether some item is in both lists."""
    return any(_holds(items, other) for other in others)
