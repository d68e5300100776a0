"""Who may reach whom, for all ends at once.

The answer is one row for each end: which others it may reach, and by which connections. A row is made of two halves,
what leaves the end and what comes in at the others, each found by going through the stages with sets of ends, and not
end by end.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from hardstand.analysis.reach.connections import ALL, Connections
from hardstand.analysis.reach.peers import Peers, Sort, numbers_in
from hardstand.analysis.reach.rule import Direction, Effect, Policies, Rule, Stage
from hardstand.analysis.reach.spans import Spans, pieces

Mask: TypeAlias = int
"""A set of connections, as bits over the pieces that the rules cut the line of connections into."""
Halves: TypeAlias = dict[Mask, int]
"""Sets of ends by the connections that are allowed with them; no end is in two."""


class Universe:
    """The line of connections in the fewest pieces that tell all rules apart."""

    def __init__(self, sets: Iterable[Connections]) -> None:
        known: set[Spans] = {one.spans for one in sets}
        line = ALL.spans
        self._pieces = [piece for span in line for piece in pieces(span, known)]
        self.whole: Mask = (1 << len(self._pieces)) - 1
        self._starts = {piece[0]: at for at, piece in enumerate(self._pieces)}
        self._masks: dict[Spans, Mask] = {line: self.whole}
        self._sets: dict[Mask, Connections] = {}

    def mask(self, connections: Connections) -> Mask:
        """The bits of a set that is made of whole pieces."""
        found = self._masks.get(connections.spans)
        if found is None:
            found = 0
            for first, last in connections.spans:
                at = self._starts[first]
                while at < len(self._pieces) and self._pieces[at][0] <= last:
                    found |= 1 << at
                    at += 1
            self._masks[connections.spans] = found
        return found

    def connections(self, mask: Mask) -> Connections:
        """The set that the bits stand for."""
        found = self._sets.get(mask)
        if found is None:
            found = self._sets[mask] = Connections(_joined(self._pieces[at] for at in numbers_in(mask)))
        return found


def _joined(parts: Iterable[tuple[int, int]]) -> Spans:
    found: list[tuple[int, int]] = []
    for first, last in parts:
        if found and found[-1][1] + 1 == first:
            found[-1] = (found[-1][0], last)
        else:
            found.append((first, last))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Reading:
    """A rule as one end of one direction sees it."""

    others: int
    mask: Mask
    effect: Effect


class Rows:
    """The rows of all ends, each made when it is asked for.

    `certain`: a rule that depends on what cannot be told counts only where it takes away, and so does what may isolate;
    without it such a rule counts only where it gives. What is allowed in both is allowed, in neither is denied; what
    lies between nobody can tell.
    """

    def __init__(self, peers: Peers, policies: Policies, universe: Universe, *, certain: bool = True) -> None:
        self._peers = peers
        self._universe = universe
        self._ingress = [_Half(stage, universe, Direction.INGRESS, certain=certain) for stage in policies.ingress]
        self._egress = [_Half(stage, universe, Direction.EGRESS, certain=certain) for stage in policies.egress]
        self._certain = certain
        self._hosts = peers.of_sort(Sort.HOST)
        self._made: dict[tuple[object, ...], Halves] = {}
        self._rows: dict[int, Halves] = {}
        self._outside = peers.all & ~(peers.of_sort(Sort.POD) | peers.of_sort(Sort.HOST))
        """Ends that no policy is about, and between which nothing is of interest."""
        self._callable = peers.all & ~peers.of_sort(Sort.ENTRANCE)

    def row(self, number: int) -> Halves:
        """Which ends the end of this number may reach, by the connections that it may."""
        made = self._rows.get(number)
        if made is None:
            made = self._rows[number] = self._row(number)
        return made

    def _row(self, number: int) -> Halves:
        bit = 1 << number
        towards = self._callable & ~self._outside if bit & self._outside else self._callable
        inwards = self._half(self._ingress, number, Direction.INGRESS)
        outwards = self._half(self._egress, number, Direction.EGRESS)
        found: dict[Mask, int] = defaultdict(int)
        for into, called in inwards.items():
            for out, reached in outwards.items():
                mask, both = into & out, called & reached & towards
                if mask and both:
                    found[mask] |= both
        return dict(found)

    def _half(self, halves: Sequence["_Half"], number: int, direction: Direction) -> Halves:
        """What one direction allows between the end and all others; ends that see the same rules share it."""
        if direction is Direction.INGRESS and not self._certain and self._hosts >> number & 1:
            return {self._universe.whole: self._peers.all}  # Its own node always reaches a pod; this may be that.
        key = (direction, *(half.seen(number) for half in halves))
        made = self._made.get(key)
        if made is None:
            states: _States = {(self._universe.whole, 0): self._peers.all}
            for half in halves:
                states = half.decide(states, number)
            made = defaultdict(int)
            for (open_, allowed), bits in states.items():
                made[open_ | allowed] |= bits
            self._made[key] = made = dict(made)
        return made


_States: TypeAlias = dict[tuple[Mask, Mask], int]
"""Sets of ends by what is undecided between them and the one that is asked about, and by what is allowed."""


class _Half:
    """A stage of one direction, by the callers: the peers of rules in ingress, what they are about in egress."""

    def __init__(self, stage: Stage, universe: Universe, direction: Direction, *, certain: bool) -> None:
        self._inwards = direction is Direction.INGRESS
        self._isolated = 0
        for one in stage.isolating:
            if certain or not one.condition:
                self._isolated |= one.about
        counted = [(rule, action) for rule in stage.rules if (action := _counts(rule, certain=certain)) is not None]
        merged = counted if stage.ordered else _merged(counted, inwards=self._inwards)
        self._seen: dict[int, list[int]] = defaultdict(list)
        self._readings: list[_Reading] = []
        same: dict[int, list[int]] = {}
        for rule, action in merged:
            callers, called = (rule.peers, rule.about) if self._inwards else (rule.about, rule.peers)
            if not callers or not called:
                continue
            at = len(self._readings)
            self._readings.append(_Reading(called, universe.mask(rule.connections), action))
            numbers = same.get(callers)
            if numbers is None:
                numbers = same[callers] = list(numbers_in(callers))
            for number in numbers:
                self._seen[number].append(at)

    def seen(self, number: int) -> object:
        """What tells the answers for two ends apart: nothing else of them matters here."""
        alone = None if self._inwards else bool(self._isolated >> number & 1)
        return tuple(self._seen.get(number, ())), alone

    def decide(self, states: _States, number: int) -> _States:
        """What is left undecided and what is allowed when the stage is through."""
        passing: dict[tuple[Mask, Mask, Mask], int] = {(*state, 0): bits for state, bits in states.items()}
        for at in self._seen.get(number, ()):
            one = self._readings[at]
            for state, bits in list(passing.items()):
                hit = bits & one.others
                if hit and state[0] & one.mask:
                    after = _after(state, one)
                    if after == state:
                        continue
                    if hit == bits:
                        del passing[state]
                    else:
                        passing[state] = bits ^ hit
                    passing[after] = passing.get(after, 0) | hit
        return self._ended(passing, number)

    def _ended(self, passing: Mapping[tuple[Mask, Mask, Mask], int], number: int) -> _States:
        """What is undecided is denied for whoever is isolated; what was passed on goes on."""
        isolated = self._isolated if self._inwards else -(self._isolated >> number & 1)  # All, or none.
        found: dict[tuple[Mask, Mask], int] = defaultdict(int)
        for (open_, allowed, passed), bits in passing.items():
            if alone := bits & isolated:
                found[passed, allowed] |= alone
            if free := bits & ~isolated:
                found[open_ | passed, allowed] |= free
        return dict(found)


def _after(state: tuple[Mask, Mask, Mask], one: _Reading) -> tuple[Mask, Mask, Mask]:
    open_, allowed, passed = state
    decided = open_ & one.mask
    if one.effect is Effect.ALLOW:
        return open_ ^ decided, allowed | decided, passed
    if one.effect is Effect.PASS:
        return open_ ^ decided, allowed, passed | decided
    return open_ ^ decided, allowed, passed


def _counts(rule: Rule, *, certain: bool) -> Effect | None:
    """What a rule does in one of the two readings; None where it does nothing.

    What a conditional rule passes on may end either way, and so is denied in the one and allowed in the other.
    """
    if not rule.condition:
        return rule.effect
    if rule.effect is Effect.PASS:
        return Effect.DENY if certain else Effect.ALLOW
    return rule.effect if (rule.effect is Effect.DENY) is certain else None


def _merged(counted: Sequence[tuple[Rule, Effect]], *, inwards: bool) -> Sequence[tuple[Rule, Effect]]:
    """Rules of the same callers and connections as one: where all only allow, their order does not matter."""
    found: dict[tuple[int, Spans], tuple[Rule, int]] = {}
    for rule, _ in counted:
        callers, called = (rule.peers, rule.about) if inwards else (rule.about, rule.peers)
        key = (callers, rule.connections.spans)
        first, so_far = found.get(key, (rule, 0))
        found[key] = (first, so_far | called)
    return [(_with_called(rule, called, inwards=inwards), Effect.ALLOW) for rule, called in found.values()]


def _with_called(rule: Rule, called: int, *, inwards: bool) -> Rule:
    about, peers = (called, rule.peers) if inwards else (rule.about, called)
    return Rule(rule.effect, about, peers, rule.connections, rule.origin)
