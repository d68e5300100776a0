"""Whether the flow table means what the alerts look at, so that nothing that is declared is told as new."""

from collections.abc import Callable

from hardstand.network.alerts.limits import Limits
from hardstand.network.alerts.seen import Known, Seen
from hardstand.network.alerts.watching import Watch
from hardstand.network.observed.joining import Joining
from hardstand.network.observed.parties import API_SERVER, Parties, Party, Standing
from hardstand.network.observed.picture import Picture
from hardstand.network.observed.traffic import Key, Tally


def watching(since: float | None, limits: Limits | None = None) -> Callable[[Picture, Parties], Watch]:
    """Makes what looks for alerts in a picture; flows before `since` are its reference."""

    def make(picture: Picture, parties: Parties) -> Watch:
        names = (name.removeprefix("*.") for one in picture.network.outside.values() for name in one.names)
        declared = Declared(picture, parties) if picture.declared else None
        zones = frozenset(names)
        known = Known(declared, zones) if declared is not None else Known(zones=zones)
        return Watch(since=since, limits=limits, known=known)

    return make


class Declared:
    """Asks the flow table."""

    def __init__(self, picture: Picture, parties: Parties) -> None:
        self._picture, self._parties = picture, parties
        self._joining = Joining(picture)

    def __call__(self, one: Seen) -> bool:
        """Tell whether a row means it for sure."""
        source = self._parties.by_address(one.source) if one.from_outside else self._inside(one.source)
        tally = Tally()
        if one.outside:
            destination = Party(Standing.OUTSIDE, one.destination)
            if one.destination == one.address:
                destination = self._parties.by_address(one.address)
            elif one.address and (span := self._parties.by_address(one.address).span):
                tally.spans.add(span)
        else:
            destination = self._inside(one.destination)
        if Standing.UNKNOWN in (source.standing, destination.standing):
            return False
        found = self._joining.one(Key(source, destination, one.protocol, one.port), tally).intended
        return found is not None and found.allowed is True

    def _inside(self, name: str) -> Party:
        if name == API_SERVER.name:
            return API_SERVER
        for prefix, standing in (("node ", Standing.NODE), ("Service ", Standing.SERVICE)):
            if name.startswith(prefix):
                namespace = name.removeprefix(prefix).partition("/")[0] if standing is Standing.SERVICE else ""
                return Party(standing, name, namespace)
        if name in self._picture.owners:
            return Party(Standing.WORKLOAD, name, name.partition("/")[0])
        return Party(Standing.UNKNOWN, name)
