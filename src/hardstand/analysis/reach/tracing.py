"""One connection, and by what it is decided: the same stages, gone through for one pair alone."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from hardstand.analysis.reach.conditions import OWN_NODE
from hardstand.analysis.reach.connections import number_of
from hardstand.analysis.reach.peers import Peer, Sort
from hardstand.analysis.reach.rule import Direction, Effect, Origin, Policies, Rule, Stage


@dataclass(frozen=True, slots=True)
class Decided:
    """How one direction was decided."""

    direction: Direction
    allowed: bool | None
    """None where nobody can tell."""
    by: Origin | None
    """The rule that allows or denies, or a policy that isolates, so that what no rule allows is denied."""
    text: str
    """For a person."""
    stage: str = ""


@dataclass(frozen=True, slots=True)
class Traced:
    """Whether a connection is allowed: in both directions, what leaves the one and what comes in at the other."""

    allowed: bool | None
    """None where nobody can tell."""
    decisions: Sequence[Decided]

    @property
    def because(self) -> str:
        """The reason for a person: of what is denied or not known, the direction that makes it so."""
        telling = [one for one in self.decisions if one.allowed is self.allowed]
        return "; ".join(dict.fromkeys(one.text for one in telling))


def trace(policies: Policies, source: Peer, destination: Peer, protocol: str, port: int) -> Traced:
    """Follow one connection through all stages. ValueError for a protocol or a port that there is not."""
    number = number_of(protocol, port)
    decisions = [
        _decided(policies.egress, Direction.EGRESS, source, destination, number),
        _inwards(policies, source, destination, number),
    ]
    answers = {one.allowed for one in decisions}
    allowed = False if False in answers else None if None in answers else True
    return Traced(allowed, decisions)


def _inwards(policies: Policies, source: Peer, destination: Peer, number: int) -> Decided:
    found = _decided(policies.ingress, Direction.INGRESS, destination, source, number)
    if source.sort is Sort.HOST and not found.allowed:
        why = f"{OWN_NODE}: {found.text}"
        return Decided(Direction.INGRESS, None, found.by, why, found.stage)
    return found


def _decided(stages: Sequence[Stage], direction: Direction, me: Peer, other: Peer, number: int) -> Decided:
    if me.sort is not Sort.POD and not (me.sort is Sort.HOST and _is_about(stages, me)):
        what = "on its node's network" if me.sort is Sort.HOST else "outside of the cluster"
        return Decided(direction, True, None, f"{direction}: {me} is {what}, which no policy is about")
    may: list[_May] = []
    for stage in stages:
        matching = list(_matching(stage, me, other, number))
        certain = next((rule for rule in matching if not rule.condition), None)
        before = matching if certain is None else matching[: matching.index(certain)]
        may.extend(_conditional(direction, rule) for rule in before)
        if certain is not None:
            if certain.effect is Effect.PASS:
                continue
            allowed = certain.effect is Effect.ALLOW
            return _ended(Decided(direction, allowed, certain.origin, _said(direction, certain), stage.name), may)
        isolating = [one for one in stage.isolating if one.about & me.bit]
        isolated = next((one for one in isolating if not one.condition), None)
        if isolated is not None:
            text = f"{direction}: {isolated.origin.policy} isolates it and no rule allows this"
            return _ended(Decided(direction, False, isolated.origin, text, stage.name), may)
        may.extend(_May(False, f"{direction}: it is isolated if {one.condition}") for one in isolating)
    return _ended(Decided(direction, True, None, f"{direction}: no policy denies it"), may)


class _May(NamedTuple):
    """How it would end if a condition held; None where that depends on more."""

    allowed: bool | None
    text: str


def _conditional(direction: Direction, rule: Rule) -> _May:
    ends = {Effect.ALLOW: True, Effect.DENY: False}.get(rule.effect)
    return _May(ends, f"{_said(direction, rule)} if {rule.condition}")


def _is_about(stages: Sequence[Stage], me: Peer) -> bool:
    """Tell whether any policy is about a node; those of some plugins are."""
    return any(
        any(rule.about & me.bit for rule in stage.rules) or any(one.about & me.bit for one in stage.isolating)
        for stage in stages
    )


def _ended(found: Decided, may: Sequence[_May]) -> Decided:
    """How it ends, unless a condition that cannot be told would make it end otherwise."""
    others = [one.text for one in may if one.allowed is not found.allowed]
    if not others:
        return found
    return replace(found, allowed=None, text=f"{'; '.join(dict.fromkeys(others))}; otherwise {found.text}")


def _matching(stage: Stage, me: Peer, other: Peer, number: int) -> Iterator[Rule]:
    for rule in stage.rules:
        if rule.about & me.bit and rule.peers & other.bit and number in rule.connections:
            yield rule


def _said(direction: Direction, rule: Rule) -> str:
    """The rule, and what it does."""
    steps = [step for step in rule.origin.steps if step != "spec"]
    where = "".join(f"[{step}]" if isinstance(step, int) else f" {step}" for step in steps)
    title = f" ({rule.origin.title})" if rule.origin.title else ""
    return f"{direction}: {rule.origin.policy}{where}{title} {rule.effect} it"
