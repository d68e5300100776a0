"""Everything that some question is about, read and not judged."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from hardstand.engine.findings import Page
from hardstand.engine.kinds import needed
from hardstand.engine.survey import Survey
from hardstand.inventory.neighbours import Keeping, Neighbours
from hardstand.inventory.views.base import Subject
from hardstand.model.run import Unreadable
from hardstand.sources.interface import Gap
from hardstand.wiring.discovering import discovered
from hardstand.wiring.judging import page_of
from hardstand.wiring.request import ScanRequest
from hardstand.wiring.snapshots import settled

Reads = Iterable[tuple[type[Subject], Sequence[str]]]
"""Views, and the fields of each that are kept."""


@dataclass(frozen=True, slots=True)
class Surveyed:
    """What was read."""

    neighbours: Neighbours
    """All objects, as one picture; what could not be listed is a gap of it."""
    settled: bool
    """It is of a running cluster, and not of files that are yet to be applied."""
    cluster: str | None
    """What the cluster is called, where it is known."""
    objects: int
    unreadable: tuple[Unreadable, ...]
    """What was there and could not be read: with any of these the picture is not whole."""
    pages: Mapping[str, Page] = field(default_factory=dict)
    """The pages that hold something of the picture, by their names."""


def surveyed(request: ScanRequest, reads: Reads) -> Surveyed:
    """Read what the paths and the cluster of a request hold of some views.

    Never raises for bad input: what could not be read is said in the answer.
    """
    keeping = Keeping.of(reads)
    request, found = settled(request, discovered(request), needed(keeping).keys())
    survey = Survey(keeping, request.settings)
    survey.unreadable.extend(fault for _, fault in found.faults)
    for _, unit in found.units:
        for page in unit.open():
            if isinstance(page, Unreadable):
                survey.unreadable.append(page)
            elif isinstance(page, Gap):
                survey.gaps.append(page)
            else:
                survey.take(page_of(page, {}), named=page.named)
    return Surveyed(
        neighbours=survey.neighbours(),
        settled=bool(request.more) or "snapshot" in found.sorts.values(),
        cluster=request.settings.cluster,
        objects=survey.objects,
        unreadable=tuple(survey.unreadable),
        pages=survey.pages,
    )
