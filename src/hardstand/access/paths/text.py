"""Paths as a person reads them: each step with what allows it, where that is written, and what ends it.

What is like a path that was told is not told again: neither whole paths, of which only the start is named, nor the last
steps of a path, where another one above ended with the very same.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from hardstand.access.paths.answering import Told
from hardstand.access.paths.grouping import Group
from hardstand.analysis.escalation.graph import CLUSTER_ADMIN, NODE, Fact, Node, Step
from hardstand.analysis.escalation.paths import Path
from hardstand.analysis.escalation.powers import said
from hardstand.analysis.rbac.grants import Grant
from hardstand.text.plain import plain

_SHOWN: Final = 6
"""How many starts are named of those that are alike."""

Where = Callable[[Grant], str]
"""The place of a grant, `file:line:column`; empty where none is known."""


def as_text(told: Told, groups: Sequence[Group], where: Where) -> str:
    """The paths of `groups`, then how many there are, and what may hide others.

    With `--all` each path is told to its end, for who wants to read one without the others.
    """
    lines = [*_begin(told, groups)]
    telling = _Telling(where, whole=told.asked.everything)
    lines += [line for group in groups for line in telling.lines(group)]
    lines += _end(told, groups)
    return "".join(f"{plain(line)}\n" for line in lines)


def _begin(told: Told, groups: Sequence[Group]) -> Iterator[str]:
    if told.identities > 1:
        ways = f", in {len(groups)} ways" if 1 < len(groups) < told.identities else ""
        yield f"{told.asked.target} is reached from {told.identities} starts{ways}"
        yield ""


class _Telling:
    """Tells paths, and knows which last steps it has told already, and where."""

    def __init__(self, where: Where, *, whole: bool) -> None:
        self._where = where
        self._whole = whole
        self._known: dict[tuple[Step, ...], tuple[Node, int]] = {}

    def lines(self, group: Group) -> Iterator[str]:
        """One path of the group, and the starts of the others."""
        path = group.first
        steps = "1 step" if path.length == 1 else f"{path.length} steps"
        may = "" if path.sure else ", may be"
        yield f"path from {said(path.start)} to {said(path.end)}: {steps}{may}"
        yield from self._steps(path)
        if group.others:
            yield _alike(group)
        yield ""

    def _steps(self, path: Path) -> Iterator[str]:
        number = 0
        for at, step in enumerate(path.steps):
            number += step.kind.counts
            if step.kind.counts and not self._whole:
                tail = path.steps[at:]
                if tail in self._known:
                    yield _as_above(number, path.length, *self._known[tail])
                    return
                self._known[tail] = (path.start, number)
            yield from _step(step, number, self._where)


def _as_above(number: int, length: int, start: Node, there: int) -> str:
    last = there + length - number
    which = f"step {there}" if last == there else f"steps {there} to {last}"
    return f"  {number}. as in the path from {said(start)} above: its {which}"


def _alike(group: Group) -> str:
    starts = [said(one.start) for one in group.others]
    more = f" and {len(starts) - _SHOWN} more" if len(starts) > _SHOWN else ""
    count = "1 more start" if len(starts) == 1 else f"{len(starts)} more starts"
    return f"  {count} like it: {', '.join(starts[:_SHOWN])}{more} (--all tells each)"


def _step(step: Step, number: int, where: Where) -> Iterator[str]:
    if not step.kind.counts:
        yield f"     {step.sentence}: {said(step.end)}"
        return
    may = "" if step.kind.sure else "may be: "
    to = f": {said(step.end)}" if step.end.who is not None or step.end.sort in (CLUSTER_ADMIN, NODE) else ""
    yield f"  {number}. {may}{step.sentence}{to}  [{step.kind.id}]"
    for proof in step.proofs:
        yield f"     by {proof}"
        place = where(proof.grant) if proof.grant else ""
        if place:
            yield f"       --> {place}"
    for fact in sorted(need.text for need in step.needs if isinstance(need, Fact)):
        yield f"     as {fact}"
    yield f"     fix: {step.fix}"


def _end(told: Told, groups: Sequence[Group]) -> Iterator[str]:
    target = told.asked.target
    shown = sum(1 + len(one.others) for one in groups)
    if told.identities:
        starts = "1 start" if told.identities == 1 else f"{told.identities} starts"
        paths = "1 path" if len(groups) == 1 else f"{len(groups)} paths"
        alike = f", {shown - len(groups)} more like them" if shown > len(groups) else ""
        yield f"{target} is reached from {starts}; {paths} told{alike}"
    elif told.doubts:
        yield f"unknown: nothing that was read leads to {target}, but"
    else:
        yield f"no path to {target}"
    left = f"{len(told.paths) - shown} more are not told (--max-paths)" if shown < len(told.paths) else ""
    stopped = "; ".join(filter(None, (left, told.stopped)))
    if stopped:
        yield f"stopped early: {stopped}"
    if told.doubts and told.identities:
        yield "there may be more:"
    yield from (f"  {doubt}" for doubt in told.doubts)
