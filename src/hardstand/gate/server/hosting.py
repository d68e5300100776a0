"""The server as a program runs it: a socket, a certificate that is kept up to date, and what metrics tell of both."""

import resource
import socket
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from hardstand.gate.server.interface import Limits
from hardstand.gate.server.keepers import Keeper, Watch
from hardstand.gate.server.routes import Routes
from hardstand.gate.server.server import Server

_SPARE: Final = 256
"""Open files that are not connections of the server: the API server's watches, files of the ledger and the like."""


@dataclass(frozen=True, slots=True)
class Vitals:
    """What is told of the gate besides its answers. Each is asked for on the loop's thread, and must be quick."""

    picture_age: Callable[[], float | None]
    """Seconds since the cluster was last heard of; None before the first time."""
    emergency: Callable[[], bool]
    """Whether the switch is on that turns everything into a warning."""


def listen(host: str, port: int) -> socket.socket:
    """A socket to serve on; with no host, on all addresses of both families. Raises OSError where it cannot be had."""
    if not host and socket.has_dualstack_ipv6():
        return socket.create_server(("", port), family=socket.AF_INET6, dualstack_ipv6=True)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family)


def server(routes: Routes, keeper: Keeper, vitals: Vitals, say: Callable[[str], None]) -> Server:
    """A server that shows the keeper's certificate, and is not ready with one that has expired."""
    metrics = routes.metrics
    metrics.gauge(
        "certificate_expiry_timestamp_seconds",
        "When the certificate that is served expires, in seconds since 1970.",
        lambda: keeper.expires.timestamp(),
    )
    metrics.gauge("picture_age_seconds", "Seconds since the cluster was last heard of.", vitals.picture_age)
    metrics.gauge("emergency", "1 while everything only warns.", lambda: float(vitals.emergency()))

    def ready() -> str:
        if keeper.expires <= datetime.now(UTC):
            return "the certificate has expired"
        return routes.ready()

    return Server(replace(routes, ready=ready, limits=_fitting(routes.limits)), keeper.current, say)


def host(
    listening: socket.socket,
    routes: Routes,
    keeper: Keeper,
    vitals: Vitals,
    say: Callable[[str], None],
    *,
    every: float = 10.0,
    started: Callable[[Server], None] = lambda _: None,
) -> None:
    """Serve until SIGTERM. `every` so many seconds the keeper looks after its certificate; `started` gets the server.

    Raises CertificateError when there is no certificate to begin with.
    """
    keeper.refresh()
    made = server(routes, keeper, vitals, say)
    with Watch(keeper, every, say):
        made.run(listening, lambda: started(made))


def _fitting(limits: Limits) -> Limits:
    """The limits, with no more connections than the process may have open files, which it may raise up to a bound."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard == resource.RLIM_INFINITY:
        hard = 1 << 20
    if soft != resource.RLIM_INFINITY and soft < limits.connections + _SPARE:
        soft = min(hard, limits.connections + _SPARE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
        return replace(limits, connections=max(16, min(limits.connections, soft - _SPARE)))
    return limits
