"""Where a file classes workloads lower than those that it extends."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import product

from hardstand.baseline.below import Parents
from hardstand.baseline.classes import FACTORS, Class, Names, Regime, TierRule
from hardstand.baseline.declared import Declared
from hardstand.baseline.joining import max_data
from hardstand.baseline.shape import Flaw
from hardstand.model.tier import Data, Exposure, Privilege, Tier

_ONLY = "a file may only tighten what it extends"


def class_loosenings(one: Declared, parents: Parents) -> Iterator[Flaw]:
    """Classes, the default, the names that objects declare their class by, and the matrix."""
    yield from _classes(one, parents)
    yield from _below_default(one, parents)
    yield from _default(one, parents)
    yield from _names(one, parents)
    yield from _matrix(one, parents.declared)


def _classes(one: Declared, parents: Parents) -> Iterator[Flaw]:
    """Where several classes match, the highest counts; so only what is said of the same workloads can be compared."""
    for mine in one.classes.workloads if one.classes else ():
        for declared in parents.declared:
            for theirs in declared.classes.workloads if declared.classes else ():
                if mine.match == theirs.match:
                    yield from _lower(mine, theirs)


def _below_default(one: Declared, parents: Parents) -> Iterator[Flaw]:
    """Where nothing is said of data the default counts; to say less takes a workload down if the matrix asks for it."""
    default, rows = max_data(parents.declared), one.tiers or _rows(parents.declared)
    for mine in one.classes.workloads if one.classes else ():
        if mine.data is not None and mine.data < default and _differ(rows, mine.data, default):
            message = f"`data: {mine.data.word}` loosens the default `{default.word}` of {_default_line(parents)}"
            yield Flaw((*mine.at.path, "data"), message, f"have {parents.files[-1].file} class these workloads")


def _differ(rows: Sequence[TierRule], low: Data, high: Data) -> bool:
    regimes = _regimes(rows)
    spelt = _spelt(rows, regimes)
    for exposure, privilege, regime in product(Exposure, Privilege, regimes):
        compliance = frozenset({regime} if regime else ())
        if (
            tier_by(spelt, low, exposure, privilege, compliance)[0]
            < tier_by(spelt, high, exposure, privilege, compliance)[0]
        ):
            return True
    return False


def _default_line(parents: Parents) -> str:
    said = [one for one in parents.every if one.declared.classes and one.declared.classes.default_data]
    return said[-1].line("classes", "default_data")


def _lower(mine: Class, theirs: Class) -> Iterator[Flaw]:
    for factor in FACTORS[:3]:
        now, before = getattr(mine, factor), getattr(theirs, factor)
        if now is not None and before is not None and now < before:
            message = f"`{factor}: {now.word}` loosens `{before.word}` of {theirs.at} for the same workloads"
            yield Flaw((*mine.at.path, factor), message, _ONLY)


def _default(one: Declared, parents: Parents) -> Iterator[Flaw]:
    default = one.classes.default_data if one.classes else None
    before = max_data(parents.declared)
    if default is not None and default < before:
        line = _default_line(parents)
        message = f"`{default.word}` for data that nothing is said of loosens `{before.word}` of {line}"
        yield Flaw(("classes", "default_data"), message, _ONLY)


def _names(one: Declared, parents: Parents) -> Iterator[Flaw]:
    """Objects raise their class by labels and annotations of these names; by others they would not."""
    said = [each for each in parents.every if each.declared.classes and each.declared.classes.names]
    before = said[-1].declared.classes if said else None
    if one.classes and one.classes.names and before and one.classes.names != (before.names or Names()):
        message = f"objects declare their class by the names of {said[-1].line('classes', 'names')}"
        yield Flaw(
            ("classes", "names"), message, "remove `names`: by others, objects would be heard no more", on_key=True
        )


def tier_by(
    matrix: Sequence[TierRule], data: Data, exposure: Exposure, privilege: Privilege, compliance: frozenset[str]
) -> tuple[Tier, TierRule | None]:
    """The tier of a workload with these factors, and the row that gives it; none of them gives the lowest."""
    best: tuple[Tier, TierRule | None] = (Tier.LOW, None)
    for row in matrix:
        if (best[1] is None or row.tier > best[0]) and row.fits(data, exposure, privilege, compliance):
            best = (row.tier, row)
    return best


def _matrix(one: Declared, below: Sequence[Declared]) -> Iterator[Flaw]:
    """Two matrices are compared at every combination of factors.

    A row asks for one regime at a time, so that each can be looked at by itself: every one that is named, one that
    nobody names, and for each pattern one that fits it and no other.
    """
    if not one.tiers:
        return
    before = _rows(below)
    regimes = _regimes([*before, *one.tiers])
    old_rows, new_rows = (_spelt(rows, regimes) for rows in (before, one.tiers))
    for data, exposure, privilege, regime in product(Data, Exposure, Privilege, regimes):
        compliance = frozenset({regime} if regime else ())
        old, old_row = tier_by(old_rows, data, exposure, privilege, compliance)
        new, new_row = tier_by(new_rows, data, exposure, privilege, compliance)
        if new < old:
            factors = ", ".join([data.word, exposure.word, privilege.word, *compliance])
            row = old_row.at if old_row else "the matrix"
            message = f"tier {new.word} for {factors} loosens tier {old.word} of {row}"
            path = (*new_row.at.path, "tier") if new_row else ("tiers",)
            yield Flaw(path, message, _ONLY)
            return


def _rows(below: Sequence[Declared]) -> Sequence[TierRule]:
    return next(declared.tiers for declared in reversed(below) if declared.tiers)


def _regimes(rows: Sequence[TierRule]) -> list[str]:
    globs = sorted({glob for row in rows for glob in row.compliance}, key=str)
    return ["", _ANY_OTHER, *(str(glob) if glob.literal else f"{_SOME}{glob}" for glob in globs)]


_ANY_OTHER = "any other regime"
_SOME = "a regime like "


def _spelt(rows: Sequence[TierRule], regimes: Sequence[str]) -> list[TierRule]:
    """The rows with each pattern spelt out as those of the regimes that it fits for certain."""
    return [
        replace(
            row,
            compliance=tuple(Regime.exactly(one) for one in regimes if one and _covers(row.compliance, one)) or _NEVER,
        )
        if row.compliance
        else row
        for row in rows
    ]


_NEVER = (Regime("no regime"),)


def _covers(globs: Sequence[Regime], regime: str) -> bool:
    if regime == _ANY_OTHER:
        return any(str(glob) == "*" for glob in globs)
    if regime.startswith(_SOME):
        return any(str(glob) in ("*", regime.removeprefix(_SOME)) for glob in globs)
    return any(glob.fits(regime) for glob in globs)
