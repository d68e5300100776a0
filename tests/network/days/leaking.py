"""Leaks of data, first calls, and changes that are meant."""

from collections.abc import Iterator

from hardstand.network.alerts.alert import Kind
from hardstand.network.alerts.seen import Seen
from tests.network.days.estate import PORTS, VENDORS
from tests.network.days.injected import Injected, Maker


def leaks(make: Maker) -> Iterator[Injected]:
    of, at = make.estate.workloads, make.start + 50_000
    by = of["app05/api[Deployment]"]
    vendor = next(one.to for one in by.calls if one.outside)
    flows = [make.out(vendor, by, at, sent=3_000_000_000)]
    yield Injected("volume: 3 GB to a vendor that it calls each day", Kind.VOLUME, by.key, flows)
    by = of["app06/api[Deployment]"]
    vendor = next(one.to for one in by.calls if one.outside)
    flows = [make.out(vendor, by, when, sent=15_000_000) for when in make.steady(20, 80_000.0)]
    yield Injected("volume: 15 MB an hour to a vendor, all day", Kind.VOLUME, by.key, flows)
    by = of["app07/worker[Deployment]"]
    flows = [make.to("app07/db[StatefulSet]", by, at, 5_432, 4_000, 6_000_000_000)]
    yield Injected("volume: a whole database fetched by a worker", Kind.VOLUME, by.key, flows)
    by = of["app08/web[Deployment]"]
    flows = [make.out("198.51.100.250", by, at, sent=400_000_000)]
    also = frozenset((Kind.NEW_FLOW,))
    yield Injected("volume: 400 MB to outside, by who never sent there", Kind.VOLUME, by.key, flows, also)
    by = of["app08/api[Deployment]"]
    vendor = next(one.to for one in by.calls if one.outside)
    flows = [make.out(vendor, by, when, sent=1_000_000) for when in make.steady(20, 80_000.0)]
    yield Injected("volume: 1 MB an hour to a vendor", Kind.VOLUME, by.key, flows, beyond=True)


def firsts(make: Maker) -> Iterator[Injected]:
    at = make.start + 30_000
    by = make.taken()
    flows = [make.to("app01/db[StatefulSet]", by, at, 5_432)]
    yield Injected("new flow: another application's database", Kind.NEW_FLOW, by.key, flows)
    by = make.taken()
    yield Injected("new flow: a shell outside", Kind.NEW_FLOW, by.key, [make.out("203.0.113.90", by, at, 22)])
    queue = "app02/queue[StatefulSet]"
    flows = [Seen(at, "192.0.2.66", queue, "TCP", 9_092, False, True, "", "", True, 900, 900)]
    yield Injected("new flow: a queue from outside", Kind.NEW_FLOW, queue, flows)


def changes(make: Maker) -> Iterator[Injected]:
    """New versions with a new dependency, new workloads, a new job."""
    for _ in range(6):
        by, to = make.taken(), f"app{make.random.randrange(28):02}/cache[Deployment]"
        flows = [make.to(to, by, at, PORTS["cache"]) for at in make.some(40)]
        yield Injected(f"change: {by.key} uses another cache", Kind.NEW_FLOW, by.key, flows, meant=True)
    for number in range(3):
        made = make.estate.add(f"app0{number}/canary[Deployment]", "api", 2)
        flows = [make.to(f"app0{number}/db[StatefulSet]", made, at, 5_432) for at in make.some(60)]
        flows += [make.out(VENDORS[number], made, at) for at in make.some(60)]
        yield Injected(f"change: {made.key} is deployed", Kind.NEW_WORKLOAD, made.key, flows, meant=True)
    made = make.estate.add("app04/hourly[CronJob]", "cron", 1)
    flows = []
    for hour in range(12):
        at = make.start + 43_210 + 3_600 * hour
        flows.append(Seen(at, made.key, VENDORS[5], "TCP", 443, True, False, "", f"hourly-{hour}", True, 900, 900))
    yield Injected("change: an hourly job is added", Kind.NEW_WORKLOAD, made.key, flows, meant=True)
