"""Listening, and going without losing a request."""

import asyncio
import contextlib
import gc
import signal
import socket
import ssl
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from traceback import extract_tb
from typing import Final

from hardstand.gate.server.channel import Channel
from hardstand.gate.server.connection import Connection, Site
from hardstand.gate.server.crowd import Crowd
from hardstand.gate.server.routes import Routes
from hardstand.gate.server.tidying import Tidying, seldom
from hardstand.gate.server.workers import Workers

_BACKLOG: Final = 128
"""Also how many connections asyncio takes in one turn, during which nobody is answered."""
_SWEEP: Final = 0.25
_TURN: Final = 0.0005
"""Seconds after which a worker lets the loop have the interpreter; Python's own 5 ms would be added to each turn."""


class Server:
    """One HTTPS server. `context` gives the TLS context of the day: it is asked for each new connection."""

    def __init__(
        self,
        routes: Routes,
        context: Callable[[], ssl.SSLContext],
        say: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._context = context
        self._say = say
        self._ready = routes.ready
        self._routes = replace(routes, ready=self._why_not_ready)
        self._stop: asyncio.Event | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._leaving = False
        self._workers: Workers | None = None

    def stop(self) -> None:
        """Begin to go. May be called from any thread, and more than once."""
        loop, stop = self._loop, self._stop
        if loop is not None and stop is not None:
            with contextlib.suppress(RuntimeError):  # The loop is closed: it has gone.
                loop.call_soon_threadsafe(stop.set)

    def call(self, function: Callable[[], object]) -> None:
        """Have something done on the loop's thread, between two reviews: what small reviews are judged against may be
        changed there. May be called from any thread; does nothing when the server is not there."""
        if self._loop is not None:
            with contextlib.suppress(RuntimeError):
                self._loop.call_soon_threadsafe(function)

    def run(self, listening: socket.socket, started: Callable[[], None] = lambda: None) -> None:
        """Serve on a listening socket until SIGTERM, SIGINT or `stop`, and return when all is answered.

        What is there by now is there to stay: the garbage collector, for which reviews wait, leaves it alone.
        """
        gc.collect()
        gc.freeze()
        asyncio.run(self.serve(listening, started))

    async def serve(self, listening: socket.socket, started: Callable[[], None] = lambda: None) -> None:
        """As `run`, on the running loop. Raises OSError when the socket cannot be used."""
        limits, metrics = self._routes.limits, self._routes.metrics
        loop = self._loop = asyncio.get_running_loop()
        stop = self._stop = asyncio.Event()
        workers = self._workers = Workers(loop, limits.workers, limits.waiting)
        crowd = Crowd(limits, metrics)
        site = Site(limits, metrics, crowd, self._routes, workers, Tidying(), loop.call_soon, self._say)
        metrics.gauge("connections", "Open connections.", lambda: len(crowd))
        metrics.gauge("big_reviews", "Big reviews that wait or are judged.", lambda: workers.busy)
        loop.set_exception_handler(self._failed)
        workers.start()
        server = await loop.create_server(lambda: self._connection(site), sock=listening, backlog=_BACKLOG)
        sweeping = loop.create_task(_sweep(crowd))
        try:
            with _turns(), seldom(), _signals(loop, stop):
                started()
                await stop.wait()
                await self._leave(site, server)
        finally:
            sweeping.cancel()
            server.close()
            workers.stop()
            for connection in crowd.everyone():
                connection.abort()

    def _why_not_ready(self) -> str:
        stuck = self._workers.longest if self._workers is not None else 0.0
        if stuck > self._routes.limits.longest_review:  # Others of its size go unanswered, and nobody else would tell.
            return f"a review has been going on for {stuck:.0f} s"
        return "the server is going" if self._leaving else self._ready()

    def _failed(self, loop: asyncio.AbstractEventLoop, context: dict[str, object]) -> None:
        """What should not be is told without what was being handled, which may be secret."""
        del loop
        error = context.get("exception")
        last = f" in {_place(error)}" if isinstance(error, BaseException) else ""
        self._say(f"{context.get('message', 'something failed')} ({type(error).__name__}{last})")

    def _connection(self, site: Site) -> asyncio.Protocol:
        channel = Channel(self._context())
        connection = Connection(site, channel)
        channel.listener = connection
        channel.welcome = lambda: site.crowd.enter(connection)
        return channel

    async def _leave(self, site: Site, server: asyncio.Server) -> None:
        """Say that it goes, keep answering while others still send here, then close what is idle and wait for the rest.

        An endpoint that is not ready is taken out of a Service by and by; until everybody has heard, new connections
        come in and must be answered.
        """
        limits = site.limits
        self._leaving = site.leaving = True
        self._say(f"going: connections are taken for another {limits.leaving_time:.0f} s")
        until = asyncio.get_running_loop().time() + limits.grace
        await asyncio.sleep(limits.leaving_time)
        server.close()
        while len(site.crowd) and asyncio.get_running_loop().time() < until:
            for connection in site.crowd.everyone():
                connection.leave()
            await asyncio.sleep(0.02)
        if len(site.crowd):
            self._say(f"{len(site.crowd)} connections were cut off after {limits.grace:.0f} s")


def _place(error: BaseException) -> str:
    frames = extract_tb(error.__traceback__)
    return f"{frames[-1].filename}:{frames[-1].lineno}" if frames else "no frame"


async def _sweep(crowd: Crowd) -> None:
    while True:
        await asyncio.sleep(_SWEEP)
        crowd.sweep()


@contextlib.contextmanager
def _turns() -> Iterator[None]:
    before = sys.getswitchinterval()
    sys.setswitchinterval(_TURN)
    try:
        yield
    finally:
        sys.setswitchinterval(before)


@contextlib.contextmanager
def _signals(loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> Iterator[None]:
    """SIGTERM and SIGINT stop the server, where signals can be caught: in the main thread."""
    caught = (signal.SIGTERM, signal.SIGINT) if threading.current_thread() is threading.main_thread() else ()
    for number in caught:
        loop.add_signal_handler(number, stop.set)
    try:
        yield
    finally:
        for number in caught:
            loop.remove_signal_handler(number)
