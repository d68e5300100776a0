"""Which path is answered by whom, told from the head alone, so that what is refused is refused before its body."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from hardstand.gate.server.chunked import too_large
from hardstand.gate.server.http import Head
from hardstand.gate.server.interface import Handler, Limits, RefusedError
from hardstand.gate.server.metrics import TYPE, Metrics
from hardstand.gate.server.replies import Reply

_GET: Final = frozenset({"GET", "HEAD"})
_DURATION: Final = re.compile(r"(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h)")
_UNITS: Final = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "μs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}


class MethodError(RefusedError):
    """405, with the methods that there are."""

    def __init__(self, path: str, allow: str) -> None:
        self.allow = allow
        super().__init__(405, f"{path} answers {allow} only.")


@dataclass(frozen=True, slots=True)
class Routes:
    """`handlers` by path, and in `big` those that judge big bodies on a worker's thread, for where the first may not be
    called on two threads at once.

    `ready` gives why the gate is not ready, or nothing; `verified_only`: those who send reviews show a certificate that
    the client CA has signed.
    """

    handlers: Mapping[str, Handler]
    metrics: Metrics
    limits: Limits
    ready: Callable[[], str] = lambda: ""
    verified_only: bool = False
    big: Mapping[str, Handler] = field(default_factory=dict)

    def find(self, head: Head, verified: bool) -> Handler | Reply:
        """The handler of a review, or the reply of another path. Raises RefusedError."""
        handler = self.handlers.get(head.path)
        if handler is None:
            return self._page(head)
        if head.method != "POST":
            raise MethodError(head.path, "POST")
        if self.verified_only and not verified:
            raise RefusedError(401, "Reviews are taken only from clients whose certificate the client CA has signed.")
        if head.length is None:
            pass
        elif "content-length" not in head.fields:
            raise RefusedError(411, "A review comes with Content-Length, or in chunks.")
        elif head.length > self.limits.body:
            raise too_large(self.limits.body)
        kind = head.fields.get("content-type", "").partition(";")[0].strip().lower()
        if kind != "application/json":
            raise RefusedError(415, "A review is sent as Content-Type: application/json.")
        return handler

    def _page(self, head: Head) -> Reply:
        pages = {"/healthz": self._health, "/readyz": self._readiness, "/metrics": self._counted}
        page = pages.get(head.path)
        if page is None:
            raise RefusedError(404, f"Nothing is served here. There are {', '.join(sorted({*pages, *self.handlers}))}.")
        if head.method not in _GET:
            raise MethodError(head.path, "GET, HEAD")
        if head.length != 0:
            raise RefusedError(400, f"{head.path} takes no body.")
        return page()

    def _health(self) -> Reply:
        return Reply(200, b'{"healthy":true}')

    def _readiness(self) -> Reply:
        why = self.ready()
        if why:
            return Reply(503, json.dumps({"ready": False, "why": why}).encode())
        return Reply(200, b'{"ready":true}')

    def _counted(self) -> Reply:
        return Reply(200, self.metrics.text().encode(), TYPE)


@lru_cache(64)  # An API server asks with one or two of them, time and again; none is longer than a head.
def time_limit(query: str, longest: float) -> float:
    """The seconds that the API server waits for a review, by its parameter `timeout` (`?timeout=10s`).

    It is written as Go prints a duration (time.Duration.String); what is not one counts as `longest`.
    """
    for part in query.split("&"):
        name, _, value = part.partition("=")
        if name == "timeout":
            pieces = _DURATION.findall(value)
            if pieces and "".join(number + unit for number, unit in pieces) == value:
                return min(longest, sum(float(number) * _UNITS[unit] for number, unit in pieces))
    return longest
