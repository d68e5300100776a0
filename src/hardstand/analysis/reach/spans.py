"""Sets of whole numbers as sorted spans: exact, however large the numbers are."""

from collections.abc import Iterable
from typing import TypeAlias

Span: TypeAlias = tuple[int, int]
"""The numbers from the first to the second, both among them."""
Spans: TypeAlias = tuple[Span, ...]
"""Sorted, without a number in two of them, and none begins where another ends: equal sets are equal tuples."""


def spans(parts: Iterable[Span]) -> Spans:
    """The set of all numbers in `parts`, which may overlap and stand in any order; an empty one (2, 1) holds none."""
    found: list[Span] = []
    for first, last in sorted(parts):
        if last < first:
            continue
        if found and first <= found[-1][1] + 1:
            if last > found[-1][1]:
                found[-1] = (found[-1][0], last)
        else:
            found.append((first, last))
    return tuple(found)


def union(one: Spans, other: Spans) -> Spans:
    """What is in either."""
    return spans((*one, *other))


def intersection(one: Spans, other: Spans) -> Spans:
    """What is in both."""
    found: list[Span] = []
    here = there = 0
    while here < len(one) and there < len(other):
        first, last = max(one[here][0], other[there][0]), min(one[here][1], other[there][1])
        if first <= last:
            found.append((first, last))
        if one[here][1] < other[there][1]:
            here += 1
        else:
            there += 1
    return tuple(found)


def difference(one: Spans, other: Spans) -> Spans:
    """What is in the first and not in the second."""
    found: list[Span] = []
    for first, last in one:
        at = first
        for begins, ends in other:
            if ends < at or begins > last:
                continue
            if begins > at:
                found.append((at, begins - 1))
            at = ends + 1
        if at <= last:
            found.append((at, last))
    return tuple(found)


def holds(one: Spans, number: int) -> bool:
    """Tell whether the number is in the set."""
    return any(first <= number <= last for first, last in one)


def pieces(whole: Span, sets: Iterable[Spans]) -> list[Span]:
    """The span in pieces, sorted, of which each lies in each of the sets as a whole or not at all."""
    begins = {whole[0]}
    for one in sets:
        for first, last in one:
            begins.update((first, last + 1))
    starts = sorted(start for start in begins if whole[0] <= start <= whole[1])
    return [(start, following - 1) for start, following in zip(starts, [*starts[1:], whole[1] + 1], strict=True)]
