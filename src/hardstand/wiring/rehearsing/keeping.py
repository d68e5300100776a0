"""What the paths or the cluster hold, read once and judged by two baselines."""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from hardstand.engine.findings import Page
from hardstand.engine.live import Live, NoObjectError
from hardstand.model.run import Run, Unreadable
from hardstand.sources.interface import Gap, Unit
from hardstand.sources.interface import Page as SourcePage
from hardstand.sources.snapshot.unit import SnapshotUnit
from hardstand.wiring.discovering import Discovered, Numbered, discovered
from hardstand.wiring.judging import judged, on_day, page_of, selected
from hardstand.wiring.request import ScanRequest
from hardstand.wiring.snapshots import settled

Read = tuple[SourcePage | Unreadable | Gap, ...]


@dataclass(frozen=True, slots=True)
class _Kept:
    """A unit that has been read."""

    path: str
    size: int
    read: Read

    def open(self) -> Iterator[SourcePage | Unreadable | Gap]:
        yield from self.read


class Kept:
    """Everything that a request leads to."""

    def __init__(self, request: ScanRequest) -> None:
        """Read it all. What cannot be read is in every Run."""
        self._found = discovered(request)
        self._read: Mapping[str, Read] = {unit.path: tuple(_opened(unit)) for _, unit in self._found.units}

    @property
    def is_live(self) -> bool:
        """It is a cluster, or a snapshot of one."""
        return any(isinstance(one, SourcePage) and one.live for read in self._read.values() for one in read)

    def run(self, request: ScanRequest, at: datetime) -> Run:
        """Judge it, as the request says."""
        return judged(*self._settled(request), time.perf_counter(), at, None)

    def live(self, request: ScanRequest, at: datetime) -> Live:
        """The picture that the gate would have of it, by the request's baseline."""
        request, found = self._settled(request)
        settings = on_day(replace(request.settings, excerpts=False), at)
        made = Live(selected(request.controls, settings.customs), settings)
        gaps: list[Gap] = []
        for _, unit in found.units:
            for one in unit.open():
                if isinstance(one, Gap):
                    gaps.append(one)
                elif isinstance(one, SourcePage):
                    _put(made, page_of(one, {}))
        made.missing(gaps)
        return made

    def pages(self, request: ScanRequest) -> Iterator[tuple[Page, bool]]:
        """All pages, each with whether a person named it."""
        for _, unit in self._settled(request)[1].units:
            yield from ((page_of(one, {}), one.named) for one in unit.open() if isinstance(one, SourcePage))

    def _settled(self, request: ScanRequest) -> tuple[ScanRequest, Discovered]:
        """As the request is settled, its units those that have been read."""
        request, found = settled(replace(request, one_shot=False), self._found)
        units: list[Numbered] = []
        for owner, unit in found.units:
            also = unit.also if isinstance(unit, SnapshotUnit) else ()
            units.append((owner, _Kept(unit.path, unit.size, (*also, *self._read[unit.path]))))
        return request, replace(found, units=units)


def _opened(unit: Unit) -> Iterator[SourcePage | Unreadable | Gap]:
    return unit.pages() if isinstance(unit, SnapshotUnit) else unit.open()


def _put(live: Live, page: Page) -> None:
    try:
        live.put(page)
    except NoObjectError:
        live.remove(page.name)  # A Run says that it cannot be read.
