"""What happens in a cluster, in batches: from its followers, whose threads tell of one thing at a time."""

import queue
import threading
import time
from collections.abc import Callable, Sequence

from hardstand.controls.control import Control
from hardstand.engine.changes import Changes
from hardstand.engine.findings import Page
from hardstand.engine.kinds import wanted
from hardstand.model.gap import Gap
from hardstand.model.kind import Kind
from hardstand.sources.cluster.client import Client
from hardstand.sources.cluster.discovery import served
from hardstand.sources.cluster.errors import ClusterError
from hardstand.sources.cluster.following import Broken, Came, Follower, Listed, Resumed, Told, Went
from hardstand.sources.cluster.following_all import Followers
from hardstand.sources.cluster.secret_values import FingerprintKey

SETTLING = 0.2
"""Seconds for which changes are taken together."""

_MOST = 2_000
"""Changes that are taken together at the most."""


class Feed:
    """Everything that these controls need of a cluster, as it comes to be. One thread takes; any may `stop`."""

    def __init__(
        self,
        client: Client,
        controls: Sequence[Control],
        namespaces: Sequence[str],
        key: FingerprintKey,
        progress: Callable[[int, int], None] | None = None,
        verb: str = "watch",
    ) -> None:
        """Nothing is followed before `begin`. `verb` as for `Follower`. ClusterError where nobody answers."""
        self.client = client
        self.broken: dict[Kind, str] = {}
        """The kinds that are not followed at the moment, and why."""
        self._broken_since: float | None = None
        self.changes = Changes()
        self._offered = served(client)
        self._queue: queue.SimpleQueue[Told | None] = queue.SimpleQueue()
        self._followers = Followers(client, wanted(controls), namespaces, key, self._queue.put, verb)
        self._gaps: dict[Follower, Gap] = {}
        self._awaited: set[Follower] = set()
        self._end = threading.Event()
        self._progress = progress

    @property
    def ended(self) -> bool:
        """Somebody has asked it to stop."""
        return self._end.is_set()

    @property
    def complete(self) -> bool:
        """All lists that were asked for are there."""
        return not self._awaited

    @property
    def age(self) -> float:
        """Seconds for which some kind has not been followed; 0 while all are, for what changes is then heard of."""
        since = self._broken_since
        return 0.0 if since is None else time.monotonic() - since

    @property
    def gaps(self) -> list[Gap]:
        """What cannot be had of the cluster."""
        every = [*self._followers.gaps, *self._gaps.values()]
        return sorted(every, key=lambda one: (one.kind, one.namespace or "", one.why))

    def begin(self) -> None:
        """Follow everything, and take it in until all lists are there, or it is stopped."""
        self._followers.follow(self._offered)
        self._awaited = set(self._followers.all())
        while self._awaited and not self.ended:
            self._take(self._queue.get())

    def stop(self) -> None:
        """End it soon."""
        self._end.set()
        self._queue.put(None)

    def close(self) -> None:
        """End all threads and connections."""
        self._followers.stop()
        self.client.close()

    def list_again(self) -> bool:
        """Have everything compared with fresh lists, kinds that are served only now among it; false if nobody answers.

        It is `complete` again once that is done.
        """
        try:
            self._followers.follow(served(self.client))
        except ClusterError:
            return False  # That nobody answers is told by those who follow.
        self._awaited = set(self._followers.all())
        self._followers.list_again()
        return True

    def gather(self, wait: float) -> None:
        """Take in what happens within so many seconds, and from then on until it settles."""
        try:
            self._take(self._queue.get(timeout=wait))
        except queue.Empty:
            return
        until = time.monotonic() + SETTLING
        while len(self.changes) < _MOST and (left := until - time.monotonic()) > 0 and not self.ended:
            try:
                self._take(self._queue.get(timeout=left))
            except queue.Empty:
                return

    def _take(self, told: Told | None) -> None:
        match told:
            case Came(page, rank):
                self.changes.came(Page(page.name, page.data, live=True, partial=page.partial), rank)
            case Went(name):
                self.changes.went(name)
            case Listed(follower, gap):
                self._awaited.discard(follower)
                self.broken.pop(follower.resource.kind, None)
                if gap is None:
                    self._gaps.pop(follower, None)
                else:
                    self._gaps[follower] = gap
            case Resumed(kind):
                self.broken.pop(kind, None)
            case Broken(kind, reason):
                self.broken[kind] = reason
        if not self.broken:
            self._broken_since = None
        elif self._broken_since is None:
            self._broken_since = time.monotonic()
        if self._progress and self._awaited:
            self._progress(len(self.changes), 0)
