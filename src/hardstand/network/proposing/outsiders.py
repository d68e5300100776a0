"""Names for what is outside, by the addresses or the host name that were seen; many addresses become ranges."""

import ipaddress
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hardstand.analysis.intended.addresses import PUBLIC, parts_of, spans_of
from hardstand.analysis.reach.blocks import address
from hardstand.analysis.reach.spans import Spans, holds
from hardstand.baseline.network import INTERNET
from hardstand.baseline.networking import Networking
from hardstand.baseline.ports import HostName
from hardstand.baseline.shape import WordError
from hardstand.network.alerts.pairs import area_of

MOST_CALLERS = 8
"""Different callers from outside, from which on they are whoever may call: people come and go."""
MOST_BLOCKS = 24
"""Ranges of one entry, beyond which what is called is the internet: a list that long is not one that people read."""
_TOGETHER = 4
"""Addresses in one /24 (or /64), from which on all of it is proposed: a provider gives addresses from its range."""
_PUBLIC = spans_of(PUBLIC)


@dataclass(slots=True)
class Entry:
    """Something outside, to be declared."""

    cidrs: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    remarks: dict[str, None] = field(default_factory=dict)

    def data(self) -> dict[str, Any]:
        """As the baseline has it."""
        found: dict[str, Any] = {}
        for key, several in (("cidrs", self.cidrs), ("names", self.names)):
            if several:
                found[key] = list(several)
        return {**found, "reason": "PROPOSED: seen in flow logs"}


class Outsiders:
    """Gives words for what is outside, those of the baseline first."""

    def __init__(self, network: Networking, taken: Iterable[str]) -> None:
        self._network = network
        self._declared: Mapping[str, Spans] = {
            name: spans_of(parts_of(one)) for name, one in network.outside.items() if one.cidrs
        }
        self._taken = {*taken, *network.outside, *network.zones, INTERNET}
        self.entries: dict[str, Entry] = {}

    def host(self, name: str, seen: Sequence[str]) -> str:
        """The word for a host, if it is called as hosts are; else for its addresses. Empty where neither is known."""
        try:
            HostName.parse(name)
        except WordError:
            return self.called(seen, more=False) if seen else ""
        for word, one in self._network.outside.items():
            if any(each in (name, f"*.{name.partition('.')[2]}") for each in one.names):
                return word
        word = area_of(name).replace(".", "-")
        entry = self._entry(word, lambda one: not one.cidrs)
        found = self.entries[entry]
        found.names = tuple(sorted({*found.names, name}))
        shown = [one for one in seen if _is_address(one)]
        if shown:
            found.remarks[f"{name} was at {', '.join(shown[:4])}{' …' if len(shown) > 4 else ''}"] = None
        return entry

    def callers(self, seen: Sequence[str], *, more: bool) -> str:
        """The word for who calls from outside."""
        if more or len(seen) > MOST_CALLERS:
            return INTERNET
        return self._of(tuple(_single(one) for one in sorted(seen, key=address)), len(seen), seen)

    def called(self, seen: Sequence[str], *, more: bool) -> str:
        """The word for what is called at these addresses."""
        blocks = together(seen)
        public = all(holds(_PUBLIC, address(one)) for one in seen)
        if public and (more or len(blocks) > MOST_BLOCKS):
            return INTERNET
        return self._of(tuple(blocks), len(seen), seen)

    def _of(self, blocks: tuple[str, ...], count: int, seen: Sequence[str]) -> str:
        for word, declared in self._declared.items():
            if all(holds(declared, address(one)) for one in seen):
                return word
        for word, one in self.entries.items():
            if one.cidrs == blocks and not one.names:
                return word
        first = re.sub(r"[.:/]+", "-", blocks[0].removesuffix("/32").removesuffix("/128")).strip("-")
        word = self._entry(f"outside-{first}", lambda one: one.cidrs == blocks)
        self.entries[word].cidrs = blocks
        wider = [one for one in blocks if not one.endswith(("/32", "/128"))]
        if wider:
            self.entries[word].remarks[f"{count} addresses were seen; {', '.join(wider)} is all of the range"] = None
        return word

    def named(self, word: str, cidrs: Sequence[str]) -> str:
        """Something with a name of its own, such as the API server."""
        return self._of_name(word, tuple(_single(one) for one in sorted(cidrs, key=address)))

    def _of_name(self, word: str, blocks: tuple[str, ...]) -> str:
        entry = self._entry(word, lambda one: one.cidrs == blocks)
        self.entries[entry].cidrs = blocks
        return entry

    def _entry(self, word: str, same: Any) -> str:
        """An entry of this name, that is there and is the same, or is new; else one with a number behind it."""
        number, name = 1, word
        while name in self._taken and not (name in self.entries and same(self.entries[name])):
            number += 1
            name = f"{word}-{number}"
        self._taken.add(name)
        self.entries.setdefault(name, Entry())
        return name


def together(seen: Iterable[str]) -> Sequence[str]:
    """Addresses as ranges: each by itself, but many in one /24 (or /64) as that."""
    every = [ipaddress.ip_address(one) for one in sorted(set(seen), key=address)]
    homes = Counter(_home(one) for one in every)
    found = [str(_home(one)) if homes[_home(one)] >= _TOGETHER else _single(str(one)) for one in every]
    return list(dict.fromkeys(found))


def _home(one: ipaddress.IPv4Address | ipaddress.IPv6Address) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    return ipaddress.ip_network(f"{one}/{24 if one.version == 4 else 64}", strict=False)


def _single(text: str) -> str:
    found = ipaddress.ip_address(text)
    return f"{found}/{found.max_prefixlen}"


def _is_address(text: str) -> bool:
    try:
        address(text)
    except ValueError:
        return False
    return True
