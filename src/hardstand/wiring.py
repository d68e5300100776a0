"""Where sources, engine and doors meet. Nothing else imports both sides."""

import gc
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property, partial
from pathlib import Path

from hardstand.baseline.custom import Customs
from hardstand.controls.control import Control
from hardstand.draft.estate import Estate
from hardstand.engine import catalog
from hardstand.engine.again import Judged, Place, Taken, can_judge_again, judged_again
from hardstand.engine.findings import Page
from hardstand.engine.parallel import WorkerDiedError, available_cores, meet_once
from hardstand.engine.picture import picture
from hardstand.engine.run import Whole, assemble, joined_facts
from hardstand.engine.settings import Settings
from hardstand.engine.shard import Facts, Result, Shard
from hardstand.model.run import Run, Unreadable
from hardstand.plan.source import Source
from hardstand.sources.codeowners import owners_of
from hardstand.sources.files import FileUnit, discover
from hardstand.sources.ignore_files import ignore_files
from hardstand.sources.interface import Gap, Ignored, ReadOptions, Unit
from hardstand.sources.interface import Page as SourcePage
from hardstand.sources.names import shown, tidy

__all__ = ["Held", "ScanRequest", "WorkerDiedError", "estate", "scan"]

_WORTH_A_PROCESS = 400_000
"""Bytes of input below which starting another process costs more than it saves."""

_WORTH_JUDGING_AGAIN = 1 / 3
"""The part of all pages above which judging everything, in several processes, is as quick as mending the last Run."""

_LARGE = 4_000_000
"""Bytes of input for one process above which memory matters more than time."""

Numbered = tuple[int, Unit]
"""A unit of reading, with the number of the named input that it belongs to."""


@dataclass(frozen=True, slots=True)
class ScanRequest:
    """What to scan, and how."""

    paths: Sequence[str]
    reading: ReadOptions = field(default_factory=ReadOptions)
    settings: Settings = field(default_factory=Settings)
    controls: Sequence[str] | None = None
    """Ids of the controls to hold; None is all of them."""
    jobs: int | None = None
    """Processes to use; None is as many as the input and the machine are worth."""
    one_shot: bool = False
    """The process ends soon after: nobody needs to look for garbage any more."""
    more: Sequence[tuple[str, str, Unit]] = ()
    """Inputs besides the paths, such as a cluster: what sort each is, what to call it, and what reads it."""


def scan(
    request: ScanRequest,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    progress: Callable[[int, int], None] | None = None,
) -> Run:
    """Read everything that the paths name, hold the controls against it and give the Run.

    Never raises for bad input: what could not be looked at is in the Run's inputs. `progress` is called with how many
    units of about how many have been read. WorkerDiedError when a process ended early.
    """
    begun = time.perf_counter()
    return _judged(request, _discovered(request), begun, now(), progress)


class Held:
    """Everything that the paths lead to, read once, to be judged again and again with some of its pages changed."""

    def __init__(self, request: ScanRequest, progress: Callable[[int, int], None] | None = None) -> None:
        """Read and render it all. What could not be read is kept as such, and is in every Run."""
        self._request = replace(request, one_shot=False)
        found = _discovered(request)
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

    def scan(self, changed: Mapping[int, bytes], now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> Run:
        """Judge it all, with other bytes for the pages with these numbers. WorkerDiedError as for `scan`.

        Where most of it is as it was the last time, only what a change can touch is judged again.
        """
        begun, at = time.perf_counter(), now()
        made = self._again(changed, at) or self._anew(changed, at, begun)
        self._last = changed, made
        return replace(made.run, evaluated_at=_written(at), duration_s=round(time.perf_counter() - begun, 3))

    def _anew(self, changed: Mapping[int, bytes], at: datetime, begun: float) -> Judged:
        units: list[Numbered] = [
            (owner, unit.with_changed(changed) if isinstance(unit, _HeldUnit) else unit)
            for owner, unit in self._found.units
        ]
        facts: list[Whole] = []
        run = _judged(self._request, replace(self._found, units=units), begun, at, None, facts.append)
        return Judged(run, facts[-1])

    def _again(self, changed: Mapping[int, bytes], at: datetime) -> Judged | None:
        """The last Run, mended; None on the first time, on another day, and where a change reaches too far."""
        settings = _on_day(self._request.settings, at)
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

        make = partial(_shard, self._ids, settings, frugal=False)
        return judged_again(last, make, self._taken(numbers, before), self._taken(numbers, changed), beside)

    def _taken(self, numbers: Collection[int], changed: Mapping[int, bytes]) -> list[Taken]:
        return [
            (owner, _page(page, changed), page.named)
            for owner, unit in self._found.units
            if isinstance(unit, _HeldUnit)
            for page in unit.pages
            if isinstance(page, SourcePage) and page.number in numbers
        ]

    @cached_property
    def _ids(self) -> tuple[str, ...]:
        return tuple(one.id for one in _selected(self._request.controls, self._request.settings.customs))

    @cached_property
    def _holding(self) -> Mapping[Place, Collection[int]]:
        """The pages that hold objects of each namespace. No fix moves an object into another."""
        shard = _shard(self._ids, self._request.settings, frugal=False)
        found: dict[Place, set[int]] = {}
        for _, page, named in self._taken(range(len(self.sources)), {}):
            for place in shard.places(page, named=named):
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
        made._found, made._last = _Discovered(units), None
        return made

    def pages(self) -> Iterator[tuple[Page, bool]]:
        """All pages, each with whether a person named it."""
        for _, unit in self._found.units:
            for page in unit.open():
                if isinstance(page, SourcePage):
                    made = (page.rendered.root, page.rendered.tool) if page.rendered else (None, None)
                    yield Page(page.name, page.data, *made), page.named

    def _opened(self, unit: Unit) -> "_HeldUnit":
        pages: list[SourcePage | Unreadable | Gap] = []
        for page in unit.open():
            if not isinstance(page, SourcePage):
                pages.append(page)
                continue
            pages.append(replace(page, number=len(self.sources)))
            made = (page.rendered.root, page.rendered.tool) if page.rendered else (None, None)
            location = unit.location if isinstance(unit, FileUnit) and page.rendered is None else None
            self.sources.append(Source(page.name, page.data, location, *made))
        return _HeldUnit(unit.path, sum(len(page.data) for page in pages if isinstance(page, SourcePage)), tuple(pages))


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


def _judged(
    request: ScanRequest,
    found: "_Discovered",
    begun: float,
    evaluated_at: datetime,
    progress: Callable[[int, int], None] | None,
    tell: Callable[[Whole], None] = lambda _: None,
) -> Run:
    """Hold the controls against what was found, in as many processes as it is worth. `tell` is given all facts."""
    settings = _on_day(request.settings, evaluated_at)
    controls = _selected(request.controls, settings.customs)
    shares = _balanced(found.units, request.jobs or _jobs(found.units))
    frugal = max(sum(unit.size for _, unit in share) for share in shares) > _LARGE
    begin = partial(_begin, tuple(one.id for one in controls), settings, frugal)

    def join(parts: Sequence[Facts]) -> Whole:
        whole = joined_facts(parts)
        tell(whole)
        return whole

    if progress:
        shares[0] = _Watched(shares[0], progress, len(found.units))
    with nullcontext() if frugal else _no_collector(one_shot=request.one_shot):
        results = meet_once(begin, shares, join)
    return assemble(
        controls,
        [("stdin" if path == "-" else "files", path) for path in request.paths]
        + [(sort, name) for sort, name, _ in request.more],
        found.faults,
        found.ignored,
        results,
        settings=settings,
        evaluated_at=_written(evaluated_at),
        duration_s=round(time.perf_counter() - begun, 3),
    )


def _on_day(settings: Settings, at: datetime) -> Settings:
    return replace(settings, today=at.astimezone(UTC).date())


def _written(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def estate(request: ScanRequest, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> Estate:
    """Read everything that the paths name, for a first baseline: what there is, and how far the controls hold.

    Never raises for bad input: what could not be read is said in the estate. WorkerDiedError when a process ended
    early.
    """
    begun, held = now(), Held(request)
    run = held.scan({}, lambda: begun)
    objects, workloads = picture(held.pages(), request.settings)
    return Estate(
        paths=request.paths,
        objects=objects,
        workloads=workloads,
        coverage=run.coverage,
        unreadable=run.unreadable,
        today=begun.astimezone(UTC).date(),
        owners=owners_of({one.origin.file for one, _ in workloads}),
        ignored=ignore_files(request.paths, request.reading),
        values=request.reading.values,
        here=str(Path.cwd()),
    )


@contextmanager
def _no_collector(*, one_shot: bool) -> Iterator[None]:
    """Nearly everything read lives until the end; looking for garbage among it would cost a quarter of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on and not one_shot:
            gc.enable()


class _Watched(list[Numbered]):
    """This process's share, telling how far the whole has come: the shares are alike, so one stands for all."""

    def __init__(self, share: Sequence[Numbered], progress: Callable[[int, int], None], total: int) -> None:
        super().__init__(share)
        self._progress = progress
        self._total = total

    def __iter__(self) -> Iterator[Numbered]:
        for done, numbered in enumerate(super().__iter__()):
            self._progress(done * self._total // len(self), self._total)
            yield numbered
        self._progress(self._total, self._total)


def _selected(ids: Sequence[str] | None, customs: Customs) -> list[Control]:
    known = catalog.with_custom(customs)
    return [one for one in known if ids is None or one.id in ids]


class _Reading:
    """A shard that has read its units; it waits for the facts of the others."""

    def __init__(self, shard: Shard) -> None:
        self._shard = shard

    def facts(self) -> Facts:
        return self._shard.facts()

    def finish(self, whole: Whole) -> Result:
        return self._shard.finish(*whole)


def _begin(ids: Sequence[str], settings: Settings, frugal: bool, units: Sequence[Numbered]) -> _Reading:
    """Open the units and judge what they hold; runs in any process."""
    shard = _shard(ids, settings, frugal=frugal)
    for number, unit in units:
        for page in unit.open():
            if isinstance(page, Unreadable):
                shard.tally(number).unreadable.append(page)
            elif isinstance(page, Gap):
                shard.gap(page)
            else:
                shard.take(number, _page(page, {}), named=page.named)
    return _Reading(shard)


def _shard(ids: Sequence[str], settings: Settings, *, frugal: bool) -> Shard:
    customs = settings.customs
    compensating = _selected(tuple(settings.baseline.compensating(ids).difference(ids)), customs)
    return Shard(_selected(ids, customs), settings, compensating=compensating, frugal=frugal)


def _page(page: SourcePage, changed: Mapping[int, bytes]) -> Page:
    root, tool = (page.rendered.root, page.rendered.tool) if page.rendered else (None, None)
    data = page.data if page.number is None else changed.get(page.number, page.data)
    return Page(page.name, data, root, tool, page.number, page.live)


@dataclass(slots=True)
class _Discovered:
    """What the paths lead to, each with the number of its named input."""

    units: list[Numbered] = field(default_factory=list)
    faults: list[tuple[int, Unreadable]] = field(default_factory=list)
    ignored: list[int] = field(default_factory=list)


def _discovered(request: ScanRequest) -> _Discovered:
    made = _Discovered()
    owners: dict[str, int] = {}
    for number, path in enumerate(request.paths):
        name = "<stdin>" if path == "-" else tidy(path)
        for key in (name, shown(name), "" if name in (".", "/") else path):
            owners.setdefault(key, number)
    for found in discover(request.paths, request.reading):
        owner = _owner(owners, found.path)
        if isinstance(found, Unreadable):
            made.faults.append((owner, found))
        elif isinstance(found, Ignored):
            made.ignored.append(owner)
        else:
            made.units.append((owner, found))
    made.units += [(len(request.paths) + at, unit) for at, (_, _, unit) in enumerate(request.more)]
    return made


def _owner(owners: Mapping[str, int], path: str) -> int:
    """The number of the named input that `path` was met under: its own, or that of the nearest directory above it.

    `owners` has `""` for an input that everything may be met under.
    """
    while path and path not in owners:
        path = path.rpartition("/")[0]
    return owners.get(path, 0)


def _jobs(units: Sequence[Numbered]) -> int:
    size = sum(unit.size for _, unit in units)
    return max(1, min(available_cores(), size // _WORTH_A_PROCESS + 1, len(units)))


def _balanced(units: Sequence[Numbered], jobs: int) -> list[list[Numbered]]:
    """Shares of about the same size, biggest units first."""
    shares: list[list[Numbered]] = [[] for _ in range(max(1, jobs))]
    loads = [0] * len(shares)
    for numbered in sorted(units, key=lambda numbered: -numbered[1].size):
        lightest = loads.index(min(loads))
        shares[lightest].append(numbered)
        loads[lightest] += numbered[1].size + 1
    return shares
