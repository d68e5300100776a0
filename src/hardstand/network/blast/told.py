"""What is told of radii, whatever the form."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import groupby

from hardstand.analysis.blast.changes.best import Proven
from hardstand.analysis.blast.hops import Hop
from hardstand.analysis.blast.radius import Part, Radius, Sums
from hardstand.analysis.blast.things import Sort, said
from hardstand.analysis.escalation.graph import Node
from hardstand.analysis.escalation.steps.inmates import TOKEN
from hardstand.analysis.rbac.grants import Grant


@dataclass(frozen=True, slots=True)
class One:
    """The radius of one workload, and the changes that shrink it most."""

    radius: Radius
    changes: tuple[Proven, ...]
    doubts: tuple[str, ...] = ()
    """Why more may fall: with any of these the number is what falls at least."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """Of all workloads what falls with each, the most first."""

    sums: Sequence[tuple[Node, Sums]]
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Alike:
    """Parts of one sort that count the same and are come to alike."""

    parts: Sequence[Part]
    start: Node | None
    """What is told elsewhere and their way goes on from; None for the workload itself."""
    tail: Sequence[Hop]
    """The way from there to the first of them."""


def by_hops(radius: Radius) -> Sequence[tuple[int, Sequence[Alike]]]:
    """The parts by how many hops away they are, those that are alike together, what counts most first."""
    told = frozenset(one.thing for one in radius.parts)
    ordered = sorted(radius.parts, key=lambda one: one.hops)
    return [(hops, _alike(list(several), told)) for hops, several in groupby(ordered, key=lambda one: one.hops)]


def tail_of(part: Part, told: AbstractSet[Node]) -> tuple[Node | None, Sequence[Hop]]:
    """The way to a part from the last thing on it that is told by itself, and that thing; None for the start."""
    for at in range(len(part.way) - 1, 0, -1):
        if part.way[at].start in told:
            return part.way[at].start, part.way[at:]
    return None, part.way


def _alike(parts: Sequence[Part], told: AbstractSet[Node]) -> Sequence[Alike]:
    found: dict[tuple[int, int, str], list[Part]] = {}
    for one in sorted(parts, key=lambda one: (-one.points, _ORDER[one.sort], one.thing)):
        key = (one.points, _ORDER[one.sort], way_said(*_tail(one, told)))
        found.setdefault(key, []).append(one)
    return [Alike(several, *_tail(several[0], told)) for several in found.values()]


def _tail(part: Part, told: AbstractSet[Node]) -> tuple[Node | None, Sequence[Hop]]:
    """The tail of a way; of what each workload has of its own it need not be said of which."""
    start, tail = tail_of(part, told)
    own = part.data is not None or (len(tail) == 1 and tail[0].kind == TOKEN.id)
    return (None if own else start), tail


def way_said(start: Node | None, tail: Sequence[Hop]) -> str:
    """A way in words. Where it ends is not said, for that is what is told."""
    words: list[str] = []
    for hop in tail:
        last = hop is tail[-1]
        grants = sorted({need.given_by for need in hop.needs if isinstance(need, Grant)})
        by = f" ({', '.join(grants)})" if grants else ""
        if hop.text != "which includes":
            words.append(f"{hop.text}{by}" if last or hop.counts else f"{hop.text}{by}: {hop.said}")
        elif not last:
            words.append(f"so is {hop.said}")
    return f"from {said(start)}: {', '.join(words) or 'which includes it'}" if start is not None else ", ".join(words)


_ORDER = {sort: at for at, sort in enumerate(Sort)}
