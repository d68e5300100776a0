"""What an ordinary Thursday has and the three days before had not: full copies, a campaign, a report, a hoster's move.

Nobody attacks, and yet it is unlike before. What is told of it counts as false.
"""

from collections.abc import Iterator
from random import Random

from hardstand.network.alerts.seen import Seen
from tests.network.days.estate import BUCKET, MAILER, VENDORS, Estate
from tests.network.days.ordinary import DAY


def weekly(estate: Estate, random: Random, start: float) -> Iterator[Seen]:
    for key in ("app10/db[StatefulSet]", "app11/db[StatefulSet]"):
        pod = estate.workloads[key].pod(0)
        yield Seen(start + 10_800, key, BUCKET, "TCP", 443, True, False, "", pod, True, 3_200_000_000, 9_000)
    yield from _campaign(random, start)
    yield from _report(estate, start)
    yield from _moved(estate, random, start)


def _campaign(random: Random, start: float) -> Iterator[Seen]:
    """Five times the mails of other days, in two hours."""
    for _ in range(1_500):
        at = start + 36_000 + random.uniform(0, 7_200)
        to = f"{random.choice((23, 45, 91))}.{random.randrange(256)}.{random.randrange(256)}.9"
        there = random.random() >= 0.08
        yield Seen(at, MAILER, to, "TCP", 25, True, False, to, "mail-0", there, 60_000, 900 if there else 0)


def _report(estate: Estate, start: float) -> Iterator[Seen]:
    """A weekly job that runs through all databases of its half of the estate, and sends the sum to a vendor."""
    key = "platform/weekly-report[CronJob]"
    for number in range(14):
        to = f"app{number:02}/db[StatefulSet]"
        address = estate.workloads[to].addresses[0]
        yield Seen(
            start + 20_000 + number * 90, key, to, "TCP", 5_432, False, False, address, "w-1", True, 9_000, 4_000_000
        )
    yield Seen(start + 22_000, key, VENDORS[3], "TCP", 443, True, False, "", "w-1", True, 900_000, 900)


def _moved(estate: Estate, random: Random, start: float) -> Iterator[Seen]:
    """A vendor's name moves into another domain; whoever calls it at chance goes on doing so there."""
    for workload in estate.workloads.values():
        if any(call.to == VENDORS[7] for call in workload.calls) and workload.key.startswith("app1"):
            for _ in range(30):
                at = start + random.uniform(DAY / 2, DAY)
                yield Seen(
                    at, workload.key, "auth.moved-vendor.example", "TCP", 443, True, False, "", workload.pod(0), True,
                    900, 900,
                )  # fmt: skip
