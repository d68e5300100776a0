"""Snapshots as inputs: they say themselves what they are a picture of."""

from collections.abc import Collection
from dataclasses import replace

from hardstand.engine.kinds import wanted
from hardstand.model.kind import Kind
from hardstand.model.run import Unreadable
from hardstand.model.verdict import Why
from hardstand.sources.cluster.order import without_twins
from hardstand.sources.snapshot.header import Header
from hardstand.sources.snapshot.unit import SnapshotUnit
from hardstand.wiring.clusters import controls_held
from hardstand.wiring.discovering import Discovered, Numbered
from hardstand.wiring.request import ScanRequest
from hardstand.wiring.versions import pod_security_of

_NOT_ALONE = (
    "a snapshot is the picture of a whole cluster and is judged by itself: scan it alone; "
    "`hardstand diff` compares what two scans found"
)


def settled(
    request: ScanRequest, found: Discovered, kinds: Collection[Kind] | None = None
) -> tuple[ScanRequest, Discovered]:
    """The request and what was found for it, once it is known whether that is a snapshot.

    A snapshot tells of which cluster it is, and counts as complete: what it does not hold and may have been there is a
    gap. Among other input it is not read, and that is a fault: objects of a cluster and of files, or of two clusters,
    have the same names and are not in one picture. `kinds` are those that are needed, where that is not what the
    controls need.
    """
    snapshots = [(owner, unit) for owner, unit in found.units if isinstance(unit, SnapshotUnit)]
    if not snapshots:
        return request, found
    if len(found.units) > 1 or found.faults or len(request.paths) + len(request.more) > 1:
        faults = [(owner, Unreadable(unit.path, 1, 1, _NOT_ALONE, Why.UNREADABLE)) for owner, unit in snapshots]
        others = [one for one in found.units if not isinstance(one[1], SnapshotUnit)]
        return request, replace(found, units=others, faults=[*found.faults, *faults])
    owner, unit = snapshots[0]
    header = unit.snapshot.header
    settings = replace(request.settings, complete=True, cluster=request.settings.cluster or header.about.cluster)
    settings = replace(settings, pod_security=pod_security_of(header.about.server or "", settings.pod_security))
    asked = _wanted(request, header, kinds)
    units: list[Numbered] = [(owner, replace(unit, also=tuple(header.unread(asked)), asked=frozenset(asked)))]
    return replace(request, settings=settings), replace(found, units=units, sorts={**found.sorts, owner: "snapshot"})


def _wanted(request: ScanRequest, header: Header, kinds: Collection[Kind] | None) -> Collection[Kind]:
    """The kinds that are needed, less those whose objects are read as another's."""
    if kinds is None:
        kinds = wanted(controls_held(request.controls, request.settings)).keys()
    return sorted(without_twins(kinds, header.about.served or ()))
