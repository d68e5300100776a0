"""A day of an estate, with attacks and real DNS tunnels in it, held against the alerts: found, missed and false.

`python -m tests.network.replaying [--seed N] [--budget N] [--fresh]` prints it; `--fresh` digs new tunnels, as root.
The three days before are the reference. What the thresholds are known to let through is counted apart.
Ends with 1 where something else is missed, or is found and not told.
"""

import argparse
import sys
import time
import tracemalloc
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from hardstand.network.alerts.alert import Alert, Kind
from hardstand.network.alerts.seen import Asked, Known, Seen
from hardstand.network.alerts.watching import Alerts, Watch
from tests.network.days.beating import DECLARED, UNDECLARED, agents, beacons
from tests.network.days.estate import Estate
from tests.network.days.injected import Injected, Maker
from tests.network.days.leaking import changes, firsts, leaks
from tests.network.days.names import ODD_ZONE, Lookups, grouped, replayed, tunnels
from tests.network.days.ordinary import DAY, Day
from tests.network.days.scanning import scans
from tests.network.days.weekly import weekly
from tests.network.tunnels.programs import TUNNELS
from tests.network.tunnels.record import recorded

MONDAY = 1_780_272_000.0
"""2026-06-01 00:00 UTC: the first day of the reference."""
BEFORE = 3
IDLE = 50.0
"""Seconds between the lookups of an idle tunnel by iodine; its server ends one that is silent for 60."""

Recorded = Mapping[str, Sequence[tuple[float, str, str, str, int, int]]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the day."""

    alerts: Alerts
    injected: Sequence[Injected]
    found: Sequence[Injected]
    missed: Sequence[Injected]
    beyond: Sequence[Injected]
    """Missed, as was known."""
    hidden: Sequence[Injected]
    """Found, and not told, since the budget was used up."""
    false: Sequence[Alert]
    flows: int


def replay(seed: int, budget: int | None, dug: Recorded) -> Outcome:
    """Generate and watch the days."""
    random = Random(seed)
    estate = Estate(random)
    today = MONDAY + BEFORE * DAY
    known = Known(declared=lambda one: one.destination == DECLARED, zones=frozenset((ODD_ZONE,)))
    watch = Watch(since=today, known=known)
    for day in range(BEFORE):
        for flow in Day(estate, random, MONDAY + day * DAY).flows():
            watch.flow(flow)
    make = Maker(estate, random, today)
    injected = [one for kind in (scans, beacons, leaks, firsts, changes) for one in kind(make)]
    for flow in _today(estate, random, today, injected):
        watch.flow(flow)
    for lookup in Lookups(estate, random, today).all():
        watch.lookup(lookup)
    for one, lookups in _dug(dug, today):
        injected.append(one)
        for lookup in lookups:
            watch.lookup(lookup)
    return _outcome(watch.end(budget), injected)


def _today(estate: Estate, random: Random, start: float, injected: Sequence[Injected]) -> Iterator[Seen]:
    yield from Day(estate, random, start).flows()
    yield from weekly(estate, random, start)
    yield from agents(estate, random, start, DECLARED)
    yield from agents(estate, random, start, UNDECLARED)
    for one in injected:
        yield from one.flows


def _dug(dug: Recorded, start: float) -> Iterator[tuple[Injected, Iterator[Asked]]]:
    """Each recorded tunnel as it was, and slowed down to a day. What was asked beside them belongs to the same pods."""
    for number, (label, lines) in enumerate(sorted(dug.items())):
        if label.startswith("ordinary"):
            client = f"beside/{label}[Deployment]"
            yield Injected(label, Kind.DNS_TUNNEL, client, (), meant=True), replayed(lines, client, start, None)
            continue
        for word, seconds in _paces(label, len(lines)):
            client = f"dns/{label}-{word.replace(' ', '-')}[Deployment]"
            made = Injected(f"tunnel: {label}, {word}", Kind.DNS_TUNNEL, client, ())
            yield made, replayed(lines, client, start + 60 * number, seconds)


def _paces(label: str, count: int) -> Sequence[tuple[str, float | None]]:
    if label == "iodine-idle":
        return [("a lookup each 50 s", count * IDLE)]
    return [("as recorded", None), ("over a day", DAY - 3_600)]


def _outcome(alerts: Alerts, injected: Sequence[Injected]) -> Outcome:
    attacks = [one for one in injected if not one.meant]
    told = {one.id for one in alerts.told}
    by: dict[str, list[Alert]] = {}
    for alert in alerts.all:
        by.setdefault(alert.workload, []).append(alert)
    found = [one for one in attacks if any(alert.kind is one.kind for alert in by.get(one.workload, ()))]
    hidden = [
        one for one in found if not any(each.kind is one.kind and each.id in told for each in by.get(one.workload, ()))
    ]
    rightly = {(one.workload, kind) for one in injected if _is_telling(one) for kind in (one.kind, *one.also)}
    false = [one for one in alerts.all if (one.workload, one.kind) not in rightly]
    missed = [one for one in attacks if one not in found]
    return Outcome(
        alerts,
        injected,
        found,
        [one for one in missed if not one.beyond],
        [one for one in missed if one.beyond],
        hidden,
        false,
        alerts.flows,
    )


def _is_telling(one: Injected) -> bool:
    return not (one.meant and one.kind is Kind.DNS_TUNNEL)


def said(outcome: Outcome, budget: int | None) -> Iterator[str]:
    """The counts, and what is behind them."""
    yield f"{outcome.flows} flows and {outcome.alerts.lookups} lookups of {BEFORE + 1} days; the last one is judged"
    heads = ("injected", "found", "missed", "beyond", "false", "meant")
    yield f"{'kind':16}" + "".join(f"{word:>10}" for word in heads)
    for kind in Kind:
        counts = [
            sum(one.kind is kind and not one.meant for one in outcome.injected),
            sum(one.kind is kind for one in outcome.found),
            sum(one.kind is kind for one in outcome.missed),
            sum(one.kind is kind for one in outcome.beyond),
            sum(one.kind is kind for one in outcome.false),
            sum(one.kind is kind and one.meant and _is_telling(one) for one in outcome.injected),
        ]
        yield f"{kind.value:16}" + "".join(f"{one:10}" for one in counts)
    told = {one.id for one in outcome.alerts.told}
    false_told = [one for one in outcome.false if one.id in told]
    most = max(Counter((one.workload, one.day) for one in false_told).values(), default=0)
    yield f"alerts: {len(outcome.alerts.all)}, told: {len(told)}, folded: {len(outcome.alerts.all) - len(told)}"
    yield f"false alerts told: {len(false_told)}, at most {most} for one workload in a day (budget {budget})"
    yield f"regular and no alert, since known: {len(outcome.alerts.settled)}"
    yield from (f"missed: {one.label} ({one.workload})" for one in outcome.missed)
    yield from (f"beyond the thresholds: {one.label}" for one in outcome.beyond)
    yield from (f"found and not told: {one.label} ({one.workload})" for one in outcome.hidden)
    yield from (
        f"false: {one.severity.word}, {one.confidence.value} confidence: {one.message}" for one in outcome.false
    )
    yield from (f"not judged: {one}" for one in outcome.alerts.untold)


def main(argv: Sequence[str]) -> int:
    words = argparse.ArgumentParser(prog="python -m tests.network.replaying")
    words.add_argument("--seed", type=int, default=6)
    words.add_argument("--budget", type=int, default=3)
    words.add_argument("--fresh", action="store_true", help="dig the tunnels anew (as root; takes minutes)")
    words.add_argument("--memory", action="store_true", help="tell the most memory that was used (slow)")
    words.add_argument("--verbose", action="store_true", help="print all alerts")
    options = words.parse_args(argv)
    dug = grouped([*recorded(TUNNELS)]) if options.fresh else tunnels()
    if options.memory:
        tracemalloc.start()
    began = time.monotonic()
    outcome = replay(options.seed, options.budget, dug)
    print("\n".join(said(outcome, options.budget)))
    print(f"{time.monotonic() - began:.1f} s, generating included")
    if options.memory:
        print(f"at most {tracemalloc.get_traced_memory()[1] / 1e6:.0f} MB")
    if options.verbose:
        print("\n".join(f"{one.kind.value}: {one.message}" for one in outcome.alerts.all))
    return 1 if outcome.missed or outcome.hidden else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
