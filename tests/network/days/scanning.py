"""Scans: fast and slow, of ports, of hosts, of both; refused, and answered."""

from collections.abc import Iterator

from hardstand.network.alerts.alert import Kind
from tests.network.days.injected import Injected, Maker

ALL_DAY = 85_000.0
SERVICES = (21, 22, 80, 445, 1433, 2375, 3306, 5984, 6443, 8080, 9200, 10250, 27017)


def scans(make: Maker) -> Iterator[Injected]:
    yield from _ports(make)
    yield from _hosts(make)
    yield _answered(make)
    yield _across(make)
    yield _outside(make)
    by = make.taken()
    flows = [
        make.tried(f"10.20.201.{n}", by, at, 5_985, answered=False) for n, at in enumerate(make.steady(8, ALL_DAY))
    ]
    also = frozenset((Kind.NEW_FLOW,))
    yield Injected("host scan: a host each three hours", Kind.HOST_SCAN, by.key, flows, also, beyond=True)


def _ports(make: Maker) -> Iterator[Injected]:
    victim = make.estate.workloads["app03/db[StatefulSet]"].addresses[0]
    for label, count, seconds in (
        ("a thousand ports in a minute", 1_000, 60.0),
        ("three ports an hour, all day", 72, ALL_DAY),
        ("one port an hour, all day", 24, ALL_DAY),
    ):
        by = make.taken()
        ports = make.random.sample(range(1, 30_000), count)
        times = make.steady(count, seconds)
        flows = [
            make.tried(victim, by, at, port, answered=port == 5_432) for at, port in zip(times, ports, strict=True)
        ]
        yield Injected(f"port scan: {label}", Kind.PORT_SCAN, by.key, flows)


def _hosts(make: Maker) -> Iterator[Injected]:
    for label, port, count, seconds in (
        ("a network in two minutes", 22, 254, 120.0),
        ("four hosts an hour, all day", 6_379, 96, ALL_DAY),
        ("one host an hour, all day", 2_379, 24, ALL_DAY),
    ):
        by = make.taken()
        times = enumerate(make.steady(count, seconds))
        flows = [make.tried(f"10.20.200.{number + 1}", by, at, port, answered=False) for number, at in times]
        yield Injected(f"host scan: {label}", Kind.HOST_SCAN, by.key, flows)


def _answered(make: Maker) -> Injected:
    """Of a port that everybody listens on: none fails."""
    by = make.taken()
    everybody = [one for workload in make.estate.workloads.values() for one in workload.addresses]
    hosts = make.random.sample(everybody, 80)
    times = make.steady(80, 30_000.0)
    flows = [make.tried(host, by, at, 9_100, answered=True) for host, at in zip(hosts, times, strict=True)]
    return Injected("host scan: 80 hosts that all answer, in eight hours", Kind.HOST_SCAN, by.key, flows)


def _across(make: Maker) -> Injected:
    by, random = make.taken(), make.random
    flows = []
    for at in make.steady(120, ALL_DAY):
        host = f"10.20.{random.randrange(250)}.{random.randrange(250)}"
        flows.append(make.tried(host, by, at, random.choice(SERVICES), answered=False))
    return Injected("host scan: hosts and ports across, five an hour", Kind.HOST_SCAN, by.key, flows)


def _outside(make: Maker) -> Injected:
    by, random = make.taken(), make.random
    flows = []
    for at in make.steady(400, 40_000.0):
        host = f"{random.randrange(11, 100)}.{random.randrange(256)}.{random.randrange(256)}.4"
        flows.append(make.tried(host, by, at, 23, answered=random.random() < 0.03, outside=True))
    return Injected("host scan: telnet on the internet", Kind.HOST_SCAN, by.key, flows)
