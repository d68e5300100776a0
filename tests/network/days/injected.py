"""What somebody did on the day, and how its flows are made."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from hardstand.network.alerts.alert import Kind
from hardstand.network.alerts.seen import Seen
from tests.network.days.estate import Estate, Workload


@dataclass(frozen=True, slots=True)
class Injected:
    """One thing that somebody did."""

    label: str
    kind: Kind
    workload: str
    flows: Sequence[Seen]
    also: frozenset[Kind] = frozenset()
    """What else it may rightly be told as."""
    meant: bool = False
    """It is no attack, but a change that is rightly called new."""
    beyond: bool = False
    """It is an attack that the thresholds are known to let through."""


class Maker:
    """Makes flows of an estate's workloads; each attack gets another one."""

    def __init__(self, estate: Estate, random: Random, start: float) -> None:
        self.estate = estate
        self.random = random
        self.start = start
        self._owners = {address: one.key for one in estate.workloads.values() for address in one.addresses}
        names = [one for one in sorted(estate.workloads) if one.startswith("app") and "[Deployment]" in one]
        # These do something of their own.
        names = [one for one in names if not one.startswith(("app05", "app06", "app07", "app08", "app09"))]
        random.shuffle(names)
        self._free = iter(names)

    def taken(self) -> Workload:
        """A workload that nothing was done by yet."""
        return self.estate.workloads[next(self._free)]

    def to(self, key: str, by: Workload, at: float, port: int, sent: int = 900, received: int = 900) -> Seen:
        """A call of another workload, that is answered."""
        address = self.estate.workloads[key].addresses[0]
        return Seen(at, by.key, key, "TCP", port, False, False, address, by.pod(0), True, sent, received)

    def out(self, to: str, by: Workload, at: float, port: int = 443, sent: int = 900, received: int = 900) -> Seen:
        """A call outside, that is answered."""
        return Seen(at, by.key, to, "TCP", port, True, False, to, by.pod(0), True, sent, received)

    def tried(self, address: str, by: Workload, at: float, port: int, *, answered: bool, outside: bool = False) -> Seen:
        """A call of an address, whoever is there."""
        owner = address if outside else self._owners.get(address, address)
        received = 900 if answered else 0
        return Seen(at, by.key, owner, "TCP", port, outside, False, address, by.pod(0), answered, 60, received)

    def steady(self, count: int, seconds: float, start: float = 600.0) -> Iterator[float]:
        """Times at an even pace, each a little off."""
        pace = seconds / count
        return (self.start + start + pace * (one + self.random.uniform(0.1, 0.9)) for one in range(count))

    def some(self, count: int) -> Iterator[float]:
        """Times at random, in the afternoon."""
        return (self.start + self.random.uniform(44_000.0, 84_000.0) for _ in range(count))
