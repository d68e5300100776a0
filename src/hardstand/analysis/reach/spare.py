"""Rules that change nothing: without them exactly the same is allowed between all ends.

A rule is a box: whom it is about, the others, and the connections. It is spare where the boxes of other rules of its
stage cover it: where all only allow those of any others, else of those that are asked before it, whatever they decide.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from hardstand.analysis.reach.connections import Connections
from hardstand.analysis.reach.rule import Direction, Origin, Policies, Rule, Stage

_MOST = 500
"""Boxes that a rule may fall into before nobody looks further, and it counts as one that changes something."""


@dataclass(frozen=True, slots=True)
class Spare:
    """A written rule that changes nothing."""

    origin: Origin
    by: tuple[Origin, ...]
    """The rules that cover it."""
    never_asked: bool
    """It comes too late to decide; else others allow the same."""


class _Box(NamedTuple):
    about: int
    peers: int
    connections: Connections


def spare_rules(policies: Policies) -> Iterator[Spare]:
    """The rules that could go, one by one: of two that are the same, one is told. Those about nobody are not told."""
    for direction in Direction:
        for stage in policies.towards(direction):
            yield from _in_order(stage) if stage.ordered else _in_any_order(stage)


def _in_any_order(stage: Stage) -> Iterator[Spare]:
    written = _written(stage.rules)
    homes: dict[str | None, list[Origin]] = defaultdict(list)
    for origin in written:
        homes[origin.namespace].append(origin)
    left = set(written)
    for origin in sorted(written, key=_place, reverse=True):
        near = (*homes[origin.namespace], *(homes[None] if origin.namespace is not None else ()))
        others = [one for one in near if one in left and one is not origin]
        by = _covering(written[origin], ((one, rule) for one in others for rule in written[one]))
        if by:
            left.discard(origin)
            yield Spare(origin, by, never_asked=False)


def _in_order(stage: Stage) -> Iterator[Spare]:
    before: list[tuple[Origin, Rule]] = []
    for origin, rules in _written(stage.rules).items():
        by = _covering(rules, before)
        if by:
            yield Spare(origin, by, never_asked=True)
        before.extend((origin, rule) for rule in rules)


def _written(rules: Iterable[Rule]) -> Mapping[Origin, Sequence[Rule]]:
    """The rules as people wrote them: one may have become several."""
    found: dict[Origin, list[Rule]] = defaultdict(list)
    for rule in rules:
        if not rule.unsupported:
            found[rule.origin].append(rule)
    return found


def _covering(rules: Sequence[Rule], others: Iterable[tuple[Origin, Rule]]) -> tuple[Origin, ...]:
    """Those of the others that cover all of the rules together; none where something is left, or nothing was there."""
    boxes = [_Box(one.about, one.peers, one.connections) for one in rules if one.about and one.peers]
    if not boxes:
        return ()
    about = 0
    for box in boxes:
        about |= box.about
    by: dict[Origin, None] = {}
    for origin, rule in others:
        if rule.condition or not rule.about & about:
            continue
        cut = [piece for box in boxes for piece in _without(box, rule)]
        if cut != boxes:
            by[origin] = None
        if not cut:
            return tuple(by)
        if len(cut) > _MOST:
            return ()
        boxes = cut
    return ()


def _without(box: _Box, rule: Rule) -> Iterator[_Box]:
    about, peers, connections = box.about & rule.about, box.peers & rule.peers, box.connections & rule.connections
    if not (about and peers and connections):
        yield box
        return
    if rest := box.about & ~about:
        yield _Box(rest, box.peers, box.connections)
    if others := box.peers & ~peers:
        yield _Box(about, others, box.connections)
    if more := box.connections - connections:
        yield _Box(about, peers, more)


def _place(origin: Origin) -> tuple[str, ...]:
    steps = (f"{one:09d}" if isinstance(one, int) else one for one in origin.steps)
    return (origin.namespace or "", origin.name, origin.kind, origin.file, *steps)
