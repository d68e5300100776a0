"""Everything that is told of what was seen: pairs in their cases, what was never seen, who cannot be told, alerts."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from hardstand.analysis.reach.peers import Sort
from hardstand.model.verdict import Severity
from hardstand.network.alerts.watching import Alerts
from hardstand.network.observed.joining import Joined, Joining
from hardstand.network.observed.picture import Picture
from hardstand.network.observed.states import State
from hardstand.network.observed.traffic import Key, Tally, Traffic, sorted_pairs
from hardstand.network.observed.unseen import Rest, Unseen
from hardstand.network.reaching.naming import INTERNET


@dataclass(frozen=True, slots=True)
class Nobody:
    """A pair of which one end cannot be told."""

    key: Key
    tally: Tally

    @property
    def why(self) -> str:
        """Why not, of whichever end it is."""
        return self.key.source.why or self.key.destination.why


@dataclass(frozen=True, slots=True)
class Observation:
    """All of it."""

    picture: Picture
    pairs: Sequence[Joined]
    """What got through, and what was tried and refused."""
    rest: Sequence[Rest]
    """What was never seen."""
    nobodies: Sequence[Nobody]
    alerts: Alerts | None
    first: datetime | None
    last: datetime | None
    flows: int
    lookups: int
    own_node: int
    local: int
    elsewhere: int
    folded_names: int

    @property
    def counts(self) -> Mapping[State, int]:
        """How many pairs that were seen are in each case; of those that were only tried none."""
        return Counter(one.state for one in self.pairs if one.tally.got_through)

    @property
    def attempts(self) -> Sequence[Joined]:
        """Those that were tried, and never got through."""
        return [one for one in self.pairs if not one.tally.got_through]

    @property
    def unknown(self) -> bool:
        """Something cannot be told."""
        states = (*(one.state for one in self.pairs), *(one.state for one in self.rest))
        return bool(self.nobodies) or State.UNKNOWN in states

    def fails(self, severity: Severity) -> bool:
        """Something unexpected was seen, what is intended is not allowed or was refused, or an alert is as severe."""
        if any(one.state.is_unexpected or one.state is State.CLOSED_YET_USED for one in self.pairs):
            return True
        if any(one.intended is not None and one.intended.allowed for one in self.attempts):
            return True
        return self.alerts is not None and any(one.severity >= severity for one in self.alerts.all)


def observation(picture: Picture, traffic: Traffic, alerts: Alerts | None) -> Observation:
    """Join what was seen with a picture."""
    pairs = Joining(picture).joined(traffic.pairs)
    seen = [
        (*whole(picture, one), one.connections)
        for one in pairs
        if one.tally.got_through and one.sources and one.destinations and one.connections
    ]
    return Observation(
        picture,
        pairs,
        Unseen(picture, seen).rest(),
        [Nobody(key, tally) for key, tally in sorted_pairs(traffic.nobodies)],
        alerts,
        traffic.first,
        traffic.last,
        traffic.flows,
        traffic.lookups,
        traffic.own_node,
        traffic.local,
        traffic.elsewhere,
        traffic.folded_names,
    )


def whole(picture: Picture, one: Joined) -> tuple[int, int]:
    """The ends of a pair; of the internet all of it, and who calls from there may be whoever is outside.

    See `intended.addresses.ANYBODY`: balancers and nodes put addresses of their own in the place of the caller's.
    """
    sources, destinations = one.sources, one.destinations
    if one.source == INTERNET:
        sources |= picture.peers.of_sort(Sort.BLOCK)
    if one.destination == INTERNET:
        destinations |= picture.internet
    return sources, destinations
