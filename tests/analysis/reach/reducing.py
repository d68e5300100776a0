"""Make an estate about which two judges disagree as small as it can be, so that a person sees what it is about."""

import copy
from collections.abc import Callable, Iterator
from typing import Any

from tests.analysis.reach.random_estates import Manifest

KEPT = frozenset(
    {
        *("apiVersion", "kind", "metadata", "name", "namespace", "spec", "template", "selector", "containers"),
        *("containerPort", "cidr", "operator", "key", "values", "image", "subject", "action", "tier", "priority"),
        *("tcp", "udp", "sctp", "destinationPort", "number", "range", "start", "end", "portNumber", "portRange"),
        *("podSelector", "namespaceSelector", "namespaces", "pods", "nodes", "ipBlock", "status", "addresses"),
    }
)
"""What the API needs where it stands, or what would mean something else entirely without it."""

FILLED = frozenset({"containers", "values", "networks", "addresses", "protocols", "ports", "from", "to"})
"""Lists that must hold something where they are there, or say nothing that their absence does not."""


def reduced(objects: list[Manifest], still: Callable[[list[Manifest]], bool]) -> list[Manifest]:
    """The smallest estate that is found by leaving out one thing after another while `still` holds of the rest."""
    assert still(objects)
    found = objects
    smaller = True
    while smaller:
        smaller = False
        for candidate in _without_one(found):
            if still(candidate):
                found, smaller = candidate, True
                break
    return found


def _without_one(objects: list[Manifest]) -> Iterator[list[Manifest]]:
    """The estate without each of its parts in turn, the largest first."""
    for path in sorted(_parts(objects, ()), key=len):
        copied = copy.deepcopy(objects)
        holder: Any = copied
        for step in path[:-1]:
            holder = holder[step]
        del holder[path[-1]]
        yield copied


def _parts(value: Any, path: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    """The paths of all that may be left out: list items, and keys that no API needs."""
    if isinstance(value, list):
        for number, one in enumerate(value):
            if len(value) > 1 or not path or path[-1] not in FILLED:
                yield (*path, number)
            yield from _parts(one, (*path, number))
    elif isinstance(value, dict):
        for key, one in value.items():
            if key not in KEPT:
                yield (*path, key)
            yield from _parts(one, (*path, key))
