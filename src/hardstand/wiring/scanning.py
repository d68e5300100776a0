"""Everything is read, judged once, and let go."""

import time
from collections.abc import Callable
from datetime import UTC, datetime

from hardstand.model.run import Run
from hardstand.wiring.discovering import discovered
from hardstand.wiring.judging import judged
from hardstand.wiring.request import ScanRequest
from hardstand.wiring.snapshots import settled


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
    return judged(*settled(request, discovered(request)), begun, now(), progress)
