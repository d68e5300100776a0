"""Many objects in few words: those that only their namespaces tell apart are named once, with where they are."""

from collections.abc import Iterable, Sequence

from hardstand.model.finding import ObjectRef
from hardstand.model.kind import group_of

_NAMESPACES = 3
"""How many namespaces are told of objects of one name."""


def named(objects: Iterable[ObjectRef], shown: int) -> str:
    """`ServiceAccount default in 250 namespaces: a, b, c and 247 more; Job a/x`, and how many others there are.

    At most `shown` names are told, first those that stand for most objects, then in the order that they came in;
    namespaces stand by name.
    """
    groups = sorted(_groups(objects), key=len, reverse=True)
    left = sum(map(len, groups[shown:]))
    parts = [_together(one) for one in groups[:shown]]
    if all(len(one) == 1 for one in groups):
        return ", ".join(parts) + (f" and {left} more" if left else "")
    # A comma would read as one more namespace.
    others = [f"and {left} other {'object' if left == 1 else 'objects'}"] if left else []
    return "; ".join([*parts, *others])


def spread(objects: Iterable[ObjectRef]) -> bool:
    """Tell whether there are objects that only their namespaces tell apart."""
    return any(len(one) > 1 for one in _groups(objects))


def _groups(objects: Iterable[ObjectRef]) -> Iterable[Sequence[ObjectRef]]:
    # The API group is part of what an object is: a Service of Knative is not the Service of the same name.
    groups: dict[tuple[str, str, str, bool], dict[str | None, ObjectRef]] = {}
    for one in objects:
        key = group_of(one.api_version), one.kind, one.name, one.namespace is None
        groups.setdefault(key, {}).setdefault(one.namespace, one)
    return [list(one.values()) for one in groups.values()]


def _together(group: Sequence[ObjectRef]) -> str:
    first = group[0]
    if len(group) == 1:
        return str(first)
    left = len(group) - _NAMESPACES
    homes = sorted(str(one.namespace) for one in group)
    names = ", ".join(homes[:_NAMESPACES]) + (f" and {left} more" if left > 0 else "")
    return f"{first.kind} {first.name} in {len(group)} namespaces: {names}"
