"""The life of one connection: a request is read, judged and answered, then the next, one at a time and in order."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from traceback import extract_tb

from hardstand.gate.server.channel import Channel
from hardstand.gate.server.crowd import Crowd, Phase
from hardstand.gate.server.http import Head
from hardstand.gate.server.interface import Answer, Handler, Limits, RefusedError
from hardstand.gate.server.metrics import Metrics
from hardstand.gate.server.replies import Reply, refusal, wire
from hardstand.gate.server.routes import MethodError, Routes, time_limit
from hardstand.gate.server.stream import Stream
from hardstand.gate.server.tidying import Tidying
from hardstand.gate.server.workers import Job, Workers

_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


@dataclass(slots=True)
class Site:
    """What all connections of a server share. `soon` calls something at the loop's next turn."""

    limits: Limits
    metrics: Metrics
    crowd: Crowd
    routes: Routes
    workers: Workers
    tidying: Tidying
    soon: Callable[[Callable[[], None]], object]
    say: Callable[[str], None]
    leaving: bool = False
    """The server is going: each connection is closed with its next answer."""


class Connection:
    """Listens to one channel. At each turn of the loop it answers one request at most, so that a client that sends
    many at once (RFC 9112, 9.3.2) waits with the others."""

    def __init__(self, site: Site, channel: Channel) -> None:
        self._site = site
        self._channel = channel
        self._stream = Stream(site.limits)
        self._head: Head | None = None
        self._handler: Handler | None = None
        self._busy = self._blocked = self._ended = self._lost = self._paused = False
        self._held = 0
        self._until = 0.0
        self._verified = False
        self.phase = Phase.HANDSHAKE
        self.deadline = self.since = 0.0

    # What the channel tells.

    def opened(self) -> None:
        """The handshake is over: a first request is due."""
        self._verified = self._channel.verified
        self._site.crowd.move(self, Phase.HEAD)

    def received(self, data: bytes) -> None:
        """Take in bytes, and answer if they complete a request."""
        if self.phase is Phase.CLOSING:
            return
        self._stream.feed(data)
        if self._busy or self._blocked:
            if self._stream.held > self._site.limits.head:
                self._pause(True)
            return
        self._advance()

    def ended(self) -> None:
        """The client sends no more: close, unless an answer is due."""
        self._ended = True
        if not self._busy and not self._blocked and self.phase is not Phase.CLOSING:
            self._close(linger=False)

    def blocked(self, blocked: bool) -> None:
        """The client does not read, or reads again."""
        self._blocked = blocked
        if blocked and not self._busy and self.phase is not Phase.CLOSING:
            self._site.crowd.move(self, Phase.WRITE)
        elif not blocked and self.phase is Phase.WRITE:
            self._settle()

    def lost(self) -> None:
        """It is gone; if it is being judged, nobody wants the answer."""
        self._lost = True
        self._hold(0)
        if self._channel.failed:
            self._site.metrics.tls_failed(self._channel.failed)
        self._site.crowd.leave(self)

    # What the crowd tells.

    def expire(self) -> None:
        """The client has taken too long: say so if it can hear, and close."""
        if self.phase in (Phase.HEAD, Phase.BODY) and (self._stream.held or self._head):
            self._refuse(RefusedError(408, f"The {self.phase.value} of the request took too long to arrive."))
        elif self.phase is Phase.IDLE and not self._channel.unsent:
            self._close(linger=False)
        else:
            self._channel.abort()

    def make_room(self) -> None:
        """Close for another one's sake."""
        self._channel.close()
        if self._channel.unsent or self.phase is Phase.HANDSHAKE:
            self._channel.abort()

    def leave(self) -> None:
        """Close if nothing is being asked: the server goes."""
        unasked = self.phase is Phase.IDLE or (self.phase is Phase.HEAD and not self._stream.held)
        if unasked and self._channel.quiet:
            self._close(linger=False)

    def abort(self) -> None:
        """Close whatever is going on."""
        self._channel.abort()

    # One request.

    def _advance(self) -> None:
        try:
            if self._head is None:
                self._read_head()
            if self._head is not None and self._handler is not None:
                self._read_body(self._head, self._handler)
        except RefusedError as error:
            self._refuse(error)

    def _read_head(self) -> None:
        head = self._stream.head()
        if head is None:
            self._pause(False)
            if self._ended:
                self._close(linger=False)
            elif self._stream.held and self.phase is not Phase.HEAD:
                self._site.crowd.move(self, Phase.HEAD)
            return
        target = self._site.routes.find(head, self._verified)
        if isinstance(target, Reply):
            self._reply(target, head)
            return
        self._handler = target
        self._until = time.monotonic() + time_limit(head.query, self._site.limits.longest_review)
        self._head = head
        if head.awaits_continue and not self._stream.held:
            self._channel.write(_CONTINUE)

    def _read_body(self, head: Head, handler: Handler) -> None:
        body = self._stream.body(head)
        if body is None:
            self._pause(False)
            self._hold(self._stream.held)
            if self._ended:
                self._close(linger=False)
            elif self.phase is not Phase.BODY:
                self._site.crowd.move(self, Phase.BODY)
            return
        self._judge(handler, head, body)

    def _judge(self, handler: Handler, head: Head, body: bytes) -> None:
        done = partial(self._judged, head, time.perf_counter())
        if len(body) <= self._site.limits.big or not self._site.limits.workers:
            done(_answer(handler, body, self._site.say))
            self._site.tidying.reviewed()  # The answer is on its way.
            return
        self._hold(len(body))
        self._busy = True
        self._site.crowd.move(self, Phase.JUDGED)
        big = self._site.routes.big.get(head.path, handler)
        if not self._site.workers.submit(Job(partial(_answer, big, body, self._site.say), self._wanted, done)):
            self._busy = False
            self._judged(
                head, 0.0, RefusedError(503, "Too many big reviews wait already; send this one again.", retry=True)
            )

    def _wanted(self) -> bool:
        """Whether to begin a big review. A client that has ended may still read, but those that do so have gone."""
        return not self._lost and not self._ended and time.monotonic() < self._until

    def _unwanted(self) -> RefusedError:
        """Why a big review was not begun, to a client that can still read it."""
        if self._ended:
            return RefusedError(
                400,
                "The client ended its side of the connection before the review was begun, as one does that has gone; "
                "leave it open until the answer is there.",
            )
        return RefusedError(504, "The time that the client named was over before the review was begun.")

    def _judged(self, head: Head, start: float, result: Answer | RefusedError | None) -> None:
        self._busy = False
        self._hold(0)
        if result is None:
            result = self._unwanted()
        if isinstance(result, RefusedError):
            reply = refusal(result)
        else:
            self._site.metrics.reviewed(head.path, result.verdict, time.perf_counter() - start)
            if result.fault:
                self._site.say(f"{head.path}: {result.fault}")
            reply = Reply(result.status, result.body)
        if reply.status != 200:
            self._site.metrics.refused(reply.status)
        self._reply(reply, head)

    # Answers.

    def _reply(self, reply: Reply, head: Head) -> None:
        """Answer a request that has been read to its end, and go on."""
        if self._lost:
            return
        close = not head.keep_alive or self._site.leaving
        self._head = self._handler = None
        self._channel.write(wire(reply, close, bodiless=head.method == "HEAD"))
        if close:
            self._close(linger=self._stream.held > 0)
        else:
            self._settle()

    def _refuse(self, error: RefusedError) -> None:
        """Answer what was not read to its end: what follows cannot be told apart from it, so the connection ends."""
        self._site.metrics.refused(error.status)
        allow = error.allow if isinstance(error, MethodError) else ""
        bodiless = self._head is not None and self._head.method == "HEAD"
        self._channel.write(wire(refusal(error, allow), close=True, bodiless=bodiless))
        self._close(linger=True)

    def _settle(self) -> None:
        """Wait for the next request, or take the one that is there already, at the loop's next turn."""
        if self._blocked:
            self._site.crowd.move(self, Phase.WRITE)
        elif self._stream.held or self._ended:
            self._pause(True)
            self._busy = True
            self._site.soon(self._again)
        else:
            self._pause(False)
            self._site.crowd.move(self, Phase.IDLE)

    def _again(self) -> None:
        self._busy = False
        if self._lost or self.phase is Phase.CLOSING:
            return
        if self._blocked:
            self._site.crowd.move(self, Phase.WRITE)
            return
        # Its time for a next head begins now, whatever phase the last request ended in.
        self._site.crowd.move(self, Phase.IDLE)
        self._advance()

    def _close(self, linger: bool) -> None:
        self._hold(0)
        self._stream = Stream(self._site.limits)
        self._site.crowd.move(self, Phase.CLOSING)
        self._channel.close(linger)

    def _pause(self, paused: bool) -> None:
        if paused is not self._paused:
            self._paused = paused
            self._channel.pause(paused)

    def _hold(self, count: int) -> None:
        now = count if count > self._site.limits.big else 0
        if now != self._held:
            self._site.crowd.hold(self._held, now)
            self._held = now


def _answer(handler: Handler, body: bytes, say: Callable[[str], None]) -> Answer | RefusedError:
    try:
        return handler(body)
    except RefusedError as error:
        return error
    except Exception as error:  # noqa: BLE001 - the outermost edge: one review must not end the gate
        # Neither the message nor the text of the lines: both may hold what the review holds.
        last = extract_tb(error.__traceback__)[-1]
        say(f"a review failed with {type(error).__name__} in {last.filename}:{last.lineno}, and was not answered")
        return RefusedError(500, "The gate failed over this review, and its log says where.")
