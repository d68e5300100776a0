"""Tunnels through DNS: what one workload asks for below one registered domain on one day.

What is looked at is what others found to tell tunnels apart: how many different names, their length and entropy,
record types and sizes of answers (G. Farnham, A. Atlasis: Detecting DNS Tunneling, SANS 2013), and how much the names
can carry at all (Paxson and others 2013). Each is had by some ordinary domain; a tunnel has the amount, and a shape.
"""

import math
from collections import Counter
from collections.abc import Iterator

from hardstand.model.verdict import Confidence, Severity
from hardstand.network.alerts.alert import Alert, Judged, Kind, Number, Trace, alert_of
from hardstand.network.alerts.limits import Limits, TunnelLimits
from hardstand.network.alerts.names import Name, Names
from hardstand.network.alerts.seen import Asked, Known

_OF_HOSTS = frozenset(("A", "AAAA", "PTR", "HTTPS", "SVCB", "TYPE65", "TYPE64", "NS", "SOA", "DS", "DNSKEY"))
"""Types that programs ask for to reach a host, or that resolvers ask for to find and check an answer."""

_BARE = frozenset(("NULL", "KEY", "TYPE10", "TYPE25"))
_PRIVATE = range(65_280, 65_535)
_DAY = 86_400
_EXAMPLES = 3
_HEAD = 4
"""Characters that are shown of a name that may carry data."""
_STEP = (
    "Find which process in the workload asks (`kubectl debug`, the resolver's log), and who owns the domain. Refuse "
    "the domain at the resolver; if nobody can say what it is for, isolate the workload and keep its memory and disk."
)


class Tunnels:
    """Takes lookups as they come, and tells at the end. Memory follows workloads, domains and different names."""

    def __init__(self, limits: Limits, known: Known) -> None:
        self._limits = limits
        self._names = Names(known.cluster_domain, known.zones)
        self._below: dict[tuple[str, int], dict[str, _Below]] = {}
        self.left_out: Counter[str] = Counter()
        """Lookups of domains beyond those that are followed, by workload."""

    def add(self, one: Asked) -> None:
        """Take in one lookup."""
        name = self._names.of(one.name)
        if name is None:
            return
        domains = self._below.setdefault((one.client, int(one.time // _DAY)), {})
        found = domains.get(name.domain)
        if found is None:
            if len(domains) >= self._limits.tunnel.domains:
                self.left_out[one.client] += 1
                return
            found = domains[name.domain] = _Below(self._limits)
        found.add(one, name)

    def alerts(self) -> Iterator[Alert]:
        """What looks like a tunnel."""
        for (client, _), domains in sorted(self._below.items()):
            for domain, below in sorted(domains.items()):
                if (signs := below.signs()) is not None:
                    yield below.alert(client, domain, signs)


class _Below:
    """What was asked for below a domain."""

    __slots__ = (
        "_answers", "_answers_size", "_bare", "_busiest", "_characters", "_distinct", "_examples", "_length", "_limits",
        "_most", "_now", "_odd", "_odd_types", "_rate", "_trace", "_types",
    )  # fmt: skip

    def __init__(self, limits: Limits) -> None:
        self._limits: TunnelLimits = limits.tunnel
        self._trace = Trace(limits.places)
        self._distinct: set[int] = set()
        self._characters: Counter[int] = Counter()
        self._types: Counter[str] = Counter()
        self._length = self._odd = self._odd_types = self._bare = self._most = 0
        self._answers = self._answers_size = 0
        self._now = self._rate = self._busiest = 0
        self._examples: list[str] = []

    def add(self, one: Asked, name: Name) -> None:
        """Take in a lookup. Of a name that was asked for before, only the lookup counts."""
        self._trace.add(one.time, 1, one.place)
        self._types[one.record_type] += 1
        self._counted(int(one.time // 60))
        if one.answer_size is not None:
            self._answers += 1
            self._answers_size += one.answer_size
        mark = hash(name.below)
        if mark in self._distinct or len(self._distinct) >= self._limits.kept_names:
            return
        self._distinct.add(mark)
        size = len(name.below)
        self._length += size
        self._most = max(self._most, size)
        self._characters.update(name.below)
        self._odd += name.odd > 0
        if one.record_type not in _OF_HOSTS and b"_" not in name.below:
            self._odd_types += 1
            self._bare += _is_bare(one.record_type)
        if len(self._examples) < _EXAMPLES:
            self._examples.append(_shown(one, name))

    def _counted(self, minute: int) -> None:
        """The busiest minute. Where records are out of order it is at least so much."""
        self._rate, self._now = (self._rate + 1, minute) if minute == self._now else (1, minute)
        self._busiest = max(self._busiest, self._rate)

    @property
    def _entropy(self) -> float:
        total = self._characters.total()
        return -sum(one / total * math.log2(one / total) for one in self._characters.values())

    def signs(self) -> list[str] | None:
        """What speaks for a tunnel, in words; None where it is none."""
        limits, names = self._limits, len(self._distinct)
        if self._bare >= limits.bare_types:
            return ["record types that no program needs", *self._shape()]
        if names < limits.names or self._unique < limits.unique:
            return None
        found = self._shape()
        needed = limits.information if len(found) == 1 else limits.information_of_two
        return found if found and self._information >= needed else None

    def _shape(self) -> list[str]:
        limits, names = self._limits, len(self._distinct)
        signs = {
            "long names": self._length / names >= limits.length,
            "names like random letters": self._entropy >= limits.entropy,
            "record types that hosts seldom ask for": self._odd_types / names >= limits.odd_types,
            "characters that hosts do not have": self._odd / names >= limits.odd_names,
            "large answers": self._answers > 0 and self._answers_size / self._answers >= limits.answer,
            "names that are never asked for twice": names >= limits.many and self._unique >= limits.never_twice,
        }
        return [word for word, there in signs.items() if there]

    @property
    def _unique(self) -> float:
        if len(self._distinct) >= self._limits.kept_names:
            return 1.0
        return len(self._distinct) / self._trace.count

    @property
    def _information(self) -> float:
        return self._characters.total() * self._entropy / 8

    def alert(self, client: str, domain: str, signs: list[str]) -> Alert:
        """The alert, with all numbers."""
        limits, names = self._limits, len(self._distinct)
        sure = Confidence.HIGH if len(signs) > 1 else Confidence.MEDIUM
        judged = Judged(Kind.DNS_TUNNEL, Severity.HIGH if len(signs) > 1 else Severity.MEDIUM, sure, _STEP)
        least = limits.information if len(signs) == 1 else limits.information_of_two
        numbers = [
            Number("different-names", names, limits.names),
            Number("different-by-lookups", round(self._unique, 3), limits.unique),
            Number("information", round(self._information), least, "bytes"),
            Number("mean-length", round(self._length / names, 1), limits.length, "characters"),
            Number("longest", self._most, None, "characters"),
            Number("entropy", round(self._entropy, 2), limits.entropy, "bits a character"),
            Number("odd-types", round(self._odd_types / names, 3), limits.odd_types, "share of names"),
            Number("bare-types", self._bare, limits.bare_types),
            Number("odd-characters", round(self._odd / names, 3), limits.odd_names, "share of names"),
            Number("busiest-minute", self._busiest, None, "lookups"),
        ]
        if self._answers:
            numbers.append(Number("mean-answer", round(self._answers_size / self._answers), limits.answer, "bytes"))
        asked = sorted(self._types.items(), key=lambda one: (-one[1], one[0]))
        types = ", ".join(f"{word} {count}" for word, count in asked)
        message = (
            f"{client} asks for {names} names below {domain}, as if they carried data: {', '.join(signs)} ({types})"
        )
        return alert_of(judged, client, domain, message, self._trace, numbers, self._examples)


def _shown(one: Asked, name: Name) -> str:
    """An example, without what it carries: that may be a secret."""
    head = name.below[:_HEAD].decode("ascii", "replace")
    return f"{one.record_type} {head}… ({len(name.below)} characters below {name.domain})"


def _is_bare(record_type: str) -> bool:
    if record_type in _BARE or record_type == "PRIVATE":
        return True
    number = record_type.removeprefix("TYPE")
    return number.isdecimal() and int(number) in _PRIVATE
