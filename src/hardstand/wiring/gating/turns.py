"""Things to be done on the server's thread, between two reviews: the picture is changed nowhere else."""

import threading
from collections.abc import Callable
from typing import Protocol

Task = Callable[[], object]


class Serving(Protocol):
    """A server, as far as it is needed here."""

    def call(self, function: Task) -> None:
        """Have something done on the server's thread."""

    def stop(self) -> None:
        """Begin to go."""


class Turns:
    """Hands tasks to the server in the order in which they come, from any thread.

    What comes before the server is there waits for it: what a cluster has told is never told again.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._server: Serving | None = None
        self._waiting: list[Task] = []
        self._stopped = False

    def __call__(self, task: Task) -> None:
        """Have a task done soon."""
        with self._lock:
            if self._server is None:
                self._waiting.append(task)
            else:
                self._server.call(task)

    def begin(self, server: Serving) -> None:
        """From now on there is a server."""
        with self._lock:
            self._server = server
            for task in self._waiting:
                server.call(task)
            self._waiting.clear()
            if self._stopped:
                server.stop()

    def stop(self) -> None:
        """Have the server go, at once when it is yet to come."""
        with self._lock:
            self._stopped = True
            if self._server is not None:
                self._server.stop()
