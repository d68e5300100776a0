"""A cluster that is watched: what opens and closes in it, as it happens."""

import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from enum import StrEnum

from hardstand.engine.changes import Changes
from hardstand.engine.findings import Page
from hardstand.engine.kinds import wanted
from hardstand.engine.live import Live
from hardstand.engine.settings import Settings
from hardstand.engine.watching import Delta, Watching
from hardstand.model.gap import Gap
from hardstand.model.kind import Kind
from hardstand.sources.cluster.discovery import served
from hardstand.sources.cluster.errors import ClusterError
from hardstand.sources.cluster.following import Broken, Came, Follower, Listed, Resumed, Told, Went
from hardstand.sources.cluster.following_all import Followers
from hardstand.sources.cluster.secret_values import FingerprintKey
from hardstand.wiring.clusters import ClusterRequest, connected, controls_held

SETTLING = 0.2
"""Seconds for which changes are taken together."""

_MOST = 2_000
"""Changes that are taken together at the most."""

_PULSE = 1.0
"""Seconds after which it is looked whether another day has begun."""


class Cause(StrEnum):
    """Why something is told."""

    BEGUN = "begun"
    CHANGED = "changed"
    RECONCILED = "reconciled"
    NEW_DAY = "new-day"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Tick:
    """Something to tell."""

    cause: Cause
    at: datetime
    delta: Delta
    objects: int
    broken: tuple[tuple[Kind, str], ...] = ()
    """The kinds that are not followed at the moment, and why."""


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
    ) -> None:
        """`placed`: work out lines and columns of what is open at the beginning, too.

        `reconcile`: seconds after which all is compared with fresh lists. ClusterError where nobody answers.
        """
        self._client = connected(where)
        self._offered = served(self._client)
        self._now, self._progress, self._every, self._placed = now, progress, reconcile, placed
        held = controls_held(controls, settings)
        asked = [one for one in held if controls is None or one.id in controls]
        settings = replace(settings, cluster=self._client.cluster, today=self._today())
        self.watching = Watching(Live(asked, settings), held)
        self._queue: queue.SimpleQueue[Told | None] = queue.SimpleQueue()
        key = FingerprintKey.from_file(where.fingerprint_key) if where.fingerprint_key else FingerprintKey()
        self._followers = Followers(self._client, wanted(held), where.namespaces, key, self._queue.put)
        self._gaps: dict[Follower, Gap] = {}
        self._broken: dict[Kind, str] = {}
        self._awaited: set[Follower] = set()
        self._changes = Changes()
        self._end = threading.Event()

    @property
    def cluster(self) -> str:
        """What the cluster is called."""
        return self._client.cluster

    def stop(self) -> None:
        """End the iteration soon."""
        self._end.set()
        self._queue.put(None)

    def __iter__(self) -> Iterator[Tick]:
        self._followers.follow(self._offered)
        self._awaited = set(self._followers.all())
        try:
            while self._awaited and not self._end.is_set():
                self._take(self._queue.get())
            if not self._end.is_set():
                yield self._tick(Cause.BEGUN, self._judged(placed=self._placed))
                yield from self._going_on()
        finally:
            self._followers.stop()
            self._client.close()

    def _going_on(self) -> Iterator[Tick]:
        due, reconciling = time.monotonic() + self._every, False
        while not self._end.is_set():
            was_broken = dict(self._broken)
            self._gather(min(_PULSE, max(0.0, due - time.monotonic())))
            if self._end.is_set():
                return
            reconciled = reconciling and not self._awaited
            delta = self._judged()
            if reconciled:
                reconciling, due = False, time.monotonic() + self._every
                yield self._tick(Cause.RECONCILED, delta)
            elif delta:
                yield self._tick(Cause.CHANGED, delta)
            elif self._broken != was_broken:
                yield self._tick(Cause.BROKEN, delta)
            if self._today() != self.watching.live.settings.today:
                yield self._tick(Cause.NEW_DAY, self.watching.on_day(self._today()))
            if time.monotonic() >= due and not reconciling:
                reconciling = self._reconcile()
                due = time.monotonic() + (self._every if reconciling else _PULSE * 10)

    def _reconcile(self) -> bool:
        """Have everything compared with fresh lists, kinds that are served only now among it."""
        try:
            self._followers.follow(served(self._client))
        except ClusterError:
            return False  # That nobody answers is told by those who follow.
        self._awaited = set(self._followers.all())
        self._followers.list_again()
        return True

    def _gather(self, wait: float) -> None:
        """Take in what happens, from the first change on for as long as it takes to settle."""
        try:
            self._take(self._queue.get(timeout=wait))
        except queue.Empty:
            return
        until = time.monotonic() + SETTLING
        while len(self._changes) < _MOST and (left := until - time.monotonic()) > 0 and not self._end.is_set():
            try:
                self._take(self._queue.get(timeout=left))
            except queue.Empty:
                return

    def _take(self, told: Told | None) -> None:
        match told:
            case Came(page, rank):
                self._changes.came(Page(page.name, page.data, live=True), rank)
            case Went(name):
                self._changes.went(name)
            case Listed(follower, gap):
                self._awaited.discard(follower)
                self._broken.pop(follower.resource.kind, None)
                if gap is None:
                    self._gaps.pop(follower, None)
                else:
                    self._gaps[follower] = gap
            case Resumed(kind):
                self._broken.pop(kind, None)
            case Broken(kind, reason):
                self._broken[kind] = reason
        if self._progress and self._awaited:
            self._progress(len(self._changes), 0)

    def _judged(self, *, placed: bool = True) -> Delta:
        pages, gone = self._changes.take()
        delta = self.watching.apply(pages, gone, placed=placed) if pages or gone else Delta()
        gaps = [*self._followers.gaps, *self._gaps.values()]
        delta = delta.then(self.watching.missing(sorted(gaps, key=lambda one: (one.kind, one.namespace or ""))))
        if self._progress:
            self._progress(len(pages), len(pages))
        return delta

    def _tick(self, cause: Cause, delta: Delta) -> Tick:
        return Tick(cause, self._now(), delta, len(self.watching.live), tuple(sorted(self._broken.items())))

    def _today(self) -> date:
        return self._now().astimezone(UTC).date()
