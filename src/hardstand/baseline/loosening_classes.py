"""Where a file classes workloads lower than those that it extends."""

from collections.abc import Iterator, Sequence

from hardstand.baseline.below import Parents
from hardstand.baseline.classes import FACTORS, Class, Names, TierRule
from hardstand.baseline.declared import Declared
from hardstand.baseline.joining import max_data
from hardstand.baseline.matrix import differ, lowered
from hardstand.baseline.shape import Flaw

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
    classes = one.classes.workloads if one.classes else ()
    said = {mine.data for mine in classes if mine.data is not None and mine.data < default}
    lower = {data for data in said if differ(rows, data, default)}
    for mine in classes:
        if mine.data is not None and mine.data in lower:
            message = f"`data: {mine.data.word}` loosens the default `{default.word}` of {_default_line(parents)}"
            yield Flaw((*mine.at.path, "data"), message, f"have {parents.files[-1].file} class these workloads")


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


def _matrix(one: Declared, below: Sequence[Declared]) -> Iterator[Flaw]:
    found = lowered(_rows(below), one.tiers) if one.tiers else None
    if found is not None:
        row = found.old_row.at if found.old_row else "the matrix"
        message = f"tier {found.new.word} for {found.factors} loosens tier {found.old.word} of {row}"
        path = (*found.new_row.at.path, "tier") if found.new_row else ("tiers",)
        yield Flaw(path, message, _ONLY)


def _rows(below: Sequence[Declared]) -> Sequence[TierRule]:
    return next(declared.tiers for declared in reversed(below) if declared.tiers)
