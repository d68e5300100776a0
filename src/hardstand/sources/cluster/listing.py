"""A list that comes in pages.

Source: https://kubernetes.io/docs/reference/using-api/api-concepts/#retrieving-large-results-sets-in-chunks
"""

from collections.abc import Iterator
from typing import Any, Protocol

from hardstand.sources.cluster.errors import ApiError, GoneError
from hardstand.sources.cluster.items import items
from hardstand.sources.cluster.resource import Resource
from hardstand.sources.cluster.transport import Query

_FIRST = 100
_LEAST, _MOST = 10, 500
_PAGE = 4 * 1024 * 1024
"""Bytes that a page is meant to have: ConfigMaps may have a megabyte each, and most kinds have a thousandth of it."""

_TRIES = 5


class Pages(Protocol):
    """Whoever gets a page of the list."""

    path: str

    def __call__(self, query: Query) -> bytes:
        """The page that the query asks for."""


class Listing:
    """Objects as dictionaries, with apiVersion and kind, in the server's order. To be iterated once."""

    def __init__(self, fetch: Pages, resource: Resource, *, consistent: bool, limit: int | None) -> None:
        self._fetch = fetch
        self._resource = resource
        self._consistent = consistent
        self._fixed = limit
        self.resource_version = ""
        """The moment that the list is of, known once the first object has been given, or the iteration has ended."""

    def __iter__(self) -> Iterator[dict[str, Any]]:
        seen: set[str] = set()
        token, limit, left = "", self._fixed or _FIRST, _TRIES
        while True:
            query = [("limit", str(limit)), *([("continue", token)] if token else [])]
            try:
                body = self._fetch(query)
            except GoneError as error:
                left -= 1
                if self._consistent or not token or not left:
                    raise
                # The server may offer the rest as of now; else it is all asked for again.
                token = error.token or ""
                continue
            beside: dict[str, Any] = {}
            count = 0
            for item in self._items(body, beside):
                count += 1
                uid = item["metadata"].get("uid")
                if uid is None or uid not in seen:
                    yield item
                if uid is not None:
                    seen.add(uid)
            token = (beside.get("metadata") or {}).get("continue") or ""
            if not token:
                return
            limit = self._fixed or _fitting(len(body), count)

    def _items(self, body: bytes, beside: dict[str, Any]) -> Iterator[dict[str, Any]]:
        try:
            for item in items(body, beside):
                self._note(beside)
                if not isinstance(item, dict) or not isinstance(item.get("metadata"), dict):
                    raise self._strange()
                yield self._resource.named(item)
        except ValueError:
            raise self._strange() from None
        self._note(beside)

    def _note(self, beside: dict[str, Any]) -> None:
        if not self.resource_version:
            self.resource_version = str((beside.get("metadata") or {}).get("resourceVersion") or "")

    def _strange(self) -> ApiError:
        return ApiError(200, f"{self._fetch.path} gave no list of objects", "is an API server there?")


def _fitting(size: int, count: int) -> int:
    """How many objects of the size that the last ones had make a page."""
    each = max(size // max(count, 1), 1)
    return max(_LEAST, min(_MOST, _PAGE // each))
