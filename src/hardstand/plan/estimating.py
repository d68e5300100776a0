"""What a change would remove besides its own findings, told from a few of the pages that it touches.

It only orders the changes. Judging some pages alone takes milliseconds, and what it cannot see, such as what other
files say of them, is made up for when the change is proven in the whole picture.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from hardstand.model.finding import Finding
from hardstand.model.known import Place, place_of
from hardstand.plan.choosing import change_of
from hardstand.plan.fixes import plan_fixes
from hardstand.plan.focus import Focus
from hardstand.plan.sets_interface import Cause, Part
from hardstand.plan.source import Source
from hardstand.plan.weighing import Worth, risk, worth

_PAGES: Final = 3
"""How many pages of a change are looked at."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """What went besides, and for how many of the change's own findings it speaks."""

    besides: frozenset[Place]
    scale: Fraction


class Estimates:
    """Estimates of changes, each made once."""

    def __init__(self, sources: Sequence[Source], part: Part, *, unsafe: bool) -> None:
        self._sources = sources
        self._part = part
        self._unsafe = unsafe
        self._seen: dict[str, _Seen] = {}

    def rough(self, one: Cause) -> Worth:
        """The worth by the change's own findings alone."""
        return worth(one.fixable, one.fixable)

    def worth(self, one: Cause, there: Mapping[Place, Finding], pages: Mapping[int, bytes]) -> Worth:
        """The worth with what goes besides. `there`: the findings of the picture by place; `pages`: its changes."""
        if one.name not in self._seen:
            self._seen[one.name] = self._look(one, pages)
        seen = self._seen[one.name]
        besides = [there[place] for place in sorted(seen.besides, key=str) if place in there]
        if not besides:
            return self.rough(one)
        return worth([*one.fixable, *besides], one.fixable, risk(besides) * (seen.scale - 1))

    def _look(self, one: Cause, pages: Mapping[int, bytes]) -> _Seen:
        chosen = self._sample(one)
        own = {place_of(found) for found in one.fixable}
        focus = Focus(self._part(chosen), lambda found: place_of(found) in own, _only(pages, chosen))
        plan = plan_fixes(self._sources_of(pages), focus, unsafe=self._unsafe)
        ended = {place_of(found) for found in plan.ended}
        if not ended & own:
            return _Seen(frozenset(), Fraction(1))
        return _Seen(frozenset(ended - own), Fraction(len(own), len(ended & own)))

    def _sample(self, one: Cause) -> Collection[int]:
        """The first pages by name, so that the order of the input does not matter."""
        numbers = {change_of(found).page for found in one.fixable}
        return sorted(numbers, key=lambda number: (self._sources[number].name, self._sources[number].data))[:_PAGES]

    def _sources_of(self, pages: Mapping[int, bytes]) -> Sequence[Source]:
        return changed_sources(self._sources, pages)


def changed_sources(sources: Sequence[Source], pages: Mapping[int, bytes]) -> list[Source]:
    """The pages as they are after changes."""
    return [
        Source(one.name, pages.get(at, one.data), one.location, one.rendered_from, one.rendered_by)
        for at, one in enumerate(sources)
    ]


def _only(pages: Mapping[int, bytes], chosen: Collection[int]) -> Mapping[int, bytes]:
    return {number: data for number, data in pages.items() if number in chosen}
