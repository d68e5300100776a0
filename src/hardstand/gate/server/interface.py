"""What goes between the server and those who answer, and every number that bounds it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeAlias

MIB = 1024 * 1024


class RefusedError(Exception):
    """A request that is not judged: the HTTP status, and a sentence that says why and what to do instead.

    A handler raises it for a body that it cannot answer, with 400; everything else that it raises is a 500.
    """

    def __init__(self, status: int, sentence: str, retry: bool = False) -> None:
        """`retry`: the client is asked to come again in a second."""
        self.status = status
        self.sentence = sentence
        self.retry = retry
        super().__init__(sentence)


class Answer(Protocol):
    """What a handler made of a body."""

    @property
    def status(self) -> int:
        """Of HTTP: 200, or an error."""

    @property
    def body(self) -> bytes:
        """JSON."""

    @property
    def verdict(self) -> str:
        """The word under which the metrics count it (`admitted`, `denied` …)."""

    @property
    def fault(self) -> str:
        """What the log is told, or nothing."""


Handler: TypeAlias = Callable[[bytes], Answer]
"""Judges the body of one POST. Small bodies are judged on the loop's thread, one at a time; big ones on a worker's, at
the same time, for which `Routes.big` may name another handler."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on what a client may cost. Times are seconds, sizes bytes.

    The idle time is longer than the 90 s after which the API server's client lets go of an idle connection
    (k8s.io/apimachinery/pkg/util/net/http.go, IdleConnTimeout), so that it is never the server that closes while a
    request is on its way.
    """

    body: int = 7 * MIB
    """An API server takes objects up to 3 MiB (k8s.io/apiserver, MaxRequestBodyBytes); a review may hold two."""
    head: int = 16 * 1024
    connections: int = 1000
    bodies: int = 64 * MIB
    """Bytes of big bodies that are held at one time, of all connections together."""
    big: int = 32 * 1024
    """Bodies above this are judged by a worker, so that they do not hold up the others."""
    workers: int = 1
    """More do not help while Python has one interpreter lock. With 0, big reviews take their turn with the others."""
    waiting: int = 8
    """Big reviews that may wait for a worker."""

    handshake_time: float = 5.0
    head_time: float = 5.0
    body_time: float = 10.0
    write_time: float = 10.0
    idle_time: float = 120.0
    linger_time: float = 2.0
    """How long what a refused client still sends is read and thrown away, so that it gets to read the answer."""
    longest_review: float = 30.0
    """What a review may take when the client names no time; an API server never waits longer."""
    patience: float = 1.0
    """A client that is in the middle of a handshake or a head this long makes room for others first."""

    leaving_time: float = 5.0
    """After SIGTERM connections are taken this long: until all who send know that the server is going."""
    grace: float = 20.0
    """After SIGTERM everything is over in this time, in-flight reviews too."""
