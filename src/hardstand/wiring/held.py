"""Pages that are kept, to be judged again and again with some of them changed."""

import json
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from copy import copy
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property, partial

from hardstand.engine.again import Judged, Place, Taken, can_judge_again, judged_again
from hardstand.engine.findings import Page
from hardstand.engine.owners import Owners
from hardstand.engine.run import Whole
from hardstand.engine.settings import Settings
from hardstand.inventory.objects import KubeObject, objects_in
from hardstand.model.run import Run, Unreadable
from hardstand.plan.live_patches import CLUSTER
from hardstand.plan.source import Source
from hardstand.sources.files import FileUnit
from hardstand.sources.interface import Gap, Unit
from hardstand.sources.interface import Page as SourcePage
from hardstand.wiring.discovering import Discovered, Numbered, discovered
from hardstand.wiring.judging import judged, on_day, page_of, selected, shard, written
from hardstand.wiring.request import ScanRequest
from hardstand.wiring.snapshots import settled

_WORTH_JUDGING_AGAIN = 1 / 3
"""The part of all pages above which judging everything, in several processes, is as quick as mending the last Run."""


class Held:
    """Everything that the paths lead to, read once, to be judged again and again with some of its pages changed."""

    def __init__(self, request: ScanRequest, progress: Callable[[int, int], None] | None = None) -> None:
        """Read and render it all. What could not be read is kept as such, and is in every Run."""
        request, found = settled(replace(request, one_shot=False), discovered(request))
        self._request = request
        self.sources: list[Source] = []
        units: list[Numbered] = []
        for at, (owner, unit) in enumerate(found.units):
            if progress:
                progress(at, len(found.units))
            units.append((owner, self._opened(unit)))
        if progress:
            progress(len(found.units), len(found.units))
        self._found = replace(found, units=units)
        self._last: tuple[Mapping[int, bytes], Judged] | None = None

    @property
    def settings(self) -> Settings:
        """What it is judged by: of a snapshot, it says itself of which cluster it is."""
        return self._request.settings

    def scan(self, changed: Mapping[int, bytes], now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> Run:
        """Judge it all, with other bytes for the pages with these numbers. WorkerDiedError as for `scan`.

        Where most of it is as it was the last time, only what a change can touch is judged again.
        """
        begun, at = time.perf_counter(), now()
        made = self._again(changed, at) or self._anew(changed, at, begun)
        self._last = changed, made
        return replace(made.run, evaluated_at=written(at), duration_s=round(time.perf_counter() - begun, 3))

    def _anew(self, changed: Mapping[int, bytes], at: datetime, begun: float) -> Judged:
        units: list[Numbered] = [
            (owner, unit.with_changed(changed) if isinstance(unit, _HeldUnit) else unit)
            for owner, unit in self._found.units
        ]
        facts: list[Whole] = []
        run = judged(self._request, replace(self._found, units=units), begun, at, None, facts.append)
        return Judged(run, facts[-1])

    def _again(self, changed: Mapping[int, bytes], at: datetime) -> Judged | None:
        """The last Run, mended; None on the first time, on another day, and where a change reaches too far."""
        settings = on_day(self._request.settings, at)
        if self._last is None or self._last[1].run.evaluated_at[:10] != str(settings.today):
            return None
        before, last = self._last
        numbers = {
            one for one in (*before, *changed) if before.get(one) is not changed.get(one)
        }  # Equal bytes that are not the same are judged again, which costs little.
        if len(numbers) > len(self.sources) * _WORTH_JUDGING_AGAIN or not can_judge_again(settings):
            return None

        def beside(places: frozenset[Place]) -> list[Taken]:
            found = {number for place in places for number in self._holding.get(place, ())}
            return self._taken(found - numbers, before)

        make = partial(shard, self._ids, settings, frugal=False)
        return judged_again(last, make, self._taken(numbers, before), self._taken(numbers, changed), beside)

    def _taken(self, numbers: Collection[int], changed: Mapping[int, bytes]) -> list[Taken]:
        return [
            (owner, page_of(page, changed), page.named)
            for owner, unit in self._found.units
            if isinstance(unit, _HeldUnit)
            for page in unit.pages
            if isinstance(page, SourcePage) and page.number in numbers
        ]

    @cached_property
    def _ids(self) -> tuple[str, ...]:
        return tuple(one.id for one in selected(self._request.controls, self._request.settings.customs))

    @cached_property
    def _holding(self) -> Mapping[Place, Collection[int]]:
        """The pages that hold objects of each namespace. No fix moves an object into another."""
        reading = shard(self._ids, self._request.settings, frugal=False)
        found: dict[Place, set[int]] = {}
        for _, page, named in self._taken(range(len(self.sources)), {}):
            for place in reading.places(page, named=named):
                found.setdefault(place, set()).add(page.number or 0)
        return found

    def part(self, numbers: Collection[int]) -> "Held":
        """Only what was read with the pages with these numbers, such as all that one chart renders."""
        made = copy(self)
        units: list[Numbered] = [
            (owner, unit)
            for owner, unit in self._found.units
            if isinstance(unit, _HeldUnit) and any(_number(page) in numbers for page in unit.pages)
        ]
        made._found, made._last = Discovered(units), None
        return made

    def pages(self) -> Iterator[tuple[Page, bool]]:
        """All pages, each with whether a person named it."""
        for _, unit in self._found.units:
            for page in unit.open():
                if isinstance(page, SourcePage):
                    yield page_of(page, {}), page.named

    def _opened(self, unit: Unit) -> "_HeldUnit":
        pages: list[SourcePage | Unreadable | Gap] = []
        owners = Owners()
        for page in unit.open():
            if not isinstance(page, SourcePage):
                pages.append(page)
                continue
            if page.live and _made_by_another(owners, page, self._request.settings.namespace):
                continue  # Whoever changes the owner changes it too: held as it was, it would speak against each fix.
            pages.append(replace(page, number=len(self.sources)))
            made = (page.rendered.root, page.rendered.tool) if page.rendered else (None, None)
            made = (unit.path, CLUSTER) if page.live else made
            location = unit.location if isinstance(unit, FileUnit) and page.rendered is None else None
            self.sources.append(Source(page.name, page.data, location, *made))
        return _HeldUnit(unit.path, sum(len(page.data) for page in pages if isinstance(page, SourcePage)), tuple(pages))


def _made_by_another(owners: Owners, page: SourcePage, namespace: str) -> bool:
    """Tell whether a live object is just what its owner's template says."""
    found = objects_in(json.loads(page.data), file=page.name, document=0, rendered_from=None, namespace=namespace)
    owned = [owners.of(one) for one in found if isinstance(one, KubeObject)]
    return any(one is not None and one.alike for one in owned)


@dataclass(frozen=True, slots=True)
class _HeldUnit:
    """A unit that has been opened."""

    path: str
    size: int
    pages: tuple[SourcePage | Unreadable | Gap, ...]

    def open(self) -> Iterator[SourcePage | Unreadable | Gap]:
        yield from self.pages

    def with_changed(self, changed: Mapping[int, bytes]) -> "_HeldUnit":
        pages = [
            replace(page, data=changed[page.number])
            if isinstance(page, SourcePage) and page.number is not None and page.number in changed
            else page
            for page in self.pages
        ]
        return replace(self, pages=tuple(pages))


def _number(page: SourcePage | Unreadable | Gap) -> int | None:
    return page.number if isinstance(page, SourcePage) else None
