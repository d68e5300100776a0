"""A cluster that is watched: what opens and closes in it, as it happens."""

import gc
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from enum import StrEnum

from hardstand.engine.kinds import followed
from hardstand.engine.live import Live
from hardstand.engine.settings import Settings
from hardstand.engine.watching import Delta, Watching
from hardstand.model.kind import Kind
from hardstand.model.removal import Removal
from hardstand.sources.cluster.secret_values import FingerprintKey
from hardstand.wiring.clusters import ClusterRequest, connected, controls_held
from hardstand.wiring.expiring import Expiring, carried_out, found_over, planned
from hardstand.wiring.feeding import Feed
from hardstand.wiring.versions import pod_security_of

_PULSE = 1.0
"""Seconds after which it is looked whether another day has begun."""

_YOUNG = 50_000
"""Objects after which Python looks for garbage among the new ones, instead of its 700: judging makes thousands."""

_SOONER = 10.0
"""Seconds after which lists are asked for again where nobody answered."""


class Cause(StrEnum):
    """Why something is told."""

    BEGUN = "begun"
    CHANGED = "changed"
    RECONCILED = "reconciled"
    NEW_DAY = "new-day"
    BROKEN = "broken"
    REMOVING = "removing"
    """Told before anything is removed: nothing is until the next tick is asked for."""
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Tick:
    """Something to tell."""

    cause: Cause
    at: datetime
    delta: Delta
    objects: int
    broken: tuple[tuple[Kind, str], ...] = ()
    """The kinds that are not followed at the moment, and why."""
    removals: tuple[Removal, ...] = ()
    """What is to be removed, or what became of that."""


class ClusterWatch:
    """What is open in a cluster, kept up to date. It is iterated once; `stop` ends that, from a signal or a thread."""

    def __init__(
        self,
        where: ClusterRequest,
        settings: Settings,
        controls: Sequence[str] | None = None,
        *,
        reconcile: float = 600.0,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        progress: Callable[[int, int], None] | None = None,
        placed: bool = False,
        alive: Callable[[], None] = lambda: None,
        apply: bool = False,
    ) -> None:
        """`placed`: work out lines and columns of what is open at the beginning, too.

        `alive` is called every second or so while it goes on, whether or not anything happens.

        `apply`: remove bindings that have expired. Each is told of first, and removed when the next tick is asked for.

        `reconcile`: seconds after which all is compared with fresh lists. ClusterError where nobody answers.
        """
        self._now, self._progress, self._every, self._placed = now, progress, reconcile, placed
        self._alive, self._apply, self._expiring = alive, apply, Expiring()
        held = followed(controls_held(controls, settings))
        key = FingerprintKey.from_file(where.fingerprint_key) if where.fingerprint_key else FingerprintKey()
        self._feed = Feed(connected(where), held, where.namespaces, key, progress)
        asked = [one for one in held if controls is None or one.id in controls]
        version = pod_security_of(self._feed.client.version(), settings.pod_security)
        settings = replace(settings, cluster=self.cluster, today=self._today(), pod_security=version)
        self.watching = Watching(Live(asked, settings), held)

    @property
    def cluster(self) -> str:
        """What the cluster is called."""
        return self._feed.client.cluster

    def stop(self) -> None:
        """End the iteration soon."""
        self._feed.stop()

    def __iter__(self) -> Iterator[Tick]:
        before = gc.get_threshold()
        gc.set_threshold(_YOUNG, *before[1:])
        try:
            self._feed.begin()
            if not self._feed.ended:
                # What may not be read is known before anything is judged, or all would be judged twice.
                delta = self.watching.missing(self._feed.gaps).then(self._judged(placed=self._placed))
                gc.freeze()  # The picture is no garbage, and to look at all of it again and again took a third of all.
                yield self._tick(Cause.BEGUN, delta)
                yield from self._ending()
                yield from self._going_on()
        finally:
            self._feed.close()
            gc.set_threshold(*before)
            gc.unfreeze()

    def _going_on(self) -> Iterator[Tick]:
        due, reconciling = time.monotonic() + self._every, False
        while True:
            self._alive()
            was_broken = dict(self._feed.broken)
            self._feed.gather(_PULSE if reconciling else min(_PULSE, max(0.0, due - time.monotonic())))
            if self._feed.ended:
                return
            delta = self._judged()
            if reconciling and self._feed.complete:
                reconciling, due = False, time.monotonic() + self._every
                yield self._tick(Cause.RECONCILED, delta)
            elif delta:
                yield self._tick(Cause.CHANGED, delta)
            elif self._feed.broken != was_broken:
                yield self._tick(Cause.BROKEN, delta)
            yield from self._ending()
            if self._today() != self.watching.live.settings.today:
                yield self._tick(Cause.NEW_DAY, self.watching.on_day(self._today()))
            if time.monotonic() >= due and not reconciling:
                reconciling = self._feed.list_again()
                due = time.monotonic() + (self._every if reconciling else _SOONER)

    def _ending(self) -> Iterator[Tick]:
        """What the hour has ended, judged again; and where that is wanted, its removal."""
        if due := self._expiring.due(self._now()):
            delta = self.watching.look_again(due)
            if delta:
                yield self._tick(Cause.CHANGED, delta)
        if not self._apply:
            return
        names = {found: name for name in self._expiring.over() if (found := found_over(self.watching.open_in(name)))}
        for name in names.values():
            self._expiring.postpone(name)  # Whatever becomes of it; when it is gone, the watch tells.
        planned_now = tuple(planned(self._feed.client, names, self._now()))
        if planned_now:
            yield replace(self._tick(Cause.REMOVING, Delta()), removals=planned_now)
            done = tuple(one if one.failed else carried_out(self._feed.client, one) for one in planned_now)
            yield replace(self._tick(Cause.REMOVED, Delta()), removals=done)

    def _judged(self, *, placed: bool = True) -> Delta:
        pages, gone = self._feed.changes.take()
        self._expiring.take(pages, gone)
        delta = self.watching.apply(pages, gone, placed=placed) if pages or gone else Delta()
        delta = delta.then(self.watching.missing(self._feed.gaps))
        if self._progress:
            self._progress(len(pages), len(pages))
        return delta

    def _tick(self, cause: Cause, delta: Delta) -> Tick:
        broken = tuple(sorted(self._feed.broken.items()))
        return Tick(cause, self._now(), delta, len(self.watching.live), broken)

    def _today(self) -> date:
        return self._now().astimezone(UTC).date()
