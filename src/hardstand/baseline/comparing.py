"""The enforcement of a file's parents beside that with the file, at as few points as tell them apart.

A line names controls, areas, maturities, tiers and environments. Controls of one area and maturity that no line names
are all held to the same, and so are environments that none names, and those to the same as what lies outside of all.
"""

from collections.abc import Iterator, Sequence
from datetime import date

from hardstand.baseline.declared import Declared
from hardstand.baseline.enforcement import Enforcement
from hardstand.baseline.joining import boundary_of, enforcement_of
from hardstand.baseline.modes import ModeRule, UnknownMode
from hardstand.baseline.vocabulary import KnownControl, Vocabulary
from hardstand.model.tier import Tier

Line = ModeRule | UnknownMode
TIERS = (None, *Tier)


class Comparison:
    """What is enforced by the parents (`old`) and with the file on top of them (`new`), from `today` (UTC) on."""

    def __init__(self, one: Declared, below: Sequence[Declared], vocabulary: Vocabulary, today: date) -> None:
        self.old = enforcement_of(below)
        self.new = enforcement_of([*below, one])
        self.today = today
        self.controls = tuple(_telling(self.new, vocabulary))
        """Controls that stand for all: the first of each area and maturity, and every one that a line names."""
        named = {scope.environment for scope in self.new.lines}
        self.environments = (None, *(name for name in boundary_of([*below, one]).environments if name in named))
        """None for what lies outside of all, and the environments that a line names."""
        self._softer: dict[str | None, str] = {}

    def loosened(self, now: Line, before: Line) -> date | None:
        """The first day from today on which one line is softer than another; a line changes on its own day only."""
        announced = (day for day in (now.from_, before.from_) if day is not None and day > self.today)
        return next((day for day in sorted({self.today, *announced}) if now.on(day) < before.on(day)), None)

    def softer(self, environment: str) -> str:
        """Say where less is enforced in an environment, with the file, than outside of all by its parents."""
        name = environment if environment in self.environments else None
        if name not in self._softer:
            self._softer[name] = next(self._softer_lines(name), "")
        return self._softer[name]

    def _softer_lines(self, environment: str | None) -> Iterator[str]:
        for control, known in self.controls:
            for tier in TIERS:
                outside = self.old.line(control, known.area, known.maturity, tier, None)[1]
                inside = self.new.line(control, known.area, known.maturity, tier, environment)[1]
                day = self.loosened(inside, outside)
                if day is not None:
                    modes = f"`{inside.on(day).word}` of {inside.at} is softer than"
                    yield f"where {modes} `{outside.on(day).word}` of {outside.at}, for example for {control}"


def _telling(enforcement: Enforcement, vocabulary: Vocabulary) -> Iterator[tuple[str, KnownControl]]:
    named = {scope.what for scope in enforcement.lines if scope.rank == 1}
    seen = set[tuple[str, str]]()
    for control, known in vocabulary.controls.items():
        group = (known.area, known.maturity.value)
        if control in named or group not in seen:
            yield control, known
        if control not in named:
            seen.add(group)
