"""What is put into the day: scans, callbacks, leaks, first calls; and ordinary changes, which are new and no attack."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from random import Random

from hardstand.network.alerts.alert import Kind
from hardstand.network.alerts.seen import Seen
from tests.network.days.estate import PORTS, TELEMETRY, VENDORS, Estate, Workload
from tests.network.days.ordinary import DAY


@dataclass(frozen=True, slots=True)
class Injected:
    """One thing that somebody did."""

    label: str
    kind: Kind
    workload: str
    flows: Sequence[Seen]
    also: frozenset[Kind] = frozenset()
    """What else it may be told as."""
    meant: bool = False
    """It is no attack, but a change that is rightly called new."""


class Attacks:
    """Each by another workload, on one day."""

    def __init__(self, estate: Estate, random: Random, start: float) -> None:
        self._estate = estate
        self._random = random
        self._start = start
        names = [one for one in sorted(estate.workloads) if one.startswith("app") and "[Deployment]" in one]
        random.shuffle(names)
        self._free = iter(names)

    def all(self) -> Iterator[Injected]:
        yield from self._scans()
        yield from self._beacons()
        yield from self._leaks()
        yield from self._firsts()
        yield from self._changes()

    def _taken(self) -> Workload:
        return self._estate.workloads[next(self._free)]

    def _try(
        self, by: Workload, at: float, address: str, port: int, answered: bool | None, *, outside: bool = False
    ) -> Seen:
        owner = next((one.key for one in self._estate.workloads.values() if address in one.addresses), address)
        size = {True: 900, False: 0, None: None}[answered]
        return Seen(
            at, by.key, owner, "TCP", port, outside, False, address, by.pod(0), answered, 60, size
        )  # fmt: skip

    def _spread(self, count: int, seconds: float, start: float = 600.0) -> Sequence[float]:
        """Times at a steady pace, each a little off."""
        pace = seconds / count
        return [self._start + start + pace * (one + self._random.uniform(0.1, 0.9)) for one in range(count)]

    def _some(self, count: int) -> Sequence[float]:
        """Times at random, in the afternoon."""
        return [self._start + self._random.uniform(44_000.0, 84_000.0) for _ in range(count)]

    def _scans(self) -> Iterator[Injected]:
        victim = self._estate.workloads["app03/db[StatefulSet]"].addresses[0]
        for label, count, seconds in (
            ("a thousand ports in a minute", 1_000, 60.0),
            ("three ports an hour, all day", 72, 85_000.0),
            ("one port an hour, all day", 24, 85_000.0),
        ):
            by = self._taken()
            ports = self._random.sample(range(1, 30_000), count)
            at = self._spread(count, seconds)
            flows = [self._try(by, when, victim, port, port == 5432) for when, port in zip(at, ports, strict=True)]
            yield Injected(f"port scan: {label}", Kind.PORT_SCAN, by.key, flows)
        for label, port, count, seconds in (
            ("a network in two minutes", 22, 254, 120.0),
            ("four hosts an hour, all day", 6_379, 96, 85_000.0),
            ("one host an hour, all day", 2_379, 24, 85_000.0),
        ):
            by = self._taken()
            flows = [
                self._try(by, when, f"10.20.200.{n % 254 + 1}", port, False)
                for n, when in enumerate(self._spread(count, seconds))
            ]
            yield Injected(f"host scan: {label}", Kind.HOST_SCAN, by.key, flows)
        by = self._taken()
        hosts = self._random.sample([one for all_ in self._estate.workloads.values() for one in all_.addresses], 80)
        flows = [
            self._try(by, when, host, 9_100, True) for host, when in zip(hosts, self._spread(80, 30_000.0), strict=True)
        ]
        yield Injected("host scan: 80 hosts that all answer, in eight hours", Kind.HOST_SCAN, by.key, flows)
        by = self._taken()
        flows = [
            self._try(by, when, f"10.20.{self._random.randrange(250)}.{self._random.randrange(250)}",
                      self._random.choice((21, 22, 80, 445, 1433, 2375, 3306, 5984, 6443, 8080, 9200, 10250, 27017)), False)
            for when in self._spread(120, 85_000.0)
        ]  # fmt: skip
        yield Injected("host scan: hosts and ports across, five an hour", Kind.HOST_SCAN, by.key, flows)
        by = self._taken()
        flows = []
        for when in self._spread(400, 40_000.0):
            host = f"{self._random.randrange(11, 220)}.{self._random.randrange(256)}.{self._random.randrange(256)}.4"
            flows.append(self._try(by, when, host, 23, self._random.random() < 0.03, outside=True))
        yield Injected("host scan: telnet on the internet", Kind.HOST_SCAN, by.key, flows)

    def _beacons(self) -> Iterator[Injected]:
        """Pauses as implants take them: a period, less a random share of it; or around it; or with misses and bursts."""
        for label, period, pause, to in (
            ("each minute, exactly", 60.0, self._around(0.01), "203.0.113.17"),
            ("each minute, 20 % jitter", 60.0, self._less(0.2), "cdn-assets.fernly.example"),
            ("each 5 minutes, 30 % jitter", 300.0, self._less(0.3), "203.0.113.77"),
            ("each 5 minutes, 50 % jitter", 300.0, self._less(0.5), "update.noontide.example"),
            ("each 15 minutes, ±40 % jitter", 900.0, self._around(0.4), "198.51.100.9"),
            ("each half hour, ±25 % jitter", 1_800.0, self._around(0.25), "d9aa01.cloudfront.net"),
            ("once an hour, exactly", 3_600.0, self._around(0.002), "198.51.100.44"),
            ("once an hour, ±10 % jitter", 3_600.0, self._around(0.1), "203.0.113.200"),
            ("once an hour, ±30 % jitter", 3_600.0, self._around(0.3), "static.lowtide.example"),
            ("each two hours, ±5 % jitter", 7_200.0, self._around(0.05), "198.51.100.101"),
        ):
            by = self._taken()
            yield self._beacon(label, by, to, list(self._beats(period, pause)))
        by = self._taken()
        yield self._beacon("each 10 minutes, a fifth missed", by, "203.0.113.51",
                           [one for one in self._beats(600.0, self._around(0.05)) if self._random.random() > 0.2])  # fmt: skip
        by = self._taken()
        bursts = [one + extra for one in self._beats(900.0, self._around(0.1)) for extra in (0.0, 0.7, 1.6)]
        yield self._beacon("each quarter of an hour, in bursts of three", by, "203.0.113.52", bursts)
        by = self._taken()
        resting = [one for one in self._beats(300.0, self._less(0.2)) if 8 <= (one - self._start) / 3_600 < 18]
        yield self._beacon("each 5 minutes, by day only", by, "203.0.113.53", resting)

    def _beats(self, period: float, pause: Callable[[float], float]) -> Iterator[float]:
        at = self._start + 900 + self._random.uniform(0, period)
        while at < self._start + DAY - 10:
            yield at
            at += pause(period)

    def _less(self, share: float) -> Callable[[float], float]:
        return lambda period: period * (1 - self._random.uniform(0, share))

    def _around(self, share: float) -> Callable[[float], float]:
        return lambda period: period * (1 + self._random.uniform(-share, share))

    def _beacon(self, label: str, by: Workload, to: str, times: Sequence[float]) -> Injected:
        """In one pod; the others of the workload go on as before."""
        flows = [
            Seen(at, by.key, to, "TCP", 443, True, False, to, by.pod(0), True, 500 + self._random.randrange(60), 300)
            for at in times
        ]  # fmt: skip
        return Injected(f"beacon: {label}", Kind.BEACON, by.key, flows)

    def _leaks(self) -> Iterator[Injected]:
        by = next(one for one in self._estate.workloads.values() if one.key == "app05/api[Deployment]")
        to = next(one.to for one in by.calls if one.outside)
        at = self._start + 50_000
        flow = Seen(at, by.key, to, "TCP", 443, True, False, to, by.pod(0), True, 3_000_000_000, 90_000)
        yield Injected("volume: 3 GB to a vendor that it calls each day", Kind.VOLUME, by.key, [flow])
        by = next(one for one in self._estate.workloads.values() if one.key == "app06/api[Deployment]")
        to = next(one.to for one in by.calls if one.outside)
        flows = [
            Seen(at, by.key, to, "TCP", 443, True, False, to, by.pod(0), True, 15_000_000, 900)
            for at in self._spread(20, 80_000.0)
        ]  # fmt: skip
        yield Injected("volume: 15 MB an hour to a vendor, all day", Kind.VOLUME, by.key, flows)
        by = next(one for one in self._estate.workloads.values() if one.key == "app07/worker[Deployment]")
        db = self._estate.workloads["app07/db[StatefulSet]"]
        flow = Seen(
            at, by.key, db.key, "TCP", 5432, False, False, db.addresses[0], by.pod(0), True, 4_000, 6_000_000_000
        )
        yield Injected("volume: a whole database fetched by a worker", Kind.VOLUME, by.key, [flow])
        by = self._estate.workloads["app08/web[Deployment]"]
        flow = Seen(
            at, by.key, "198.51.100.250", "TCP", 443, True, False, "198.51.100.250", by.pod(0), True, 400_000_000, 10
        )
        yield Injected(
            "volume: 400 MB to outside, by who never sent there",
            Kind.VOLUME,
            by.key,
            [flow],
            frozenset((Kind.NEW_FLOW,)),
        )

    def _firsts(self) -> Iterator[Injected]:
        at = self._start + 30_000
        by, db = self._taken(), self._estate.workloads["app01/db[StatefulSet]"]
        flow = Seen(at, by.key, db.key, "TCP", 5432, False, False, db.addresses[0], by.pod(0), True, 900, 900)
        yield Injected("new flow: another application's database", Kind.NEW_FLOW, by.key, [flow])
        by = self._taken()
        flow = Seen(at, by.key, "203.0.113.90", "TCP", 22, True, False, "203.0.113.90", by.pod(0), True, 9_000, 900)
        yield Injected("new flow: a shell outside", Kind.NEW_FLOW, by.key, [flow])
        queue = self._estate.workloads["app02/queue[StatefulSet]"]
        flow = Seen(at, "192.0.2.66", queue.key, "TCP", 9092, False, True, "", "", True, 900, 900)
        yield Injected("new flow: a queue from outside", Kind.NEW_FLOW, queue.key, [flow])

    def _changes(self) -> Iterator[Injected]:
        """New versions with a new dependency, new workloads, and a new agent in many workloads."""
        for _ in range(6):
            by, to = self._taken(), self._estate.workloads[f"app{self._random.randrange(28):02}/cache[Deployment]"]
            flows = [
                Seen(at, by.key, to.key, "TCP", PORTS["cache"], False, False, to.addresses[0], by.pod(0), True, 900, 900)
                for at in self._some(40)
            ]  # fmt: skip
            yield Injected(f"change: {by.key} uses another cache", Kind.NEW_FLOW, by.key, flows, meant=True)
        for number in range(3):
            made = self._estate.add(f"app0{number}/canary[Deployment]", "api", 2)
            db = self._estate.workloads[f"app0{number}/db[StatefulSet]"]
            flows = [
                Seen(at, made.key, db.key, "TCP", 5432, False, False, db.addresses[0], made.pod(0), True, 900, 900)
                for at in self._some(60)
            ]  # fmt: skip
            flows += [
                Seen(at, made.key, VENDORS[number], "TCP", 443, True, False, "", made.pod(0), True, 900, 900)
                for at in self._some(60)
            ]  # fmt: skip
            yield Injected(f"change: {made.key} is deployed", Kind.NEW_WORKLOAD, made.key, flows, meant=True)
        made = self._estate.add("app04/hourly[CronJob]", "cron", 1)
        flows = [
            Seen(self._start + 43_210 + 3_600 * hour, made.key, VENDORS[5], "TCP", 443, True, False, "", f"hourly-{hour}",
                 True, 900, 900)
            for hour in range(12)
        ]  # fmt: skip
        yield Injected("change: an hourly job is added", Kind.NEW_WORKLOAD, made.key, flows, meant=True)


def agents(estate: Estate, random: Random, start: float, to: str) -> Iterator[Seen]:
    """A new agent in twelve workloads, from noon on, each minute: quite like a callback, and meant."""
    names = [one for one in sorted(estate.workloads) if "/svc-" in one and not one.startswith("app0")]
    for key in random.sample(names, 12):
        offset = random.uniform(0, 60)
        for tick in range(700):
            at = start + 43_500 + offset + tick * 60
            yield Seen(at, key, to, "TCP", 443, True, False, "", f"{key}-1", True, 700, 200)


DECLARED, UNDECLARED = f"new.{TELEMETRY[0]}", "beats.unannounced.example"
