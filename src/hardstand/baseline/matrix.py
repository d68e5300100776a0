"""The matrix from factors to a tier: what it gives, and where one gives less than another.

A row asks for one regime at a time, so that each can be looked at by itself: every one that is named, one that nobody
names, and for each pattern one that fits it and no other. Regimes for which the same rows count are looked at once.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Literal

from hardstand.baseline.classes import Regime, TierRule
from hardstand.model.tier import Data, Exposure, Privilege, Tier

_ANY = "*"
_Sample = tuple[Literal["", "any other regime", "a regime like ", "regime"], str]
"""A regime to look at: none, one that nobody names, one that fits a pattern and no other, or the one of this name."""


def tier_by(
    matrix: Sequence[TierRule], data: Data, exposure: Exposure, privilege: Privilege, compliance: frozenset[str]
) -> tuple[Tier, TierRule | None]:
    """The tier of a workload with these factors, and the row that gives it; none of them gives the lowest."""
    best: tuple[Tier, TierRule | None] = (Tier.LOW, None)
    for row in matrix:
        if (best[1] is None or row.tier > best[0]) and row.fits(data, exposure, privilege, compliance):
            best = (row.tier, row)
    return best


@dataclass(frozen=True, slots=True)
class Lowered:
    """Factors for which one matrix gives a lower tier than another, and the rows that give them."""

    factors: str
    old: Tier
    new: Tier
    old_row: TierRule | None
    new_row: TierRule | None


def lowered(before: Sequence[TierRule], now: Sequence[TierRule]) -> Lowered | None:
    """The first factors for which a matrix gives a lower tier than the one before; None where there are none."""
    if tuple(before) == tuple(now):
        return None
    distinct = list(_distinct(before, now))
    for data, exposure, privilege, (regime, old_rows, new_rows) in product(Data, Exposure, Privilege, distinct):
        old, old_row = tier_by(old_rows, data, exposure, privilege, frozenset())
        new, new_row = tier_by(new_rows, data, exposure, privilege, frozenset())
        if new < old:
            words = ", ".join([data.word, exposure.word, privilege.word, *([regime] if regime else [])])
            return Lowered(words, old, new, old_row, new_row)
    return None


def differ(rows: Sequence[TierRule], low: Data, high: Data) -> bool:
    """Tell whether the matrix ever gives less for the lower sensitivity of data."""
    for _, counting, _ in _distinct(rows, rows):
        for exposure, privilege in product(Exposure, Privilege):
            less = tier_by(counting, low, exposure, privilege, frozenset())[0]
            if less < tier_by(counting, high, exposure, privilege, frozenset())[0]:
                return True
    return False


def _distinct(
    before: Sequence[TierRule], now: Sequence[TierRule]
) -> Iterator[tuple[str, Sequence[TierRule], Sequence[TierRule]]]:
    """Each regime with the rows of two matrices that count for it, without their regimes.

    Of regimes for which the same counts, the first; what counts is told by what the rows ask for and give.
    """
    old, new = _Counting(before), _Counting(now)
    seen = set[tuple[frozenset[TierRule], ...]]()
    for regime in _regimes([*before, *now]):
        counting = old.rows(regime), new.rows(regime)
        key = tuple(frozenset(rows) for rows in counting)
        if key not in seen:
            seen.add(key)
            yield regime[1] if regime[0] == "regime" else "".join(regime), *counting


def _regimes(rows: Sequence[TierRule]) -> list[_Sample]:
    globs = sorted({glob for row in rows for glob in row.compliance}, key=str)
    named: list[_Sample] = [("regime" if glob.literal else "a regime like ", str(glob)) for glob in globs]
    return [("", ""), ("any other regime", ""), *named]


class _Counting:
    """The rows of one matrix, asked for those that count for a regime for certain."""

    def __init__(self, rows: Sequence[TierRule]) -> None:
        self._rows = rows
        self._always = [at for at, row in enumerate(rows) if not row.compliance]
        self._spelt: dict[str, list[int]] = {}
        self._patterns: dict[Regime, list[int]] = {}
        for at, row in enumerate(rows):
            for glob in row.compliance:
                self._spelt.setdefault(str(glob), []).append(at)
                if not glob.literal:
                    self._patterns.setdefault(glob, []).append(at)

    def rows(self, regime: _Sample) -> Sequence[TierRule]:
        """Those rows in their order; of several that ask for the same, the first that gives the highest tier."""
        best: dict[tuple[Data | None, Exposure | None, Privilege | None], int] = {}
        for at in sorted({*self._always, *self._of(*regime)}):
            row = self._rows[at]
            asked = row.data, row.exposure, row.privilege
            if asked not in best or row.tier > self._rows[best[asked]].tier:
                best[asked] = at
        return [replace(self._rows[at], compliance=()) for at in sorted(best.values())]

    def _of(self, sort: str, text: str) -> Iterator[int]:
        if sort:
            yield from self._spelt.get(_ANY, ())
            yield from self._spelt.get(text, ())
        for glob, rows in self._patterns.items() if sort == "regime" else ():
            if glob.fits(text):
                yield from rows
