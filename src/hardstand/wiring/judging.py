"""Units are read and judged, in as many processes as they are worth."""

import gc
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

from hardstand.baseline.custom import Customs
from hardstand.controls.control import Control
from hardstand.engine import catalog
from hardstand.engine.findings import Page
from hardstand.engine.parallel import available_cores, meet_once
from hardstand.engine.run import Whole, assemble, joined_facts
from hardstand.engine.settings import Settings
from hardstand.engine.shard import Facts, Result, Shard
from hardstand.model.run import Run, Unreadable
from hardstand.sources.interface import Gap
from hardstand.sources.interface import Page as SourcePage
from hardstand.wiring.discovering import Discovered, Numbered
from hardstand.wiring.request import ScanRequest

_WORTH_A_PROCESS = 400_000
"""Bytes of input below which starting another process costs more than it saves."""

_LARGE = 4_000_000
"""Bytes of input for one process above which memory matters more than time."""


def judged(
    request: ScanRequest,
    found: Discovered,
    begun: float,
    evaluated_at: datetime,
    progress: Callable[[int, int], None] | None,
    tell: Callable[[Whole], None] = lambda _: None,
) -> Run:
    """Hold the controls against what was found, in as many processes as it is worth. `tell` is given all facts."""
    settings = on_day(request.settings, evaluated_at)
    controls = selected(request.controls, settings.customs)
    shares = _balanced(found.units, min(request.jobs or _jobs(found.units), max(len(found.units), 1)))
    frugal = max(sum(unit.size for _, unit in share) for share in shares) > _LARGE
    begin = partial(_begin, tuple(one.id for one in controls), settings, frugal)

    def join(parts: Sequence[Facts]) -> Whole:
        whole = joined_facts(parts)
        tell(whole)
        return whole

    if progress and found.units:
        shares[0] = _Watched(shares[0], progress, len(found.units))
    with nullcontext() if frugal else _no_collector(one_shot=request.one_shot):
        results = meet_once(begin, shares, join)
    return assemble(
        controls,
        [(found.sorts.get(at, "stdin" if path == "-" else "files"), path) for at, path in enumerate(request.paths)]
        + [(sort, name) for sort, name, _ in request.more],
        found.faults,
        found.ignored,
        results,
        settings=settings,
        evaluated_at=written(evaluated_at),
        duration_s=round(time.perf_counter() - begun, 3),
    )


def on_day(settings: Settings, at: datetime) -> Settings:
    """The settings for what is judged at a time."""
    at = at.astimezone(UTC)
    return replace(settings, today=at.date(), now=at)


def written(at: datetime) -> str:
    """A time as a Run says it: RFC 3339, UTC."""
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


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


def selected(ids: Sequence[str] | None, customs: Customs) -> list[Control]:
    """The controls with these ids, or all, those of the team's own among them."""
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
    made = shard(ids, settings, frugal=frugal)
    for number, unit in units:
        for page in unit.open():
            if isinstance(page, Unreadable):
                made.tally(number).unreadable.append(page)
            elif isinstance(page, Gap):
                made.gap(page)
            else:
                made.take(number, page_of(page, {}), named=page.named)
    return _Reading(made)


def shard(ids: Sequence[str], settings: Settings, *, frugal: bool) -> Shard:
    """A part of the work that holds these controls, and those that exceptions to them depend on."""
    customs = settings.customs
    compensating = selected(tuple(settings.baseline.compensating(ids).difference(ids)), customs)
    return Shard(selected(ids, customs), settings, compensating=compensating, frugal=frugal)


def page_of(page: SourcePage, changed: Mapping[int, bytes]) -> Page:
    """A source's page as the engine takes it, with other bytes where it has been changed."""
    root, tool = (page.rendered.root, page.rendered.tool) if page.rendered else (None, None)
    data = page.data if page.number is None else changed.get(page.number, page.data)
    return Page(page.name, data, root, tool, page.number, page.live, partial=page.partial)


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
