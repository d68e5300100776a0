"""Judge again only what a change of some pages can touch; the answer is what judging everything would give.

What one part of the input is told of the others is their facts. Where the facts of the changed pages stay as they
were, nothing else can be judged differently. Where only the standing of workloads changes, such as a lower privilege,
it reaches the other objects of their namespaces, which have the highest tier of the workloads there; those pages are
judged again as well. Any other difference means that everything has to be judged again.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields, replace
from typing import TypeAlias

from hardstand.engine.findings import Page
from hardstand.engine.run import Whole, ordered
from hardstand.engine.settings import Settings
from hardstand.engine.shard import Facts, Result, Shard
from hardstand.engine.standing import Local
from hardstand.inventory.objects import KubeObject, World
from hardstand.model.finding import Finding
from hardstand.model.run import Coverage, Input, Run, Unreadable
from hardstand.text.patching import same

Taken: TypeAlias = tuple[int, Page, bool]
"""A page, with the number of the named input that it belongs to before, and whether a person named it behind."""

Place: TypeAlias = tuple[World, str | None]
"""A namespace in its world."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A Run, and the facts that it was judged by."""

    run: Run
    whole: Whole


def can_judge_again(settings: Settings) -> bool:
    """Whether a Run by these settings can be put together from an earlier one: what it tells of exceptions cannot."""
    return not (settings.baseline.exceptions or settings.verdicts or settings.explain_tier or _tightens(settings))


def judged_again(
    last: Judged,
    make: Callable[[], Shard],
    old: Sequence[Taken],
    new: Sequence[Taken],
    beside: Callable[[frozenset[Place]], Sequence[Taken]],
) -> Judged | None:
    """`last`, with the pages `old` changed into `new`; None where everything has to be judged again.

    `make` makes a shard with the controls and settings that `last` was judged by. `beside` gives the pages, besides the
    changed ones, that hold objects of the given namespaces, as they were in `last`.
    """
    before, after = make(), make()
    _take(before, old)
    _take(after, new)
    reach = _reach(before.facts(), after.facts())
    if reach is None:
        return None
    more = beside(reach) if reach else ()
    _take(before, more)
    _take(after, more)
    objects, shared, workloads, gaps = last.whole
    moved = [one for one in after.facts().workloads if _place(one) in reach]
    whole = objects, shared, [*(one for one in workloads if _place(one) not in reach), *moved], gaps
    gone, come = before.finish(*last.whole), after.finish(*whole)
    return Judged(_put_together(last.run, gone, come), whole)


def _take(shard: Shard, pages: Iterable[Taken]) -> None:
    for number, page, named in pages:
        shard.take(number, page, named=named)


def _reach(before: Facts, after: Facts) -> frozenset[Place] | None:
    """The namespaces in which workloads stand differently; None if other facts differ."""
    if len(before.objects) != len(after.objects) or not all(map(_alike, before.objects, after.objects)):
        return None
    known = {"objects", "workloads"}
    if any(getattr(before, one.name) != getattr(after, one.name) for one in fields(Facts) if one.name not in known):
        return None
    if len(before.workloads) != len(after.workloads):
        return None
    pairs = zip(before.workloads, after.workloads, strict=True)
    return frozenset(_place(one) for pair in pairs if pair[0] != pair[1] for one in pair)


def _alike(one: KubeObject, other: KubeObject) -> bool:
    return one.key == other.key and one.origin == other.origin and same(dict(one.data), dict(other.data))


def _place(one: Local) -> Place:
    return one.traits.world, one.traits.namespace


def _tightens(settings: Settings) -> bool:
    enforcement = settings.baseline.enforcement
    lines = any(line.from_ is not None for line in enforcement.lines.values())
    return lines or enforcement.unknown.from_ is not None


def _put_together(run: Run, gone: Result, come: Result) -> Run:
    counts = {
        one: tuple(after - before for before, after in zip(gone.counts[one], come.counts[one], strict=True))
        for one in come.counts
    }
    return replace(
        run,
        inputs=tuple(_input(number, one, gone, come) for number, one in enumerate(run.inputs)),
        coverage=tuple(_coverage(one, counts[one.control]) for one in run.coverage),
        findings=ordered([*_without(run.findings, gone.findings), *come.findings]),
    )


def _without(findings: Sequence[Finding], gone: Sequence[Finding]) -> list[Finding]:
    left = Counter(map(_name, gone))
    kept = []
    for one in findings:
        name = _name(one)
        if left[name] > 0:
            left[name] -= 1
        else:
            kept.append(one)
    return kept


def _name(one: Finding) -> tuple[str, str, str, int, int]:
    place = one.locations[0]
    return one.id, one.verdict, place.file, place.line, place.column


def _coverage(one: Coverage, more: Sequence[int]) -> Coverage:
    passed, failed, unknown, not_applicable = more
    return Coverage(
        one.control,
        one.passed + passed,
        one.failed + failed,
        one.unknown + unknown,
        one.not_applicable + not_applicable,
    )


def _input(number: int, one: Input, gone: Result, come: Result) -> Input:
    before, after = gone.tallies.get(number), come.tallies.get(number)
    if before is None or after is None:
        return one
    faults = Counter(before.unreadable)
    unreadable: list[Unreadable] = []
    for fault in one.unreadable:
        if faults[fault] > 0:
            faults[fault] -= 1
        else:
            unreadable.append(fault)
    unreadable += after.unreadable
    unreadable.sort(key=lambda fault: (fault.path, fault.line, fault.column))
    return replace(
        one,
        objects=one.objects + after.objects - before.objects,
        skipped=one.skipped + after.skipped - before.skipped,
        unreadable=tuple(unreadable),
    )
