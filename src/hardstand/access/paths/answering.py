"""The answer to who gets where: the shortest path of each, or all paths up to a bound."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from hardstand.analysis.escalation.graph import Graph, Node, Step
from hardstand.analysis.escalation.paths import Path, Search, shortest, sure_only

MAX_LENGTH = 6
MAX_PATHS = 100


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for."""

    starts: Sequence[Node]
    ends: AbstractSet[Node]
    target: str
    """The ends, as they were named."""
    everything: bool = False
    """All simple paths, and not only the shortest from each start."""
    sure: bool = False
    """Only paths whose steps work by themselves."""
    max_length: int = MAX_LENGTH
    max_paths: int = MAX_PATHS


@dataclass(frozen=True, slots=True)
class Told:
    """What is answered."""

    asked: Asked
    paths: tuple[Path, ...]
    identities: int
    """From how many starts there is a path, told or not."""
    stopped: str = ""
    """Why not all are told; empty where they are."""
    doubts: tuple[str, ...] = ()
    """What could not be read, and may hide a path."""


def answered(graph: Graph, asked: Asked, doubts: Sequence[str] = ()) -> Told:
    """The paths from the starts to the ends, those that are sure and short first, and why they may not be all."""
    starts = [start for start in dict.fromkeys(asked.starts) if start not in asked.ends]
    best = _best(graph, starts, asked)
    if not asked.everything:
        short = [path for path in best if path.length <= asked.max_length]
        stopped = _stopped(asked, len(short), len(best) - len(short))
        return Told(asked, tuple(short[: asked.max_paths]), len(best), stopped, tuple(doubts))
    search = Search(graph, asked.ends, usable=sure_only if asked.sure else _any)
    found = search.run([path.start for path in best], max_length=asked.max_length, max_paths=asked.max_paths)
    beyond = sum(path.length > asked.max_length for path in best)
    stopped = "; ".join(filter(None, (found.stopped, _too_long(asked, beyond))))
    return Told(asked, found.paths, len(best), stopped, tuple(doubts))


def _best(graph: Graph, starts: Sequence[Node], asked: Asked) -> list[Path]:
    """The shortest path of each start: one that is sure, and where there is none, one that is not."""
    sure = shortest(graph, starts, asked.ends)
    if asked.sure:
        return sorted(sure, key=_order)
    done = {path.start for path in sure}
    rest = shortest(graph, [start for start in starts if start not in done], asked.ends, _any)
    return sorted([*sure, *rest], key=_order)


def _order(path: Path) -> tuple[bool, int, Node]:
    return (not path.sure, path.length, path.start)


def _any(_: Step) -> bool:
    return True


def _stopped(asked: Asked, short: int, beyond: int) -> str:
    more = f"{short - asked.max_paths} more are not told (--max-paths)" if short > asked.max_paths else ""
    return "; ".join(filter(None, (more, _too_long(asked, beyond))))


def _too_long(asked: Asked, beyond: int) -> str:
    if not beyond:
        return ""
    return f"from {beyond} the shortest is longer than {asked.max_length} steps (--max-length)"
