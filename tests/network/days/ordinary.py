"""An ordinary day of an estate: calls by day and night, scrapes, health checks, cron jobs, agents, mail, a crawler."""

import math
from collections.abc import Iterator
from random import Random

from hardstand.network.alerts.seen import Seen
from tests.network.days.estate import (
    BUCKET,
    CRAWLER,
    HOOKS,
    INGRESS,
    MAILER,
    PROBES,
    PROMETHEUS,
    TELEMETRY,
    Estate,
    Workload,
)

DAY = 86_400.0
EVERY = 3_600.0
"""Seconds between scrapes and health checks. Real ones are tens of seconds; these are as regular, only fewer."""


class Day:
    """The flows of one day, in no order. A rollout at noon changes the addresses of some workloads."""

    def __init__(self, estate: Estate, random: Random, start: float, *, rollouts: int = 40) -> None:
        self._estate = estate
        self._random = random
        self._start = start
        self._rolled = set(random.sample(sorted(estate.workloads), rollouts))
        self._noon = start + DAY / 2

    def flows(self) -> Iterator[Seen]:
        """The morning, the rollouts, the rest of the day."""
        yield from self._half(self._start)
        before = {key: list(one.addresses) for key, one in self._estate.workloads.items() if key in self._rolled}
        for key in sorted(self._rolled):
            workload = self._estate.workloads[key]
            workload.addresses = [self._estate.address() for _ in workload.addresses]
            workload.generation += 1
        yield from self._dead(before)
        yield from self._half(self._noon)
        yield from self._wide()
        yield from self._visitors()

    def _half(self, start: float) -> Iterator[Seen]:
        for workload in self._estate.workloads.values():
            for call in workload.calls:
                if workload.role == "cron":
                    yield from self._cron(workload, call.to, call.port, start, call.size, outside=call.outside)
                    continue
                for at in self._times(call.a_day / 2, start):
                    yield self._call(workload, call.to, call.port, at, call.size, outside=call.outside)
            yield from self._watched(workload, start)
            yield from self._agents(workload, start)
            if workload.role == "db" and start == self._start:
                size = int(4e8 * self._random.uniform(0.85, 1.2))
                at = start + 7_200 + self._random.uniform(0, 60)
                pod = workload.pod(0)
                yield Seen(at, workload.key, BUCKET, "TCP", 443, True, False, "", pod, True, size, 9_000)

    def _times(self, count: float, start: float) -> Iterator[float]:
        """More by day than by night, by thinning."""
        for _ in range(self._poisson(count * 1.6)):
            at = start + self._random.uniform(0, DAY / 2)
            if self._random.random() < 0.625 + 0.375 * math.sin((at % DAY) / DAY * 2 * math.pi - math.pi / 2):
                yield at

    def _poisson(self, mean: float) -> int:
        return max(0, round(self._random.gauss(mean, math.sqrt(mean)))) if mean else 0

    def _call(self, workload: Workload, to: str, port: int, at: float, size: float, *, outside: bool = False) -> Seen:
        random = self._random
        pod = random.randrange(len(workload.addresses))
        address = "" if outside else random.choice(self._estate.workloads[to].addresses)
        sent = int(random.lognormvariate(math.log(max(size, 1)), 0.7))
        return Seen(
            at, workload.key, to, "TCP", port, outside, False, address, workload.pod(pod), True, sent, sent * 2 + 200
        )  # fmt: skip

    def _cron(
        self, workload: Workload, to: str, port: int, start: float, size: float, *, outside: bool
    ) -> Iterator[Seen]:
        """Each hour a pod of its own, that calls a few times."""
        for hour in range(12):
            began = start + hour * 3_600 + self._random.uniform(2, 20)
            address = "" if outside else self._estate.workloads[to].addresses[0]
            for number in range(3):
                yield Seen(
                    began + number * 4, workload.key, to, "TCP", port, outside, False, address,
                    f"report-{int(began)}", True, int(size), int(size) * 3,
                )  # fmt: skip

    def _watched(self, workload: Workload, start: float) -> Iterator[Seen]:
        """Scraped by Prometheus and asked by its node, each pod at its own offset."""
        if workload.role == "cron":
            return
        for number, address in enumerate(workload.addresses):
            offset = self._random.uniform(0, EVERY)
            for tick in range(int(DAY / 2 / EVERY)):
                at = start + offset + tick * EVERY
                monitor = PROMETHEUS if workload.key != PROMETHEUS else "node-1"
                yield Seen(
                    at, monitor, workload.key, "TCP", 9100, False, False, address, "prometheus-0", True, 400, 9_000
                )  # fmt: skip
                yield Seen(
                    at + 3, f"node-{number}", workload.key, "TCP", 8080, False, False, address, "", True, 300, 400
                )  # fmt: skip

    def _agents(self, workload: Workload, start: float) -> Iterator[Seen]:
        """Telemetry, licences, clocks and the cloud's metadata: all at regular times, all day long."""
        place = sum(workload.key.encode()) % 30
        if place < 3 and workload.role != "cron":
            period = (300.0, 600.0, 3_600.0)[place]
            offset = self._random.uniform(0, period)
            for tick in range(int(DAY / 2 / period)):
                at = start + offset + tick * period + self._random.uniform(0, 2)
                yield Seen(
                    at, workload.key, TELEMETRY[place], "TCP", 443, True, False, "", workload.pod(0), True, 1_200, 300
                )  # fmt: skip
        if workload.role == "agent":
            for tick in range(42):
                at = start + tick * 1_024 + self._random.uniform(0, 5)
                yield Seen(
                    at, workload.key, "192.0.2.123", "UDP", 123, True, False, "", workload.pod(0), True, 76, 76
                )  # fmt: skip
                yield Seen(
                    at, workload.key, "169.254.169.254", "TCP", 80, True, False, "", workload.pod(0), True, 200, 900
                )  # fmt: skip

    def _dead(self, before: dict[str, list[str]]) -> Iterator[Seen]:
        """For two minutes clients, scrapes and checks still try the addresses of pods that are gone."""
        for workload in self._estate.workloads.values():
            for call in workload.calls:
                for address in before.get(call.to, ()):
                    at = self._noon + self._random.uniform(0, 120)
                    yield Seen(
                        at, workload.key, call.to, "TCP", call.port, False, False, address,
                        workload.pod(0), False, 60, 0,
                    )  # fmt: skip
        for key, addresses in before.items():
            for address in addresses if self._estate.workloads[key].role not in ("cron", "monitor") else ():
                yield Seen(
                    self._noon + 30, PROMETHEUS, key, "TCP", 9100, False, False, address, "prometheus-0", False, 60, 0
                )  # fmt: skip

    def _wide(self) -> Iterator[Seen]:
        """Who calls many outside, some of whom are dead: a crawler, a mailer, a sender of webhooks; and probes."""
        random = self._random
        for source, port, count, dead in ((CRAWLER, 443, 1_500, 0.15), (MAILER, 25, 300, 0.08), (HOOKS, 443, 250, 0.1)):
            for _ in range(count):
                there = random.random() >= dead
                at = self._start + random.uniform(0, DAY)
                to = f"{random.choice((23, 45, 91, 104, 185))}.{random.randrange(256)}.{random.randrange(256)}.9"
                yield Seen(
                    at, source, to, "TCP", port, True, False, to, f"{source[:4]}-0", there, 900, 5_000 if there else 0
                )  # fmt: skip
        for site in range(12):
            for tick in range(int(DAY / 900)):
                at = self._start + tick * 900 + site
                to = f"www{site}.customers.example"
                yield Seen(at, PROBES, to, "TCP", 443, True, False, "", "blackbox-0", True, 500, 4_000)

    def _visitors(self) -> Iterator[Seen]:
        random = self._random
        webs = [one for one in self._estate.workloads.values() if one.role == "web"]
        for _ in range(4_000):
            at = self._start + random.uniform(0, DAY)
            address = f"{random.randrange(1, 223)}.{random.randrange(256)}.{random.randrange(256)}.7"
            yield Seen(at, address, INGRESS, "TCP", 443, False, True, "", "", True, 900, 20_000)
            web = random.choice(webs)
            pod = random.choice(web.addresses)
            yield Seen(at, INGRESS, web.key, "TCP", 8080, False, False, pod, "ingress-0", True, 900, 20_000)
