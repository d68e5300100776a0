"""Big reviews are judged apart, so that small ones need not wait for them."""

import asyncio
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from hardstand.gate.server.interface import Answer, RefusedError

_STOP: Final = None


@dataclass(frozen=True, slots=True)
class Job:
    """What is to be done, whether anybody still waits for it, and who is told (on the loop's thread)."""

    run: Callable[[], Answer | RefusedError]
    wanted: Callable[[], bool]
    done: Callable[[Answer | RefusedError | None], None]


class Workers:
    """A few threads and a bounded queue before them.

    A thread and no process: a review is judged against a picture of the cluster that is kept in this process. Threads
    take turns at the interpreter (see `Server.serve` for how often), so others are slowed and not stopped; only while
    the JSON of a big body is decoded, which is one call into C, they wait (some 6 ms for 3 MB).
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, threads: int, waiting: int) -> None:
        self._loop = loop
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._bound = threads + waiting
        self._threads = [threading.Thread(target=self._work, name=f"big-{n}", daemon=True) for n in range(threads)]
        self.busy = 0
        """Jobs that wait or run; changed on the loop's thread alone."""
        self._since: dict[int, float] = {}
        """When each job that runs was begun, by its thread."""

    def start(self) -> None:
        """Start the threads."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Let each thread end after what it does now; nobody waits for one that is stuck."""
        for _ in self._threads:
            self._jobs.put(_STOP)

    def submit(self, job: Job) -> bool:
        """Queue a job; False when too many wait already. `job.done` gets None if nobody wanted the answer any more."""
        if self.busy >= self._bound:
            return False
        self.busy += 1
        self._jobs.put(job)
        return True

    @property
    def longest(self) -> float:
        """Seconds for which a job has been running; 0 where none does."""
        return max((time.monotonic() - since for since in list(self._since.values())), default=0.0)

    def _work(self) -> None:
        while (job := self._jobs.get()) is not _STOP:
            self._since[threading.get_ident()] = time.monotonic()
            result = job.run() if job.wanted() else None
            self._since.pop(threading.get_ident(), None)
            try:
                self._loop.call_soon_threadsafe(self._finish, job, result)
            except RuntimeError:  # The loop was closed: the server is gone, and so is the client.
                return

    def _finish(self, job: Job, result: Answer | RefusedError | None) -> None:
        self.busy -= 1
        job.done(result)
