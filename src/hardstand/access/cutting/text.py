"""A cut for people: what is asked, what to take away, what goes with it, and the proof."""

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from hardstand.access.cutting.answering import Answer
from hardstand.access.cutting.cut import Cut, Standing
from hardstand.access.cutting.losses import Loss
from hardstand.analysis.escalation.graph import key_of
from hardstand.analysis.escalation.powers import said
from hardstand.analysis.rbac.grants import Grant
from hardstand.text.plain import plain

_SHOWN: Final = 6
"""How many rules, workloads and identities are told of each."""


def as_text(answer: Answer, asked: str, doubts: Sequence[str], place: Callable[[Grant], str]) -> str:
    """The answer to what was `asked`; `place` says where a grant is written, or nothing."""
    lines = list(_lines(answer, asked, place))
    if doubts:
        lines += ["there may be more:", *(f"  {one}" for one in doubts)]
    return "".join(f"{plain(line)}\n" for line in lines)


def _lines(answer: Answer, asked: str, place: Callable[[Grant], str]) -> Iterator[str]:
    outcome = answer.outcome
    if not answer.reaching:
        yield f"nothing to cut: {_count(len(answer.starts), 'identity', 'identities')}, and no path to {asked}"
        return
    yield f"{_few([said(one) for one in answer.reaching])} can get to {asked}"
    if isinstance(outcome, Standing):
        yield from _standing(answer, outcome, asked)
        return
    yield f"take away {_count(len(answer.losses), 'grant')}: {_proven(outcome)}"
    weights = {key_of(one): weight for one, weight in zip(outcome.elements, outcome.weights, strict=True)}
    for number, one in enumerate(answer.losses, 1):
        yield from _loss(number, one, weights[key_of(one.grant)], place(one.grant))
    ended = _count(answer.ended, "step")
    yield from (f"not known whom it runs as: {one}" for one in answer.unread[:_SHOWN])
    yield f"proven: read again with these changes made, no path is left ({ended} of the graph ended)"


def _proven(outcome: Cut) -> str:
    if outcome.exact:
        return f"weight {outcome.weight}, and no cut weighs less"
    gap = 100 * (outcome.weight - outcome.bound) / outcome.weight
    left = f"time was over, and one that weighs {outcome.bound} is not ruled out (gap {gap:.0f} %)"
    return f"weight {outcome.weight}; {left}"


def _loss(number: int, one: Loss, weight: int, place: str) -> Iterator[str]:
    yield f"  {number}. {one.grant}    weight {weight}"
    if place:
        yield f"       --> {place}"
    where = f" in {one.grant.namespace}" if one.grant.namespace else ""
    if one.rules:
        yield f"       stops for {one.grant.who}{where}, given by nothing else:"
        yield from (f"         {rule}" for rule in one.rules[:_SHOWN])
        if len(one.rules) > _SHOWN:
            yield f"         and {len(one.rules) - _SHOWN} more rules; --format json has them all"
    else:
        yield f"       nothing stops: other grants give {one.grant.who} the same"
    if one.workloads:
        yield f"       runs as it: {_few([str(ref) for ref in one.workloads])}"


def _standing(answer: Answer, outcome: Standing, asked: str) -> Iterator[str]:
    if not outcome.steps:
        yield f"no cut exists: {said(outcome.start)} is {asked} itself"
        return
    yield "no cut exists: nothing may be taken away that ends this path"
    yield f"  {said(outcome.start)}"
    for step, kept in answer.kept:
        yield f"    {step.sentence}  ->  {said(step.end)}"
        yield from (f"      needs: {element}; kept: {why}" for element, why in kept)
        yield f"      fix: {step.fix}"


def _few(words: Sequence[str]) -> str:
    more = f" and {len(words) - _SHOWN} more" if len(words) > _SHOWN else ""
    return ", ".join(words[:_SHOWN]) + more


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"
