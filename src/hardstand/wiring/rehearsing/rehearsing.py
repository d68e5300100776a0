"""A changed baseline, rehearsed: on what is there, and on what was asked for in the past."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hardstand import __version__
from hardstand.baseline.baseline import Baseline
from hardstand.engine.live import Live
from hardstand.engine.responsible import responsible
from hardstand.model.finding import Finding
from hardstand.model.past import Keeper, PastRequest
from hardstand.model.path import Value
from hardstand.model.run import Unreadable
from hardstand.rehearse.estate import compared
from hardstand.rehearse.interface import Held, Log, Rehearsal, Requests, Whose
from hardstand.sources.audit.past import AuditLog
from hardstand.sources.cluster.secret_values import NOTES, FingerprintKey, without_values
from hardstand.sources.codeowners import owners_of
from hardstand.wiring.judging import selected, written
from hardstand.wiring.rehearsing.keeping import Kept
from hardstand.wiring.rehearsing.recorded import Recorded
from hardstand.wiring.rehearsing.reviewing import Rehearsing
from hardstand.wiring.rehearsing.whose import Finder
from hardstand.wiring.request import ScanRequest


class NoPictureError(Exception):
    """Past requests can only be laid over the picture of a cluster."""


@dataclass(frozen=True, slots=True)
class Logs:
    """Where past requests are kept, and from how many days they are taken."""

    journals: tuple[str, ...] = ()
    audits: tuple[str, ...] = ()
    days: int | None = None
    """None is all there are."""

    def __bool__(self) -> bool:
        return bool(self.journals or self.audits)


def rehearse(
    old: ScanRequest,
    new: ScanRequest,
    logs: Logs,
    fingerprint_key: str | None = None,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    progress: Callable[[int, int], None] | None = None,
) -> Rehearsal:
    """Judge what both requests lead to (it is the same, by two baselines), and put past requests to the new one.

    NoPictureError where there are logs, and no cluster or snapshot. WorkerDiedError, ConfigError.
    """
    at = now()
    kept = Kept(new)
    if logs and not kept.is_live:
        raise NoPictureError
    live = kept.live(new, at) if kept.is_live else None
    before, after = kept.run(old, at), kept.run(new, at)
    blocks, frees = compared(before, after, _whose(kept, live, new))
    requests, faults = None, list[Unreadable]()
    if live is not None and logs:
        key = FingerprintKey.from_file(fingerprint_key) if fingerprint_key else FingerprintKey()
        controls = selected(new.controls, new.settings.customs)
        rehearsing = Rehearsing(live, controls, lambda data: _concealed(data, key))
        requests = _requests(rehearsing, logs, at, faults, progress)
    return Rehearsal(
        tool_version=__version__,
        evaluated_at=written(at),
        cluster=after.cluster,
        old=_held(old.settings.baseline),
        new=_held(new.settings.baseline),
        objects=after.objects,
        blocks=blocks,
        frees=frees,
        tightening=after.tightening,
        requests=requests,
        unreadable=(*after.unreadable, *faults),
    )


def _whose(kept: Kept, live: Live | None, request: ScanRequest) -> Callable[[Finding], Whose]:
    """What tells of each finding whose it is: a picture, or for files the classes and CODEOWNERS."""
    if live is not None:
        return Finder(live).of_finding
    owners = responsible(kept.pages(request), request.settings)
    known: Mapping[str, str] = owners_of({file for file, _ in owners})

    def of_file(one: Finding) -> Whose:
        file = one.locations[0].file
        return Whose(one.object, owners.get((file, one.object)) or known.get(file))

    return of_file


def _requests(
    rehearsing: Rehearsing,
    logs: Logs,
    at: datetime,
    faults: list[Unreadable],
    progress: Callable[[int, int], None] | None,
) -> Requests:
    """Put every request of these days; the audit log's first, which has objects as they were."""
    since = at - timedelta(days=logs.days) if logs.days is not None else None
    count = 0

    def met(_: int) -> None:
        nonlocal count
        count += 1
        if progress and count % 200 == 0:
            progress(count, 0)

    audit, recorded = AuditLog(logs.audits, progress=met), Recorded(logs.journals, progress=met)
    for source in (audit, recorded):
        for one in source.open():
            if isinstance(one, PastRequest):
                rehearsing.put(one, counts=since is None or one.time >= since)
            else:
                faults.append(one)
    if progress:
        progress(count, count)
    rehearsing.close()
    told = [
        Log(keeper.value, one.entries, one.first, one.last)
        for keeper, one, named in ((Keeper.AUDIT, audit, logs.audits), (Keeper.GATE, recorded, logs.journals))
        if named
    ]
    return rehearsing.tally.requests(logs.days, since, told, rehearsing.fix)


def _concealed(data: Mapping[str, Value], key: FingerprintKey) -> Mapping[str, Value]:
    """A Secret without its values; one that was kept so stays as it is."""
    return data if NOTES in data else without_values(data, key)


def _held(baseline: Baseline) -> Held:
    return Held(baseline.path, baseline.digest)
