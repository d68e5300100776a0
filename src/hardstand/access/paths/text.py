"""Paths as a person reads them: each step with what allows it, where that is written, and what ends it."""

from collections.abc import Callable, Iterator

from hardstand.access.paths.answering import Told
from hardstand.analysis.escalation.graph import CLUSTER_ADMIN, NODE, Fact, Step
from hardstand.analysis.escalation.paths import Path
from hardstand.analysis.escalation.powers import said
from hardstand.analysis.rbac.grants import Grant
from hardstand.text.plain import plain

Where = Callable[[Grant], str]
"""The place of a grant, `file:line:column`; empty where none is known."""


def as_text(told: Told, where: Where) -> str:
    """The paths, then how many there are, and what may hide others."""
    lines = [line for path in told.paths for line in _path(path, where)]
    lines.extend(_end(told))
    return "".join(f"{plain(line)}\n" for line in lines)


def _path(path: Path, where: Where) -> Iterator[str]:
    steps = "1 step" if path.length == 1 else f"{path.length} steps"
    may = "" if path.sure else ", may be"
    yield f"path from {said(path.start)} to {said(path.end)}: {steps}{may}"
    number = 0
    for step in path.steps:
        number += step.kind.counts
        yield from _step(step, number, where)
    yield ""


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


def _end(told: Told) -> Iterator[str]:
    target = told.asked.target
    if told.identities:
        starts = "1 start" if told.identities == 1 else f"{told.identities} starts"
        paths = "1 path" if len(told.paths) == 1 else f"{len(told.paths)} paths"
        yield f"{target} is reached from {starts}; {paths} told"
    elif told.doubts:
        yield f"unknown: nothing that was read leads to {target}, but"
    else:
        yield f"no path to {target}"
    if told.stopped:
        yield f"stopped early: {told.stopped}"
    if told.doubts and told.identities:
        yield "there may be more:"
    yield from (f"  {doubt}" for doubt in told.doubts)
