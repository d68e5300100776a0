"""Do work in several processes that meet once in the middle.

Each process works on its part and tells what it knows; when all have told, each is given what all know, and ends its
work with that. The calling process does the first part itself.
"""

import multiprocessing
import os
import sys
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from typing import Any, Protocol, TypeVar

P = TypeVar("P")
F = TypeVar("F", covariant=True)
W = TypeVar("W", contravariant=True)
R = TypeVar("R", covariant=True)


_START = "fork" if sys.platform == "linux" else "spawn"
"""Forking is the quickest start, and safe here: there are no threads yet. Elsewhere it is not safe."""


class WorkerDiedError(RuntimeError):
    """A worker ended without an answer, usually because memory ran out."""


class Part(Protocol[F, W, R]):
    """One part of the work, begun."""

    def facts(self) -> F:
        """What the others need to know."""

    def finish(self, whole: W) -> R:
        """End the work, knowing what all know."""


def available_cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def meet_once(begin: Callable[[P], Part[F, W, R]], parts: Sequence[P], join: Callable[[Sequence[F]], W]) -> list[R]:
    """Run `begin(part)` for each part, `join` all their facts, and `finish` each with the whole.

    `begin` and the parts must be picklable where processes cannot be forked. WorkerDiedError if a process ends early;
    what else goes wrong in a part is raised here as it was.
    """
    context: Any = multiprocessing.get_context(_START)
    workers: list[tuple[Any, Connection]] = []
    try:
        for part in parts[1:]:
            here, there = context.Pipe()
            worker = context.Process(target=_work, args=(there, begin, part), daemon=True)
            worker.start()
            there.close()
            workers.append((worker, here))
        own = begin(parts[0])
        whole = join([own.facts(), *(_receive(worker, pipe) for worker, pipe in workers)])
        for worker, pipe in workers:
            _send(worker, pipe, whole)
        return [own.finish(whole), *(_receive(worker, pipe) for worker, pipe in workers)]
    finally:
        for worker, pipe in workers:
            pipe.close()
            worker.join(timeout=1)
            if worker.is_alive():
                worker.kill()


def _work(pipe: Connection, begin: Callable[[P], Part[F, W, R]], part: P) -> None:
    """The life of a worker. An error goes to the parent as the answer."""
    try:
        begun = begin(part)
        pipe.send(begun.facts())
        pipe.send(begun.finish(pipe.recv()))
    except BaseException as error:  # noqa: BLE001 - raised again in the parent, which knows what to tell
        pipe.send(error)
    finally:
        pipe.close()
        # Nothing is left to do, and taking a million objects apart one by one would hold up the parent.
        os._exit(0)


def _receive(worker: Any, pipe: Connection) -> Any:
    try:
        answer = pipe.recv()
    except (EOFError, ConnectionResetError):
        worker.join(timeout=1)
        raise WorkerDiedError(f"a worker process ended early (exit code {worker.exitcode})") from None
    if isinstance(answer, BaseException):
        raise answer
    return answer


def _send(worker: Any, pipe: Connection, whole: object) -> None:
    try:
        pipe.send(whole)
    except (BrokenPipeError, ConnectionResetError):
        worker.join(timeout=1)
        raise WorkerDiedError(f"a worker process ended early (exit code {worker.exitcode})") from None
