"""Hold the engine to the naive judge on one estate: all pairs of ends, and the packets that tell policies apart."""

from collections import Counter
from collections.abc import Callable, Iterator

from tests.analysis.reach.asking import Asked, answer
from tests.analysis.reach.brute_force import Cluster, Packet
from tests.analysis.reach.random_estates import Estate, Manifest
from tests.analysis.reach.worlds import worlds

Judge = Callable[[Cluster, Packet], bool]
Wrong = tuple[Packet, bool | None, frozenset[bool]]
"""A packet, what the engine says of it, and what the judge says in some world."""


def compared(seed: int, one: Estate, judge: Judge, counted: Counter[str]) -> Iterator[Wrong]:
    """The packets about which they differ. What was compared is added to `counted`."""
    asked = Asked.of(one.objects)
    clusters = [Cluster.of(one.objects, world) for world in worlds(seed, one)]
    inside = {end for end in asked.ends if end in clusters[0].pods}
    ends = [*asked.ends, *one.outside]
    for source in ends:
        for destination in ends:
            if not {source, destination} & inside or (source == destination and _alone(clusters[0], source)):
                continue
            surely, perhaps = asked.between(source, destination)
            for protocol, port in one.ports:
                packet = Packet(source, destination, protocol, port)
                said = answer(surely, perhaps, packet)
                truth = frozenset(judge(cluster, packet) for cluster in clusters)
                counted["packets"] += 1
                counted[f"said {said}"] += 1
                counted["witnessed"] += said is None and len(truth) == 2
                if said is not None and truth != {said}:
                    yield packet, said, truth
                elif counted["packets"] % 8 == 0 and asked.traced(packet) is not said:
                    yield packet, asked.traced(packet), truth


def _alone(cluster: Cluster, end: str) -> bool:
    """Whether there is but one of it, which talks to itself in its own way."""
    return cluster.pods[end].alone or cluster.pods[end].host


def differs(seed: int, one: Estate, judge: Judge) -> Callable[[list[Manifest]], bool]:
    """For `reduced`: whether the engine and the judge still differ about anything in what is left of an estate."""

    def still(objects: list[Manifest]) -> bool:
        try:
            left = Estate(objects, one.outside, one.ports)
            return next(compared(seed, left, judge, Counter()), None) is not None
        except (AssertionError, KeyError, IndexError, TypeError):
            return False  # What is left is no estate any more.

    return still
