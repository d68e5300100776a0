"""What audit logs tell was used, and by whom."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise

from hardstand.access.used import Used, Window
from hardstand.model.asked import Asked
from hardstand.model.run import Unreadable
from hardstand.sources.audit.asked import AskedLog

_TOLD_EVERY = 1_000


@dataclass(frozen=True, slots=True)
class PastUse:
    """What some logs hold."""

    used: Used
    window: Window | None
    """None where there is no event of the time that was asked for."""
    undecided: int
    """Events that tell nothing of what was decided."""
    unreadable: tuple[Unreadable, ...]

    @property
    def blind(self) -> bool:
        """Whether nothing can be told by the logs."""
        return self.window is None or self.undecided == self.window.events


def past_use(
    logs: Sequence[str],
    wanted: Callable[[str, Iterable[str]], bool] | None = None,
    since: datetime | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> PastUse:
    """Read logs once, from a moment on, and add up what those who are wanted used. Never raises for bad input."""
    used = Used(wanted) if wanted is not None else Used()
    log = AskedLog(tuple(logs))
    faults: list[Unreadable] = []
    for one in log.open():
        if isinstance(one, Asked):
            if since is None or one.time >= since:
                used.take(one)
        else:
            faults.append(one)
        if progress and log.entries % _TOLD_EVERY == 0:
            progress(log.entries, 0)
    if progress:
        progress(log.entries, log.entries)
    window = None
    if log.first is not None and log.last is not None and (since is None or since <= log.last):
        first = log.first if since is None else max(log.first, since)
        window = Window(first, log.last, log.entries, log.refused, _silent(first, log.last, log.days))
    return PastUse(used, window, log.undecided, tuple(faults))


def _silent(first: datetime, last: datetime, days: Iterable[int]) -> int:
    """The most days in a row without an event, from the first to the last."""
    begin, end = (one.astimezone(UTC).toordinal() for one in (first, last))
    met = [begin, *sorted(one for one in days if begin <= one <= end)]
    return max((after - before - 1 for before, after in pairwise(met)), default=0)
