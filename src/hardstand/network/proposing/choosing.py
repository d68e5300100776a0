"""Which of all that was seen is proposed, and what is left out and why."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from hardstand.analysis.intended.rows import DNS_ROW, whole
from hardstand.analysis.reach.connections import ALL_TRANSPORT, Connections
from hardstand.network.alerts.alert import Kind
from hardstand.network.alerts.pairs import is_address
from hardstand.network.alerts.seen import OUTSIDE
from hardstand.network.alerts.watching import Alerts
from hardstand.network.observed.joining import Joined
from hardstand.network.observed.observation import Observation
from hardstand.network.observed.parties import Standing
from hardstand.network.observed.picture import Picture
from hardstand.network.observed.words import many

REFUSED = "was refused"
UNANSWERED = "was never answered"
ALERTED = "an alert tells of it"
NOBODY = "one end cannot be told"
NO_PROTOCOL = "is of a protocol or port that no flow table knows"
FROM_NODES = "began at a node, of which no row can be"
GONE = "is of a workload that is not in the picture any more"
INTENDED = "is intended already"


@dataclass(frozen=True, slots=True)
class Supported:
    """One pair that a row is proposed for."""

    joined: Joined
    connections: Connections
    addresses: tuple[str, ...]
    """Of what is outside."""
    more_addresses: bool


@dataclass(slots=True)
class Choice:
    """What is proposed, and what is not."""

    supported: list[Supported] = field(default_factory=list)
    left_out: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    """By the reason, pairs for a person."""

    def summary(self) -> Iterator[str]:
        """A line for each reason."""
        for why, pairs in self.left_out.items():
            shown = ", ".join(pairs[:_SHOWN])
            more = f", and {len(pairs) - _SHOWN:,} more" if len(pairs) > _SHOWN else ""
            yield f"{many(len(pairs), 'pair')}: {why}: {shown}{more}"


_SHOWN = 5


def chosen(found: Observation) -> Choice:
    """Go through all pairs."""
    made = Choice()
    suspects = _Suspects(found.alerts)
    for one in found.pairs:
        why = _unfit(one) or (INTENDED if _asks_for_names(found.picture, one) else "")
        if why:
            made.left_out[why].append(_named(one))
            continue
        suspected = suspects.among(one)
        left = tuple(each for each in one.tally.addresses if each not in suspected)
        if suspected:
            made.left_out[ALERTED].append(_named(one) + (f" ({', '.join(suspected[:3])})" if left else ""))
        if not suspected or (left and not one.key.destination.name):
            made.supported.append(Supported(one, one.connections, left, one.tally.more_addresses))
    for nobody in found.nobodies:
        ends = f"{nobody.key.source.name or 'somebody'} → {nobody.key.destination.name or 'somebody'}"
        made.left_out[NOBODY].append(ends)
    return made


def _unfit(one: Joined) -> str:
    """Why a pair is not proposed; empty where it is."""
    if not one.tally.got_through:
        return REFUSED
    if one.tally.answered is False:
        return UNANSWERED
    if one.key.source.standing is Standing.NODE:
        return FROM_NODES
    if not one.sources or (not one.destinations and one.key.destination.standing is not Standing.OUTSIDE):
        return GONE
    if not one.connections or one.connections & ALL_TRANSPORT != one.connections:
        return NO_PROTOCOL
    if one.intended is not None and one.intended.allowed is True:
        return INTENDED
    return ""


def _asks_for_names(picture: Picture, one: Joined) -> bool:
    """Whether it is what every table lets through: asking the resolvers for names."""
    rows = picture.table.covering(one.sources, one.destinations, one.connections)
    return any(row.path == DNS_ROW and one.connections <= whole(row.ports) for row in rows)


def _named(one: Joined) -> str:
    return f"{one.source} → {one.destination} {one.connection}"


class _Suspects:
    """What alerts tell of."""

    def __init__(self, alerts: Alerts | None) -> None:
        self._pairs = {
            (key.source, key.destination, key.protocol, key.port) for key in (alerts.pairs if alerts else ())
        }
        every = alerts.all if alerts else ()
        self._domains = {(one.workload, one.subject) for one in every if one.kind is Kind.DNS_TUNNEL}
        self._volumes = [one for one in every if one.kind is Kind.VOLUME]

    def among(self, one: Joined) -> Sequence[str]:
        """Whom alerts tell of, of those that a pair calls: its destination, or addresses outside."""
        source = OUTSIDE if one.key.source.standing is Standing.OUTSIDE else one.key.source.name
        called = [one.key.destination.name] if one.key.destination.name else list(one.tally.addresses)
        return [each for each in called if self._tells(source, each, one)]

    def _tells(self, source: str, destination: str, one: Joined) -> bool:
        if (source, destination, one.key.protocol, one.key.port) in self._pairs:
            return True
        if not is_address(destination) and any(
            source == workload and (destination == domain or destination.endswith(f".{domain}"))
            for workload, domain in self._domains
        ):
            return True
        return any(
            source == each.workload and any(destination in detail for detail in each.details) for each in self._volumes
        )
