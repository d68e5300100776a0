"""Callbacks: pauses as implants take them, and an agent that does the same and is meant."""

from collections.abc import Callable, Iterator, Sequence
from random import Random

from hardstand.network.alerts.alert import Kind
from hardstand.network.alerts.seen import Seen
from tests.network.days.estate import TELEMETRY, Estate
from tests.network.days.injected import Injected, Maker
from tests.network.days.ordinary import DAY

DECLARED, UNDECLARED = f"new.{TELEMETRY[0]}", "beats.unannounced.example"

Pause = Callable[[float], float]


def beacons(make: Maker) -> Iterator[Injected]:
    """A period less a random share of it, or around it; with misses, bursts and rests."""
    less, around = _less(make.random), _around(make.random)
    for label, period, pause, to in (
        ("each minute, exactly", 60.0, around(0.01), "203.0.113.17"),
        ("each minute, 20 % jitter", 60.0, less(0.2), "cdn-assets.fernly.example"),
        ("each 5 minutes, 30 % jitter", 300.0, less(0.3), "203.0.113.77"),
        ("each 5 minutes, 50 % jitter", 300.0, less(0.5), "update.noontide.example"),
        ("each 15 minutes, ±40 % jitter", 900.0, around(0.4), "198.51.100.9"),
        ("each half hour, ±25 % jitter", 1_800.0, around(0.25), "d9aa01.cloudfront.net"),
        ("once an hour, exactly", 3_600.0, around(0.002), "198.51.100.44"),
        ("once an hour, ±10 % jitter", 3_600.0, around(0.1), "203.0.113.200"),
        ("once an hour, ±30 % jitter", 3_600.0, around(0.3), "static.lowtide.example"),
        ("each two hours, ±5 % jitter", 7_200.0, around(0.05), "198.51.100.101"),
    ):
        yield _beacon(make, label, to, list(_beats(make, period, pause)))
    fifths = [one for one in _beats(make, 600.0, around(0.05)) if make.random.random() > 0.2]
    yield _beacon(make, "each 10 minutes, a fifth missed", "203.0.113.51", fifths)
    bursts = [one + extra for one in _beats(make, 900.0, around(0.1)) for extra in (0.0, 0.7, 1.6)]
    yield _beacon(make, "each quarter of an hour, in bursts of three", "203.0.113.52", bursts)
    by_day = [one for one in _beats(make, 300.0, less(0.2)) if 8 <= (one - make.start) / 3_600 < 18]
    yield _beacon(make, "each 5 minutes, by day only", "203.0.113.53", by_day)
    chance = [make.start + make.random.uniform(0, DAY) for _ in range(60)]
    yield _beacon(make, "60 times at random", "203.0.113.54", chance, beyond=True)
    known = make.estate.workloads["app09/api[Deployment]"]
    vendor = next(one.to for one in known.calls if one.outside)
    flows = [make.out(vendor, known, at, sent=500) for at in _beats(make, 600.0, around(0.1))]
    label = "beacon: to a vendor that the workload calls each day"
    yield Injected(label, Kind.BEACON, known.key, flows, beyond=True)


def _less(random: Random) -> Callable[[float], Pause]:
    return lambda share: lambda period: period * (1 - random.uniform(0, share))


def _around(random: Random) -> Callable[[float], Pause]:
    return lambda share: lambda period: period * (1 + random.uniform(-share, share))


def _beats(make: Maker, period: float, pause: Pause) -> Iterator[float]:
    at = make.start + 900 + make.random.uniform(0, period)
    while at < make.start + DAY - 10:
        yield at
        at += pause(period)


def _beacon(make: Maker, label: str, to: str, times: Sequence[float], *, beyond: bool = False) -> Injected:
    """From one pod; the others of the workload go on as before."""
    by = make.taken()
    flows = [make.out(to, by, at, sent=500 + make.random.randrange(60), received=300) for at in times]
    return Injected(f"beacon: {label}", Kind.BEACON, by.key, flows, frozenset((Kind.NEW_FLOW,)), beyond=beyond)


def agents(estate: Estate, random: Random, start: float, to: str) -> Iterator[Seen]:
    """A new agent in twelve workloads, from noon on, each minute: just as a callback, and meant."""
    names = [one for one in sorted(estate.workloads) if "/svc-" in one and not one.startswith("app0")]
    for key in random.sample(names, 12):
        offset = random.uniform(0, 60)
        pod = estate.workloads[key].pod(0)
        for tick in range(700):
            at = start + 43_500 + offset + tick * 60
            yield Seen(at, key, to, "TCP", 443, True, False, "", pod, True, 700, 200)
