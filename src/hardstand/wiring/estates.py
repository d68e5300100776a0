"""What there is, for a first baseline."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from hardstand.draft.estate import Estate
from hardstand.engine.picture import picture
from hardstand.sources.codeowners import owners_of
from hardstand.sources.ignore_files import ignore_files
from hardstand.wiring.held import Held
from hardstand.wiring.request import ScanRequest


def estate(request: ScanRequest, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> Estate:
    """Read everything that the paths name, for a first baseline: what there is, and how far the controls hold.

    Never raises for bad input: what could not be read is said in the estate. WorkerDiedError when a process ended
    early.
    """
    begun, held = now(), Held(request)
    run = held.scan({}, lambda: begun)
    objects, workloads = picture(held.pages(), held.settings)
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
