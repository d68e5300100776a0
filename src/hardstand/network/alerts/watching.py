"""All detectors over one stream of flows and one of lookups, which may come in any order and mixed."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from hardstand.network.alerts.alert import Alert
from hardstand.network.alerts.beacons import Beacons
from hardstand.network.alerts.budget import Folded, in_order, within
from hardstand.network.alerts.fresh import Fresh
from hardstand.network.alerts.limits import Limits
from hardstand.network.alerts.pairs import Key
from hardstand.network.alerts.scans import Scans
from hardstand.network.alerts.seen import Asked, Known, Seen
from hardstand.network.alerts.tunnels import Tunnels
from hardstand.network.alerts.volumes import Volumes


@dataclass(frozen=True, slots=True)
class Alerts:
    """What was found."""

    all: Sequence[Alert]
    """Every alert, the most severe first."""
    told: Sequence[Alert]
    """Those within the budget."""
    folded: Sequence[Folded]
    """The rest, by workload and day."""
    settled: Sequence[str]
    """Regular calls and new destinations that are no alerts, since the workload did the same in the reference."""
    untold: Sequence[str]
    """What could not be looked at, and why; a silence about it says nothing."""
    flows: int
    lookups: int
    pairs: frozenset[Key] = frozenset()
    """Who spoke to whom, of scans, regular calls and new flows."""


class Watch:
    """Takes flows and lookups one at a time; nothing is kept but sums, different pairs, and times of calls outside."""

    def __init__(self, *, since: float | None, limits: Limits | None = None, known: Known | None = None) -> None:
        """Flows before `since` (seconds since 1970) are the reference; without it there is none."""
        self._since = since
        self._known = known or Known()
        self._limits = limits or Limits()
        self._fresh = Fresh(self._limits, self._known, since)
        self._scans = Scans(self._limits, since)
        self._beacons = Beacons(self._limits, since)
        self._volumes = Volumes(self._limits, since)
        self._tunnels = Tunnels(self._limits, self._known)
        self._flows = self._lookups = 0
        self._passed_over: Counter[str] = Counter()

    def flow(self, one: Seen) -> None:
        """Take in a flow. One of no connection tells bytes of one that was told before, which is a matter of volume."""
        self._volumes.add(one)
        if not one.count:
            return
        self._flows += 1
        self._fresh.add(one)
        self._scans.add(one)
        self._beacons.add(one)

    def lookup(self, one: Asked) -> None:
        """Take in a lookup; such as are of the reference are not judged."""
        self._lookups += 1
        if self._since is None or one.time >= self._since:
            self._tunnels.add(one)

    def pass_over(self, whose: str, count: int = 1) -> None:
        """Count records that are not given, since there are too many ends that nothing but records knows.

        `whose`: the workload that calls so many such ends; empty where they call.
        """
        self._passed_over[whose] += count

    def end(self, budget: int | None) -> Alerts:
        """What was found, told up to `budget` alerts for each workload and day."""
        scans = list(self._scans.scans(compares=self._fresh.compares))
        beacons = list(self._beacons.beacons(self._fresh))
        covered = {key for scan in scans for key in scan.covers} | {key for one in beacons for key in one.covers}
        found = [one.alert for one in scans] + [one.alert for one in beacons]
        found += [*self._volumes.alerts(self._known), *self._tunnels.alerts(), *self._fresh.alerts(covered)]
        ordered = in_order(found)
        told, folded = within(ordered, budget)
        settled, untold = list(self._settled()), list(self._untold())
        pairs = frozenset((*covered, *self._fresh.told))
        return Alerts(ordered, told, folded, settled, untold, self._flows, self._lookups, pairs)

    def _settled(self) -> Iterator[str]:
        yield from self._beacons.settled
        for workload, count in sorted(self._fresh.wide.items()):
            yield f"{workload} calls many outside, and {count} new ones"

    def _untold(self) -> Iterator[str]:
        if self._flows and not self._fresh.compares:
            yield (
                "there is no reference: nothing can be called new, no volume unusual, and regular calls are less sure. "
                "Give records of days before"
            )
        if self._volumes.untold:
            yield f"{self._volumes.untold} flows do not tell their bytes: their volume was not judged"
        for whose, count in sorted(self._passed_over.items()):
            who = f"{whose} speaks to" if whose else "there are"
            yield f"{who} more ends that are not in the picture than are kept: {count} records were not judged"
        for what, counted in (
            ("pairs", self._fresh.left_out),
            ("targets", self._scans.left_out),
            ("calls", self._beacons.left_out),
            ("domains", self._tunnels.left_out),
        ):
            for workload, count in sorted(counted.items()):
                if count:
                    yield f"{workload} has more different {what} than are kept: {count} records were not judged by them"


def alerts(
    seen: Iterable[Seen],
    asked: Iterable[Asked],
    *,
    since: float | None,
    budget: int | None,
    limits: Limits | None = None,
    known: Known | None = None,
) -> Alerts:
    """Alerts from flows and lookups, each of which is gone through once."""
    watch = Watch(since=since, limits=limits, known=known)
    for flow in seen:
        watch.flow(flow)
    for lookup in asked:
        watch.lookup(lookup)
    return watch.end(budget)
