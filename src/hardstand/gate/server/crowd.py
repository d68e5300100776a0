"""All open connections: how many there may be, who makes room, and what has taken too long."""

import time
from enum import Enum
from typing import Protocol

from hardstand.gate.server.interface import Limits, RefusedError
from hardstand.gate.server.metrics import Metrics


class Phase(Enum):
    """What a connection is waiting for."""

    HANDSHAKE = "handshake"
    HEAD = "head"
    BODY = "body"
    JUDGED = "judged"
    WRITE = "write"
    IDLE = "idle"
    CLOSING = "closing"


class Member(Protocol):
    """A connection, as far as the crowd knows it."""

    phase: Phase
    deadline: float
    since: float

    def expire(self) -> None:
        """It has been in its phase for too long."""

    def make_room(self) -> None:
        """Close, for another one's sake."""

    def leave(self) -> None:
        """Close if nothing is being asked."""

    def abort(self) -> None:
        """Close whatever is going on."""


_UNFINISHED = frozenset({Phase.HANDSHAKE, Phase.HEAD})


class Crowd:
    """The connections of one server. Used on the loop's thread alone."""

    def __init__(self, limits: Limits, metrics: Metrics) -> None:
        self._limits = limits
        self._metrics = metrics
        self._all: set[Member] = set()
        # Both in the order in which they came to be so: a dict keeps it, and forgets one in constant time.
        self._unfinished: dict[Member, None] = {}
        self._idle: dict[Member, None] = {}
        self._held = 0
        self._times = {
            Phase.HANDSHAKE: limits.handshake_time,
            Phase.HEAD: limits.head_time,
            Phase.BODY: limits.body_time,
            Phase.JUDGED: float("inf"),
            Phase.WRITE: limits.write_time,
            Phase.IDLE: limits.idle_time,
            Phase.CLOSING: limits.linger_time,
        }

    def __len__(self) -> int:
        return len(self._all)

    def enter(self, member: Member) -> bool:
        """Take a new connection in; False when nobody can make room for it."""
        if len(self._all) >= self._limits.connections and not self._make_room():
            return False
        self._all.add(member)
        self.move(member, Phase.HANDSHAKE)
        return True

    def leave(self, member: Member) -> None:
        """Forget a connection that is gone."""
        self._all.discard(member)
        self._forget(member)

    def move(self, member: Member, phase: Phase) -> None:
        """Put a connection into a phase; its time there begins now."""
        self._forget(member)
        member.phase = phase
        member.since = time.monotonic()
        member.deadline = member.since + self._times[phase]
        if phase is Phase.IDLE:
            self._idle[member] = None
        elif phase in _UNFINISHED:
            self._unfinished[member] = None

    def hold(self, before: int, now: int) -> None:
        """Count the bytes that a connection holds, where they are many. Raises RefusedError when all hold too much."""
        if now > before and self._held + now - before > self._limits.bodies:
            raise RefusedError(503, "Too many big reviews are being held already; send this one again.", retry=True)
        self._held += now - before

    def sweep(self) -> None:
        """Tell those who have taken too long. Called about twice a second."""
        now = time.monotonic()
        for member in [member for member in self._all if member.deadline < now]:
            self._metrics.timed_out(member.phase.value)
            member.expire()

    def everyone(self) -> list[Member]:
        """All of them."""
        return list(self._all)

    def _forget(self, member: Member) -> None:
        self._idle.pop(member, None)
        self._unfinished.pop(member, None)

    def _make_room(self) -> bool:
        """Close the one that is missed least: one stuck in a handshake or a head, else the one idle the longest."""
        chosen = next(iter(self._unfinished), None)
        if chosen is None or chosen.since + self._limits.patience > time.monotonic():
            chosen = next(iter(self._idle), chosen)
        self._metrics.made_room()
        if chosen is None:
            return False
        chosen.make_room()
        self.leave(chosen)
        return True
