"""Follow the objects of one kind: list once, then watch, and list again where the watch has lost its place.

What is told is what became different, once: a list that comes after a break is compared with what was told before it,
so that nothing that happened in between is missed, and nothing is told twice. Times are measured by a clock that
nobody can set.
"""

import hashlib
import json
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from hardstand.model.kind import Kind
from hardstand.model.need import Need
from hardstand.sources.cluster.client import Client
from hardstand.sources.cluster.errors import ApiError, ClusterError, ForbiddenError, GoneError, NotFoundError
from hardstand.sources.cluster.order import rank
from hardstand.sources.cluster.pages import kept, name_of, page_of
from hardstand.sources.cluster.reading import gap_of
from hardstand.sources.cluster.resource import Resource
from hardstand.sources.cluster.secret_values import FingerprintKey
from hardstand.sources.cluster.transport import Query
from hardstand.sources.cluster.watching import Event, Watch
from hardstand.sources.interface import Gap, Page

_FIRST_WAIT, _LONGEST_WAIT = 0.5, 30.0
"""Seconds before asking again after a failure; doubled each time."""

_SHORTEST = 1.0
"""Seconds that a watch lasts at the least, where nothing is wrong."""

_REFUSED_WAIT = 60.0
"""Seconds before asking again for what may not be listed: somebody may grant it."""


@dataclass(frozen=True, slots=True)
class Came:
    """An object is there, or is not as it was."""

    page: Page
    rank: int
    """Those of a lower rank make those of a higher one."""


@dataclass(frozen=True, slots=True)
class Went:
    """The object with this name of its page is gone."""

    name: str


@dataclass(frozen=True, slots=True)
class Listed:
    """All that there was when the list was made has been told, since the last time that this was said."""

    follower: "Follower"
    gap: Gap | None = None
    """Why there was no list."""


@dataclass(frozen=True, slots=True)
class Broken:
    """The connection is lost; it is tried again."""

    kind: Kind
    reason: str


@dataclass(frozen=True, slots=True)
class Resumed:
    """What was broken is followed again, from where it was broken."""

    kind: Kind


Told = Came | Went | Listed | Broken | Resumed


class Follower:
    """One kind, in one namespace or in all, followed in a thread of its own."""

    def __init__(
        self,
        client: Client,
        resource: Resource,
        need: Need,
        namespace: str | None,
        key: FingerprintKey,
        tell: Callable[[Told], None],
        selectors: Query = (),
        verb: str = "watch",
    ) -> None:
        """`tell` is called from the follower's thread. `selectors` as for `Client.list`.

        `verb` of the command line, for whom it is followed, so that what is refused is told with the role it needs.
        """
        self.resource = resource
        self.namespace = namespace
        self._client = client
        self._verb = verb
        self._need = need
        self._keep = None if need.whole else kept(need.fields)
        self._key = key
        self._tell = tell
        self._selectors = selectors
        self._known: dict[str, tuple[str, bytes]] = {}
        """Of each object that was told its resource version and the mark of its page, by the name of that."""
        self._still = not (need.whole and need.status)
        """What is needed of an object may be as it was when its resource version is another."""
        self._version = ""
        self._watch: Watch | None = None
        self._again = threading.Event()
        self._wake = threading.Event()
        self._ended = False
        self._broken = False
        self._rank = rank(resource.kind)
        self._thread = threading.Thread(target=self._follow, name=f"follow {resource.plural}", daemon=True)

    def start(self) -> None:
        """Begin to follow."""
        self._thread.start()

    def list_again(self) -> None:
        """Compare with a fresh list, whatever the watch says."""
        self._again.set()
        self._interrupt()

    def stop(self) -> None:
        """Tell nothing more."""
        self._ended = True
        self._interrupt()

    def join(self, seconds: float) -> None:
        """Wait for the thread to end."""
        self._thread.join(seconds)

    def _interrupt(self) -> None:
        self._wake.set()
        watch = self._watch
        if watch is not None:
            watch.close()

    def _follow(self) -> None:
        wait = _FIRST_WAIT
        while not self._ended:
            try:
                if not self._version or self._again.is_set():
                    self._listed()
                self._watch_on()
                wait = _FIRST_WAIT
            except GoneError:
                self._version = ""  # What happened since then is no longer told: a list tells what came of it.
            except (ForbiddenError, NotFoundError) as error:
                if self._version and isinstance(error, ForbiddenError):
                    self._unwatched()
                else:
                    self._refused(error)
                self._pause(_REFUSED_WAIT)
            except Exception as error:  # noqa: BLE001 - the outermost edge: a thread that ends would end in silence
                self._failed(error if isinstance(error, ClusterError) else self._unexpected(error))
                self._pause(wait * random.uniform(0.75, 1.25))  # noqa: S311 - not all at once, and no secret
                wait = min(wait * 2, _LONGEST_WAIT)

    def _unexpected(self, error: Exception) -> ClusterError:
        """An error that nobody thought of. Only its kind is told: its words may hold what was being sent."""
        self._version = ""  # Nobody knows what of it was told, so all is compared with a list.
        return ClusterError(f"unexpected {type(error).__name__} while it was followed")

    def _failed(self, error: ClusterError) -> None:
        """Tell that the kind is not followed at the moment."""
        if isinstance(error, ApiError):
            self._version = ""  # The server answers, and not to this: from the beginning, then.
        if self._ended:
            return
        self._broken = True
        self._tell(Broken(self.resource.kind, str(error)))
        if not self._known and not self._version:
            self._tell(Listed(self, gap_of(self.resource.kind, self.namespace, error, self._verb)))

    def _listed(self) -> None:
        """Make the list that was asked for, and ask for it still if it breaks off."""
        self._again.clear()
        try:
            self._list()
        except (ForbiddenError, NotFoundError):
            self._version = ""  # What cannot be listed is not known, whatever may be watched.
            raise
        except ClusterError:
            if self._version:
                self._again.set()
            raise

    def _unwatched(self) -> None:
        """What may be listed and not watched is known, and is listed again every so often."""
        self._broken = True
        doctor = f"`hardstand doctor --verb {self._verb}`"
        reason = f"it may be listed and not watched; {doctor} prints the role that allows it"
        self._tell(Broken(self.resource.kind, reason))
        self._again.set()

    def _pause(self, seconds: float) -> None:
        if not self._ended:
            self._wake.wait(seconds)
        self._wake.clear()

    def _list(self) -> None:
        listing = self._client.list(
            self.resource,
            self.namespace,
            metadata_only=self._need.metadata_only,
            consistent=True,
            selectors=self._selectors,
        )
        seen: set[str] = set()
        for item in listing:
            if self._ended:
                return
            seen.add(self._take(item))
        for name in [one for one in self._known if one not in seen]:
            self._drop(name)
        self._version = listing.resource_version
        self._tell(Listed(self))

    def _watch_on(self) -> None:
        watch = self._client.watch(
            self.resource,
            self._version,
            self.namespace,
            metadata_only=self._need.metadata_only,
            selectors=self._selectors,
        )
        self._watch = watch
        if self._broken:
            self._broken = False
            self._tell(Resumed(self.resource.kind))
        begun = time.monotonic()
        try:
            if self._ended or self._again.is_set():
                return
            for event in watch:
                self._event(event)
                self._version = watch.resource_version
        finally:
            self._watch = None
            watch.close()
        if time.monotonic() - begun < _SHORTEST and not self._again.is_set():
            self._pause(_SHORTEST)  # A server that ends each watch at once is not asked without a break.

    def _event(self, event: Event) -> None:
        if event.type in ("ADDED", "MODIFIED"):
            self._take(event.object)
        elif event.type == "DELETED":
            self._drop(name_of(event.object, self.resource))

    def _take(self, item: dict[str, object]) -> str:
        """Tell of an object, unless it is as it was told before; the name of its page."""
        version, name = _version_of(item), name_of(item, self.resource)
        known = self._known.get(name)
        if known is not None and version and known[0] == version:
            return name
        page = page_of(item, self.resource, self._key, self._keep, status=self._need.status)
        mark = _mark(page, version) if self._still else b""
        self._known[name] = version, mark
        if known is None or not mark or mark != known[1]:
            self._tell(Came(page, self._rank))
        return name

    def _drop(self, name: str) -> None:
        if self._known.pop(name, None) is not None:
            self._tell(Went(name))

    def _refused(self, error: ApiError) -> None:
        """What may no longer be listed is not known any more: that is a gap, and what was known is let go."""
        self._version = ""
        for name in list(self._known):
            self._drop(name)
        # A kind that is no longer served has no objects.
        gone = isinstance(error, NotFoundError)
        self._tell(Listed(self, None if gone else gap_of(self.resource.kind, self.namespace, error, self._verb)))


def _mark(page: Page, version: str) -> bytes:
    """A short value that stays while nothing but the resource version of an object becomes another."""
    # The metadata stands first, and within texts the quotation marks are escaped: no other field can be hit.
    written = b'"resourceVersion":' + json.dumps(version).encode()
    return hashlib.blake2b(page.data.replace(written, b"", 1), digest_size=16).digest()


def _version_of(item: dict[str, object]) -> str:
    metadata = item.get("metadata")
    return str(metadata.get("resourceVersion") or "") if isinstance(metadata, dict) else ""
