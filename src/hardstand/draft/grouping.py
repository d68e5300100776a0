"""Many names as a few patterns, which a person reads and which fit none of the names that are meant to be elsewhere."""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from hardstand.baseline.globs import Glob
from hardstand.baseline.vocabulary import Vocabulary
from hardstand.draft.writing import exactly

FEW = 6
"""As many names are written one by one."""

_WORTH = 4
"""A pattern stands for at least so many names."""

_ENDS = 5
"""As many beginnings, and as many endings, of a name are looked at."""

_MOST = 40
"""As many candidates are tried against the names elsewhere; the best ones come first."""


class Group(NamedTuple):
    """A pattern, and the names that it stands for."""

    pattern: str
    names: Sequence[str]


def grouped(names: Collection[str], others: Collection[str]) -> list[Group]:
    """Patterns that together fit all of `names`; none that stands for several fits one of `others`."""
    left = sorted(names)
    found: list[Group] = []
    while len(left) > FEW:
        made = _best(left, others)
        if made is None:
            break
        found.append(made)
        taken = set(made.names)
        left = [one for one in left if one not in taken]
    return sorted([*found, *(Group(exactly(one), (one,)) for one in left)])


def _best(names: Sequence[str], others: Collection[str]) -> Group | None:
    """The pattern that stands for the most names; of equals, the one with more letters, which says more."""
    counts = Counter(pattern for one in names for pattern in _patterns(one))
    worth = [(count, pattern) for pattern, count in counts.items() if count >= _WORTH]
    worth.sort(key=lambda pair: (-pair[0], -len(pair[1].replace("[0-9]", "")), pair[1]))
    for _, pattern in worth[:_MOST]:
        glob = Glob.parse(pattern, Vocabulary({}))
        if not any(glob.fits(other) for other in others):
            return Group(pattern, [one for one in names if glob.fits(one)])
    return None


def _patterns(name: str) -> Iterator[str]:
    """`team-a-dev` is one of `team-*`, `team-a-*`, `*-dev`, `*-a-dev` and `team-*-dev`; `team7` is one of `team*`
    and `team[0-9]`."""
    ends = [found.end() for found in re.finditer(r"[-_.]+|(?<=[a-z])(?=[0-9]+$)", name) if 0 < found.end() < len(name)][
        :_ENDS
    ]
    starts = [found.start() for found in re.finditer(r"[-_.]+", name) if found.start() > 0][-_ENDS:]
    for end in ends:
        yield exactly(name[:end]) + "*"
    for start in starts:
        yield "*" + exactly(name[start:])
    digits = re.search(r"[0-9]{1,6}$", name)
    if digits and digits.start():
        yield exactly(name[: digits.start()]) + "[0-9]" * len(digits[0])
    if len(starts) > 1 and ends[0] < starts[-1]:
        yield exactly(name[: ends[0]]) + "*" + exactly(name[starts[-1] :])
