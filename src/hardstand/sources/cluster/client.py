"""Everything that is asked of an API server goes through here.

Source: https://kubernetes.io/docs/reference/using-api/api-concepts/
"""

import json
import time
from collections.abc import Callable, Sequence
from typing import Any

from urllib3 import BaseHTTPResponse, exceptions

from hardstand.sources.cluster.access import Access
from hardstand.sources.cluster.errors import (
    ApiError,
    AuthError,
    ConnectError,
    DisconnectedError,
    api_error,
)
from hardstand.sources.cluster.listing import Listing
from hardstand.sources.cluster.resource import Resource
from hardstand.sources.cluster.signing import Signer
from hardstand.sources.cluster.tls import ended
from hardstand.sources.cluster.transport import Query, Request, Transport
from hardstand.sources.cluster.watching import Watch
from hardstand.sources.names import shown

JSON = "application/json"
METADATA_LIST = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"
METADATA = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1"

_WAITS = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0)
"""Seconds before each further try; an API server is back a few seconds after a restart."""

_LONGEST_WAIT = 30.0
_TRANSIENT = frozenset({502, 503, 504})
_LONGEST_UNASKED = 1.0
"""The longest wait for a server that does not say when to ask again: an API behind it may be gone for good."""

_LARGEST = 512 * 1024 * 1024
_LONGEST_MESSAGE = 1_000


class Client:
    """One cluster. Any thread may use it.

    Every method can raise a ClusterError: ConfigError where credentials cannot be had, ConnectError where nobody
    answers, DisconnectedError where an answer was cut off, and ApiError (AuthError, ForbiddenError, NotFoundError,
    ConflictError, GoneError) for the server's refusals.
    """

    def __init__(self, access: Access, sleep: Callable[[float], None] = time.sleep) -> None:
        self.access = access
        self._signer = Signer(access)
        self._transport = Transport(access, self._signer)
        self._sleep = sleep
        self._reached = False

    @property
    def cluster(self) -> str:
        """The name of the cluster, as the kubeconfig has it."""
        return self.access.cluster

    def close(self) -> None:
        """End all connections."""
        self._transport.close()

    def get(self, path: str, query: Query = (), accept: str = JSON) -> Any:
        """The decoded JSON at a path."""
        return self.decoded(self.read(path, query, accept), path)

    def read(self, path: str, query: Query = (), accept: str = JSON) -> bytes:
        """The bytes at a path."""
        return self._bytes(Request("GET", path, query, accept))

    def version(self) -> str:
        """The server's version, such as `v1.36.2`."""
        found = self.get("/version")
        return str(found.get("gitVersion", "")) if isinstance(found, dict) else ""

    def list(
        self,
        resource: Resource,
        namespace: str | None = None,
        *,
        metadata_only: bool = False,
        consistent: bool = False,
        selectors: Query = (),
        limit: int | None = None,
    ) -> Listing:
        """The objects of a kind, in one namespace or in all, page by page; each is let go before the next is decoded.

        `metadata_only`: nothing but apiVersion, kind and metadata. `consistent`: all of it as of one moment, for a
        watch to start from: a GoneError where that took too long, and otherwise the rest as of a later one.
        `selectors`: `labelSelector` and `fieldSelector`. `limit`: always so many a page.
        """
        accept = f"{METADATA_LIST},{JSON}" if metadata_only else JSON
        fetch = Fetch(self, resource.path(namespace), tuple(selectors), accept)
        return Listing(fetch, resource, consistent=consistent, limit=limit)

    def watch(
        self,
        resource: Resource,
        resource_version: str,
        namespace: str | None = None,
        *,
        metadata_only: bool = False,
        selectors: Query = (),
    ) -> Watch:
        """What happens to objects of a kind after `resource_version`, as it happens, bookmarks included.

        It ends by itself after some minutes: watch again from the last resource version that was seen. GoneError where
        the version is too old, here or while iterating; DisconnectedError where the connection is lost.
        """
        accept = f"{METADATA},{JSON}" if metadata_only else JSON
        watch = Watch(resource, resource_version, self._transport.failure)
        watch.begin(self._answer(watch.request(resource.path(namespace), accept, selectors)))
        return watch

    def send(self, method: str, path: str, body: object, query: Query = (), content_type: str = JSON) -> Any:
        """Send JSON and give the decoded answer. Sources only ask questions so; writing.py writes."""
        data = json.dumps(body, separators=(",", ":")).encode()
        request = Request(method, path, query, JSON, data, content_type)
        return self.decoded(self._bytes(request), path)

    def decoded(self, body: bytes, path: str) -> Any:
        """JSON; ApiError for anything else, such as a page to sign in at."""
        try:
            return json.loads(body)
        except ValueError:
            raise ApiError(200, f"{self.access.server}{path} gave no JSON", "is an API server there?") from None

    def _bytes(self, request: Request) -> bytes:
        """The whole body. Of harmless requests, one that was cut off is asked for again."""
        for wait in (*_WAITS, None):
            response = self._answer(request)
            try:
                return self._drained(response)
            except (exceptions.HTTPError, OSError) as error:
                response.close()
                if wait is None or not request.harmless:
                    raise self._transport.failure(error) from None
            self._sleep(wait)
        raise AssertionError("the last try returns or raises")

    def _drained(self, response: BaseHTTPResponse) -> bytes:
        body = response.read(_LARGEST, decode_content=True)
        if len(body) >= _LARGEST:
            response.close()
            raise ApiError(200, f"{self.access.server} gave more than {_LARGEST >> 20} MiB at once")
        response.drain_conn()
        response.release_conn()
        return body

    def _answer(self, request: Request) -> BaseHTTPResponse:
        """The head of a good answer, after as many tries as are worth it."""
        for wait in (*_WAITS, None):
            try:
                response = self._known(request)
            except (ConnectError, DisconnectedError) as error:
                # Before the first answer it is more likely a wrong address than a server that is being restarted.
                again = request.harmless and (self._reached or isinstance(error, DisconnectedError))
                if wait is None or not again:
                    raise
                self._sleep(wait)
                continue
            self._reached = True
            if response.status < 300:
                return response
            error_found = self._refusal(response)
            if wait is None or not _worth_another(request, response, wait):
                raise error_found
            self._sleep(_asked_to_wait(response, wait))
        raise AssertionError("the last try returns or raises")

    def _known(self, request: Request) -> BaseHTTPResponse:
        """The answer; where the server does not know us, once more with fresh credentials."""
        response = self._transport.send(request)
        if response.status == 401 and self._signer.refused():
            response.drain_conn()
            response.release_conn()
            response = self._transport.send(request)
        return response

    def _refusal(self, response: BaseHTTPResponse) -> ApiError:
        """The server's own reason. Source: `Status`, api-concepts, as above."""
        try:
            status = json.loads(response.read(1024 * 1024, decode_content=True))
        except (ValueError, exceptions.HTTPError, OSError):
            status = {}
        response.close()
        status = status if isinstance(status, dict) else {}
        if response.status == 401:
            return self._unknown_here()
        message = shown(str(status.get("message") or f"HTTP status {response.status}"))[:_LONGEST_MESSAGE]
        token = (status.get("metadata") or {}).get("continue") if response.status == 410 else None
        return api_error(response.status, f"{self.access.server}: {message}", token)

    def _unknown_here(self) -> AuthError:
        access, who = self.access, self.access.credentials
        if who.certificate is not None and (sentence := ended(access, who.certificate)):
            return AuthError(401, sentence, "have it signed anew, for example with `kubeadm kubeconfig user`")
        if who.exec is not None:
            hint = f"sign in again with `{shown(who.exec.command)}`"
        elif who.token is not None or who.token_file is not None:
            hint = "its token may have ended: take a new one"
        else:
            hint = "name another context with --context"
        user = f"the user `{shown(who.user)}`" if who.user else "a context without a user"
        return AuthError(401, f"{access.server}: the server does not know {user} of {access.place}", hint)


class Fetch:
    """Pages of one list."""

    def __init__(self, client: Client, path: str, query: Sequence[tuple[str, str]], accept: str) -> None:
        self.path = path
        self._client = client
        self._query = query
        self._accept = accept

    def __call__(self, query: Query) -> bytes:
        """The page that is asked for."""
        return self._client.read(self.path, (*self._query, *query), self._accept)


def _worth_another(request: Request, response: BaseHTTPResponse, wait: float) -> bool:
    """Too many requests are never looked at (429), whatever they ask; other failures may have had an effect."""
    if response.status == 429:
        return True
    if not request.harmless or response.status < 500:
        return False
    return "Retry-After" in response.headers or (response.status in _TRANSIENT and wait <= _LONGEST_UNASKED)


def _asked_to_wait(response: BaseHTTPResponse, otherwise: float) -> float:
    """Seconds, as the server says. Source: RFC 9110, section 10.2.3; API servers give seconds, never a date."""
    said = response.headers.get("Retry-After", "")
    return min(float(said), _LONGEST_WAIT) if said.isdecimal() else otherwise
