"""What happens to objects, as it happens.

Source: https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes
"""

import json
import random
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from urllib3 import BaseHTTPResponse, exceptions

from hardstand.sources.cluster.errors import ClusterError, DisconnectedError, api_error
from hardstand.sources.cluster.resource import Resource
from hardstand.sources.cluster.transport import Query, Request
from hardstand.sources.names import shown

SILENCE = 150.0
"""Seconds without a byte after which a watch counts as lost: bookmarks come about every minute."""

_CHUNK = 64 * 1024


@dataclass(frozen=True, slots=True)
class Event:
    """`type` is ADDED, MODIFIED, DELETED or BOOKMARK; of a bookmark only the resource version counts."""

    type: str
    object: dict[str, Any]

    @property
    def resource_version(self) -> str:
        """Where to watch on from."""
        return str(self.object.get("metadata", {}).get("resourceVersion", ""))


class Watch:
    """Events, to be iterated once. `close` may be called by another thread, and ends the iteration."""

    def __init__(
        self,
        resource: Resource,
        resource_version: str,
        failure: Callable[[exceptions.HTTPError | OSError], ClusterError],
    ) -> None:
        self.resource_version = resource_version
        """The last one that was seen: where to watch on from."""
        self._resource = resource
        self._failure = failure
        self._response: BaseHTTPResponse | None = None
        self._closed = False

    def request(self, path: str, accept: str, selectors: Query) -> Request:
        """The request for this watch. Its end is drawn by lot, so that not all watches end at once."""
        query = [
            ("watch", "true"),
            ("allowWatchBookmarks", "true"),
            ("resourceVersion", self.resource_version),
            ("timeoutSeconds", str(random.randint(300, 600))),  # noqa: S311 - no secret
            *selectors,
        ]
        return Request("GET", path, query, accept, silence=SILENCE)

    def begin(self, response: BaseHTTPResponse) -> None:
        """Take the answer whose body the events are."""
        self._response = response

    def __iter__(self) -> Iterator[Event]:
        try:
            for line in self._lines():
                event = self._event(line)
                if event.type != "ERROR":
                    self.resource_version = event.resource_version or self.resource_version
                    yield event
                    continue
                status = event.object
                code = status.get("code")
                raise api_error(code if isinstance(code, int) else 500, shown(str(status.get("message", "")))[:1000])
        finally:
            self.close()

    def close(self) -> None:
        """End the watch."""
        self._closed = True
        response, self._response = self._response, None
        if response is not None:
            with suppress(ValueError, RuntimeError, OSError):  # It may have ended already.
                response.shutdown()
            response.close()

    def _lines(self) -> Iterator[bytes]:
        """Each event is a line of JSON."""
        response, rest = self._response, bytearray()
        if response is None:
            return
        try:
            for part in response.stream(_CHUNK, decode_content=True):
                searched = len(rest)
                rest += part
                while (end := rest.find(b"\n", searched)) >= 0:
                    yield bytes(rest[:end])
                    del rest[: end + 1]
                    searched = 0
        except (exceptions.HTTPError, OSError, ValueError, AttributeError) as error:
            if self._closed:
                return
            if isinstance(error, exceptions.HTTPError | OSError):
                raise self._failure(error) from None
            raise
        if rest.strip() and not self._closed:
            raise DisconnectedError("the watch ended in the middle of an event")

    def _event(self, line: bytes) -> Event:
        try:
            found = json.loads(line)
        except ValueError:
            found = None
        item = found.get("object") if isinstance(found, dict) else None
        if not isinstance(item, dict):
            raise DisconnectedError("the watch gave something that is no event")
        kind = str(found.get("type"))
        if kind in ("ADDED", "MODIFIED", "DELETED"):
            item = self._resource.named(item)
        return Event(kind, item)
