"""A file may only tighten what it extends: where it loosens, both lines are named."""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import product

from hardstand.baseline.baseline import Layer, delegated
from hardstand.baseline.below import Parents
from hardstand.baseline.declared import Declared
from hardstand.baseline.enforcement import Enforcement
from hardstand.baseline.joining import boundary_of, enforcement_of
from hardstand.baseline.loosening_boundary import boundary_loosenings
from hardstand.baseline.loosening_classes import class_loosenings, tier_by
from hardstand.baseline.loosening_values import value_loosenings
from hardstand.baseline.modes import ModeRule, Scope, UnknownMode
from hardstand.baseline.shape import Flaw
from hardstand.baseline.vocabulary import Vocabulary
from hardstand.model.tier import Tier

__all__ = ["loosenings", "tier_by"]

ONLY = "a file may only tighten what it extends"


def loosenings(layer: Layer, parents: Parents, vocabulary: Vocabulary, today: date) -> Iterator[Flaw]:
    """Where a well-formed file is looser than those that it builds on.

    Where its parents are silent, the built-in baseline holds, and may not be loosened either.
    """
    one = layer.declared
    days = _days(enforcement_of(parents.declared), enforcement_of([*parents.declared, one]), today)
    yield from _modes(one, parents.declared, vocabulary, days)
    yield from _unknown(one, enforcement_of(parents.declared).unknown, days)
    yield from _exceptions(one, parents)
    yield from boundary_loosenings(one, parents, vocabulary, days)
    yield from class_loosenings(one, parents)
    yield from value_loosenings(one, parents, vocabulary)


def _days(old: Enforcement, new: Enforcement, today: date) -> Sequence[date]:
    """Today, and every later day on which a mode changes."""
    return sorted({today, *(day for day in (*old.days(), *new.days()) if day > today)})


def _modes(one: Declared, below: Sequence[Declared], vocabulary: Vocabulary, days: Sequence[date]) -> Iterator[Flaw]:
    """Compared wherever lines of the file can win: for every control, tier and environment, on each day of a change."""
    old, new = enforcement_of(below), enforcement_of([*below, one])
    own = {id(rule) for rule in one.modes}
    told: set[int] = set()
    points = product(vocabulary.controls.items(), (None, *Tier), (None, *boundary_of([*below, one]).environments))
    for (control, known), tier, environment in points:
        scope, rule = new.line(control, known.area, known.maturity, tier, environment)
        if id(rule) not in own or id(rule) in told:
            continue
        before = old.line(control, known.area, known.maturity, tier, environment)[1]
        day = next((day for day in days if rule.on(day) < before.on(day)), None)
        if day is not None:
            told.add(id(rule))
            at = Scope(1, control, tier, environment)
            message = f"{_mode(rule, day)} for {scope} loosens {_mode(before, day)} of {before.at}"
            message += f" from {day}" if day != days[0] else ""
            message += "" if at == scope else f", for example for {at}"
            yield Flaw((*rule.at.path, "mode"), message, ONLY)


def _unknown(one: Declared, before: UnknownMode, days: Sequence[date]) -> Iterator[Flaw]:
    day = next((day for day in days if one.unknown and one.unknown.on(day) < before.on(day)), None)
    if one.unknown is not None and day is not None:
        message = f"{_mode(one.unknown, day)} for unknown loosens {_mode(before, day)} of {before.at}"
        yield Flaw(("unknown", "mode"), message + (f" from {day}" if day != days[0] else ""), ONLY)


def _mode(line: ModeRule | UnknownMode, day: date) -> str:
    """The mode of a line on a day, as people see why."""
    until = f" until {line.from_}" if line.from_ is not None and day < line.from_ else ""
    return f"`{line.on(day).word}`{until}"


def _exceptions(one: Declared, parents: Parents) -> Iterator[Flaw]:
    for each in one.exceptions:
        control = each.match.control
        for parent in parents.files:
            if not delegated(control, parent.declared.delegates):
                line = parent.line("delegates")
                message = f"the exception `{each.id}` from {control} loosens: {line} does not delegate it"
                hint = f"ask for `delegates: [{{control: {control}, tier: …}}]` in {parent.file}"
                yield Flaw((*each.at.path, "match", "control"), message, hint)
                break
