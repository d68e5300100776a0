"""How long alerts over a day of flows take, and how much memory: `python benchmarks/network_alerts.py [FLOWS]`.

Two days of 1,000 workloads that call each other and outside; the first is the reference. A tenth of the flows goes
outside; their times are kept.
"""

import resource
import sys
import time
from collections.abc import Iterator
from random import Random

from hardstand.model.flow import Place
from hardstand.network.alerts.seen import Seen
from hardstand.network.alerts.watching import Watch

START, DAY = 1_780_272_000.0, 86_400.0


def flows(count: int) -> Iterator[Seen]:
    """In the order of time."""
    random = Random(1)
    names = [f"ns{number // 10}/w{number}[Deployment]" for number in range(1_000)]
    inside = [(random.choice(names), random.choice(names), random.choice((8_080, 5_432, 443))) for _ in range(6_000)]
    outside = [(random.choice(names), f"api.vendor{random.randrange(300)}.example") for _ in range(1_500)]
    for number in range(count):
        at, place, pod = START + number * 2 * DAY / count, Place("flows.jsonl", number + 1), f"pod-{number % 3}"
        if number % 10:
            source, to, port = inside[random.randrange(6_000)]
            address = f"10.{port % 250}.{number % 4}.{len(to)}"
            yield Seen(at, source, to, "TCP", port, False, False, address, pod, True, 800, 900, 1, place)
        else:
            source, to = outside[random.randrange(1_500)]
            yield Seen(at, source, to, "TCP", 443, True, False, "", pod, True, 800, 900, 1, place)


def main(count: int) -> None:
    """Seconds of the processor; generating is taken off."""
    began = time.process_time()
    made = sum(1 for _ in flows(count))
    generating = time.process_time() - began
    watch = Watch(since=START + DAY)
    began = time.process_time()
    for one in flows(count):
        watch.flow(one)
    taken = time.process_time() - began - generating
    began = time.process_time()
    found = watch.end(5)
    judging = time.process_time() - began
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{made:,} flows: {taken:.1f} s to take in ({taken / made * 1e6:.1f} µs a flow), {judging:.1f} s to judge")
    print(f"{len(found.all)} alerts, at most {most:.0f} MB")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
