"""What would become of everything that was seen: by the same engine, over the picture with the change in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from hardstand.analysis.reach.connections import place_of
from hardstand.analysis.reach.peers import numbers_in
from hardstand.network.observed.joining import Joined, Joining
from hardstand.network.observed.observation import Nobody, whole
from hardstand.network.observed.picture import Picture
from hardstand.network.observed.states import State
from hardstand.network.observed.traffic import Traffic, sorted_pairs
from hardstand.network.observed.unseen import Rest, Unseen


class Fate(StrEnum):
    """What would become of a pair that was seen."""

    BREAKS = "breaks"
    REFUSED_ALREADY = "refused-already"
    """The policies that are there refuse it, too."""
    PERHAPS = "perhaps"
    GOES_ON = "goes-on"


@dataclass(frozen=True, slots=True)
class Told:
    """One pair."""

    joined: Joined
    """As it would be."""
    before: bool | None
    fate: Fate
    because: str = ""
    """What would refuse it, or why nobody can tell."""

    @property
    def whose(self) -> str:
        """The workload that would notice: who calls, or of callers outside who is called."""
        return self.joined.source if self.joined.key.source.namespace else self.joined.destination


@dataclass(frozen=True, slots=True)
class Forecast:
    """All pairs that were seen, and what was not."""

    pairs: Sequence[Told]
    nobodies: Sequence[Nobody]
    never_seen: Sequence[Rest]
    """What is intended and was never seen: whether the change breaks it no log tells."""
    picture: Picture
    """As it is, without the change."""
    first: datetime | None
    last: datetime | None

    def of(self, fate: Fate) -> Sequence[Told]:
        """The pairs of which this would become."""
        return [one for one in self.pairs if one.fate is fate]


def forecast(before: Picture, after: Picture, traffic: Traffic) -> Forecast:
    """Hold what was seen against two pictures. What was refused all the time is not among it: nothing ends there."""
    seen = {key: tally for key, tally in traffic.pairs.items() if tally.got_through}
    now = Joining(before)

    def was(one: Joined) -> bool | None:
        return now.one(one.key, one.tally).allowed.allowed

    pairs = [_told(one, was(one), after) for one in Joining(after).joined(seen, was)]
    nobodies = [Nobody(key, tally) for key, tally in sorted_pairs(traffic.nobodies) if tally.got_through]
    never = list(_never_seen(before, now.joined(seen))) if before.declared else []
    return Forecast(pairs, nobodies, never, before, traffic.first, traffic.last)


def _told(one: Joined, before: bool | None, after: Picture) -> Told:
    allowed = one.allowed.allowed
    if allowed is None:
        return Told(one, before, Fate.PERHAPS, one.allowed.why)
    if allowed:
        return Told(one, before, Fate.GOES_ON)
    fate = Fate.REFUSED_ALREADY if before is False else Fate.BREAKS
    return Told(one, before, fate, _because(one, after))


def _because(one: Joined, after: Picture) -> str:
    """What refuses the first connection of the first of its ends."""
    source = next(numbers_in(one.sources), None)
    destination = next(numbers_in(one.destinations & ~(one.sources & -one.sources) or one.destinations), None)
    if source is None or not one.connections:
        return ""
    if destination is None:
        return "Egress: it is isolated, and no rule lets such connections out, whoever is called"
    protocol, port = place_of(one.connections.spans[0][0])
    return after.estate.trace(after.peers[source], after.peers[destination], protocol, port).because


def _never_seen(picture: Picture, pairs: Sequence[Joined]) -> Sequence[Rest]:
    """Rows that nothing was seen of, as parts; see `Unseen`."""
    seen = [(*whole(picture, one), one.connections) for one in pairs if one.sources and one.destinations]
    every = Unseen(picture, [one for one in seen if one[2]]).rest()
    return [one for one in every if one.state in (State.IDLE, State.BLOCKED)]
