"""Radii as a person reads them: the sum, what it is made of hop by hop, and the change that shrinks it most."""

from collections.abc import Iterator, Sequence
from typing import Final

from hardstand.analysis.blast.changes.best import Proven
from hardstand.analysis.blast.radius import Part, Sums
from hardstand.analysis.blast.things import Sort, said
from hardstand.network.blast.told import Alike, One, Ranked, by_hops, way_said
from hardstand.text.plain import plain

_SHOWN: Final = 5
"""How many of those that are alike are told one by one."""
_DOUBTS: Final = 10


def as_text(one: One, *, whole: bool = False) -> str:
    """The radius of one workload. `whole`: every part, also where many are alike."""
    radius = one.radius
    lines = [f"{said(radius.start)}: {_number(radius.total, one.doubts)} if it falls", ""]
    lines += _sums(radius.sums)
    if radius.classes:
        lines.append("")
        lines += [
            f"  {data.word} data of {_many(count, 'workload')}, fallen or exposed"
            for data, count in radius.classes.items()
        ]
    for hops, several in by_hops(radius):
        lines += ["", _headed(hops), *(line for alike in several for line in _alike(alike, whole=whole))]
    lines += ["", *_changes(one.changes, radius.total), *_doubtful(one.doubts)]
    return "".join(f"{plain(line).rstrip()}\n" for line in lines)


def as_ranking(ranked: Ranked, most: int) -> str:
    """All workloads, the widest radius first, at most so many."""
    lines = [f"{'points':>8}  {'workload':<44} of which"]
    for node, found in ranked.sums[:most]:
        parts = sorted(found.by_sort.items(), key=lambda one: -one[1])
        told = ", ".join(f"{sort} {points}" for sort, points in parts)
        more = "at least, " if found.at_least and not ranked.doubts else ""
        lines.append(f"{found.total:>8}  {said(node):<44} {more}{told}")
    left = len(ranked.sums) - most
    lines += ["", _many(len(ranked.sums), "workload") + (f"; {left} more are not told (--top)" if left > 0 else "")]
    lines.append("`hardstand blast WORKLOAD` tells what one of them is made of, and what shrinks it most")
    lines += _doubtful(ranked.doubts)
    return "".join(f"{plain(line).rstrip()}\n" for line in lines)


def _number(total: int, doubts: Sequence[str]) -> str:
    return f"{'at least ' if doubts else ''}{_points(total)}"


def _points(points: int) -> str:
    return "1 point" if points == 1 else f"{points} points"


def _many(count: int, word: str) -> str:
    return f"1 {word}" if count == 1 else f"{count} {word}s"


def _sums(found: Sums) -> Iterator[str]:
    for sort, points in found.by_sort.items():
        yield f"  {points:>8}  {_SORTS[sort].format(count=found.counts[sort])}"
    yield f"  {found.total:>8}  in all"


_SORTS: Final = {
    Sort.WORKLOAD: "workloads, {count} with itself",
    Sort.DATA: "the data of {count} of them",
    Sort.IDENTITY: "identities that one becomes, {count}",
    Sort.SECRET: "Secrets that one reads, {count}",
    Sort.NODE: "nodes, {count}",
    Sort.CLUSTER: "the cluster",
    Sort.OUTSIDE: "destinations outside of the cluster, {count}",
}


def _headed(hops: int) -> str:
    if not hops:
        return "at once, with nothing to be done"
    return f"after {_many(hops, 'hop')}"


def _alike(alike: Alike, *, whole: bool) -> Iterator[str]:
    first = alike.parts[0]
    under = ""
    if first.hops and first.data is None:
        under = "  "
        yield f"  {way_said(alike.start, alike.tail)}:"
    shown = len(alike.parts) if whole or len(alike.parts) <= _SHOWN + 1 else _SHOWN
    for part in alike.parts[:shown]:
        halved = f", {part.worth} / {1 << part.halvings}" if part.halvings else ""
        yield f"{under}  {part.points:>8}  {_thing(part)}{halved}"
    rest = alike.parts[shown:]
    if rest:
        points = sum(one.points for one in rest)
        yield f"{under}  {points:>8}  {len(rest)} more of {rest[0].points} each (--whole tells them)"


def _thing(part: Part) -> str:
    return f"{part.said} ({part.data.word})" if part.data is not None else part.said


def _changes(changes: Sequence[Proven], before: int) -> Iterator[str]:
    if not changes:
        yield "no single change shrinks it"
        return
    first, *others = changes
    yield f"the one change that shrinks it most, from {before} to {first.after}:"
    yield f"  {first.change.title}"
    if first.change.note:
        yield f"  {first.change.note}"
    for one in others:
        yield f"else, to {one.after}: {one.change.title}"


def _doubtful(doubts: Sequence[str]) -> Iterator[str]:
    if not doubts:
        return
    yield ""
    yield "more may fall:"
    yield from (f"  {doubt}" for doubt in doubts[:_DOUBTS])
    if len(doubts) > _DOUBTS:
        yield f"  and {len(doubts) - _DOUBTS} reasons more (--format json)"
