"""A file may only tighten what it extends: where it loosens, both lines are named."""

from collections.abc import Iterator
from datetime import date
from itertools import product

from hardstand.baseline.baseline import Layer, delegated
from hardstand.baseline.below import Parents
from hardstand.baseline.comparing import TIERS, Comparison
from hardstand.baseline.declared import Declared
from hardstand.baseline.loosening_boundary import boundary_loosenings
from hardstand.baseline.loosening_classes import class_loosenings
from hardstand.baseline.loosening_gate import gate_loosenings
from hardstand.baseline.loosening_network import network_loosenings
from hardstand.baseline.loosening_values import value_loosenings
from hardstand.baseline.modes import ModeRule, Scope, UnknownMode
from hardstand.baseline.shape import Flaw
from hardstand.baseline.vocabulary import Vocabulary

ONLY = "a file may only tighten what it extends"


def loosenings(layer: Layer, parents: Parents, vocabulary: Vocabulary, today: date) -> Iterator[Flaw]:
    """Where a well-formed file is looser than those that it builds on.

    Where its parents are silent, the built-in baseline holds, and may not be loosened either.
    """
    one = layer.declared
    compared = Comparison(one, parents.declared, vocabulary, today)
    yield from _modes(one, compared)
    yield from _unknown(one, compared)
    yield from _exceptions(one, parents)
    yield from boundary_loosenings(one, parents, compared)
    yield from class_loosenings(one, parents)
    yield from value_loosenings(one, parents, vocabulary)
    yield from gate_loosenings(one.gate, parents)
    yield from network_loosenings(one, parents)


def _modes(one: Declared, compared: Comparison) -> Iterator[Flaw]:
    """Compared wherever lines of the file can win: for every control, tier and environment, on each day of a change."""
    own = {id(rule) for rule in one.modes}
    told: set[int] = set()
    seen: set[tuple[int, int]] = set()
    for (control, known), tier, environment in product(compared.controls, TIERS, compared.environments if own else ()):
        scope, rule = compared.new.line(control, known.area, known.maturity, tier, environment)
        if id(rule) not in own or id(rule) in told:
            continue
        before = compared.old.line(control, known.area, known.maturity, tier, environment)[1]
        pair = id(rule), id(before)
        day = None if pair in seen else compared.loosened(rule, before)
        seen.add(pair)
        if day is not None:
            told.add(id(rule))
            at = Scope(1, control, tier, environment)
            message = f"{_mode(rule, day)} for {scope} loosens {_mode(before, day)} of {before.at}"
            message += f" from {day}" if day != compared.today else ""
            message += "" if at == scope else f", for example for {at}"
            yield Flaw((*rule.at.path, "mode"), message, ONLY)


def _unknown(one: Declared, compared: Comparison) -> Iterator[Flaw]:
    before = compared.old.unknown
    day = compared.loosened(one.unknown, before) if one.unknown else None
    if one.unknown is not None and day is not None:
        message = f"{_mode(one.unknown, day)} for unknown loosens {_mode(before, day)} of {before.at}"
        yield Flaw(("unknown", "mode"), message + (f" from {day}" if day != compared.today else ""), ONLY)


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
