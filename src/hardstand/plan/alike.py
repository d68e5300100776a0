"""Which lines of a text changed, for texts of a hundred thousand lines of which few did.

difflib looks at every pair of equal lines, and JSON has a great many. Here both texts are read side by side; where they
part, the nearest place is sought where they go on alike.
"""

import difflib
from collections.abc import Iterator, Sequence
from typing import Final

FEW: Final = 3
"""Lines that have to be equal for the texts to go on alike."""
MANY: Final = 10
"""The same where whole documents go, of which most begin with the same lines."""
_FARTHEST: Final = 200
"""Lines, of both texts together, that are looked at before difflib is asked."""

Stretch = tuple[int, int, int, int]
"""Lines that went, from and to; lines that came, from and to."""


def changes(before: Sequence[bytes], after: Sequence[bytes], lines: int = FEW) -> Iterator[Stretch]:
    """The stretches in which the two differ, in order; equal lines lie between any two of them.

    Where so many `lines` are equal, the texts are taken to go on alike.
    """
    at, there = 0, 0
    while at < len(before) or there < len(after):
        if at < len(before) and there < len(after) and before[at] == after[there]:
            at, there = at + 1, there + 1
            continue
        found = _meeting(before, after, at, there, lines)
        if found is None:
            yield from _by_difflib(before, after, (at, len(before)), (there, len(after)), autojunk=True)
            return
        yield from _by_difflib(before, after, (at, found[0]), (there, found[1]))
        at, there = found


def _meeting(
    before: Sequence[bytes], after: Sequence[bytes], at: int, there: int, lines: int
) -> tuple[int, int] | None:
    for total in range(1, _FARTHEST):
        for gone in range(total + 1):
            one, other = at + gone, there + total - gone
            if one <= len(before) and other <= len(after) and _alike(before, after, one, other, lines):
                return one, other
    return None


def _alike(before: Sequence[bytes], after: Sequence[bytes], one: int, other: int, lines: int) -> bool:
    left, right = before[one : one + lines], after[other : other + lines]
    return left == right and (bool(left) or (one, other) == (len(before), len(after)))


def _by_difflib(
    before: Sequence[bytes],
    after: Sequence[bytes],
    gone: tuple[int, int],
    came: tuple[int, int],
    *,
    autojunk: bool = False,
) -> Iterator[Stretch]:
    """The stretches between these lines: a line or two that stayed in the midst of changes are not told as changed."""
    (start, end), (new_start, new_end) = gone, came
    matcher = difflib.SequenceMatcher(None, before[start:end], after[new_start:new_end], autojunk=autojunk)
    for tag, low, high, new_low, new_high in matcher.get_opcodes():
        if tag != "equal":
            yield start + low, start + high, new_start + new_low, new_start + new_high
