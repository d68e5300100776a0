"""The flow table of all files together, and what is wrong with one file's part of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hardstand.baseline.guessing import Guesses
from hardstand.baseline.network import INTERNET, Cni, Dns, Endpoint, FlowRow, Network, Outside, Zone
from hardstand.baseline.shape import Flaw, brief
from hardstand.model.path import Path

if TYPE_CHECKING:
    from hardstand.baseline.declared import Declared


@dataclass(frozen=True, slots=True)
class Networking:
    """What all files together say of the network."""

    zones: Mapping[str, Zone] = field(default_factory=dict)
    outside: Mapping[str, Outside] = field(default_factory=dict)
    flows: tuple[FlowRow, ...] = ()
    dns: Dns = field(default_factory=Dns)
    budget: int | None = None
    """Alerts a day and workload: the highest that a file says, since fewer would be a loosening."""
    cni: Cni | None = None

    @property
    def declared(self) -> bool:
        """Tell whether there is a flow table: without zones, it is about no workload."""
        return bool(self.zones)


def networking_of(every: Sequence["Declared"]) -> Networking:
    """What the files, the built-in one first, say together: rows add up, of single words the last one counts."""
    said = [one.network for one in every if one.network is not None]
    budgets = [one.alerts.budget for one in said if one.alerts is not None and one.alerts.budget is not None]
    return Networking(
        zones={name: zone for one in said for name, zone in one.zones.items()},
        outside={name: each for one in said for name, each in one.outside.items()},
        flows=tuple(row for one in said for row in one.flows),
        dns=next((one.dns for one in reversed(said) if one.dns is not None), Dns()),
        budget=max(budgets, default=None),
        cni=next((one.cni for one in reversed(said) if one.cni is not None), None),
    )


def network_flaws(one: "Declared", every: Sequence["Declared"], guesses: Guesses) -> Iterator[Flaw]:
    """The mistakes in a well-formed file's part of the table; `every` are the files it builds on, and itself."""
    if one.network is None:
        return
    known = networking_of(every)
    told: dict[tuple[str, str], FlowRow] = {}
    for row in one.network.flows:
        yield from _row(row, known, guesses)
        sides = (str(sorted(map(str, row.from_))), str(sorted(map(str, row.to))) + str(sorted(map(str, row.ports))))
        if sides in told:
            message = f"this flow is declared at line {told[sides].at.line} already"
            yield Flaw(row.at.path, message, "remove one of the two")
        told.setdefault(sides, row)
    if one.network.dns is not None:
        yield from _dns(one.network.dns, known, guesses)


def _row(row: FlowRow, known: Networking, guesses: Guesses) -> Iterator[Flaw]:
    unsound = False
    for key, ends in (("from", row.from_), ("to", row.to)):
        for number, end in enumerate(ends):
            for flaw in _end(end, (*row.at.path, key, number), known, guesses):
                unsound = True
                yield flaw
    if unsound:
        return
    for number, end in enumerate(row.from_):
        if end.word in known.outside and not known.outside[end.word].cidrs:
            message = f"`{end.word}` has names alone, and nobody is known by a name who calls"
            yield Flaw((*row.at.path, "from", number), message, f"give its addresses in `network.outside.{end.word}`")
    if all(_is_outside(end, known) for end in (*row.from_, *row.to)):
        yield Flaw(row.at.path, "the flow is from outside to outside", "name a zone or a workload at one end")
    yield from _ports(row, known)


def _ports(row: FlowRow, known: Networking) -> Iterator[Flaw]:
    for number, end in enumerate(row.to):
        place = known.outside.get(end.word)
        if not row.ports and (place is None or not place.ports):
            message = f"on which ports `{brief(str(end))}` may be called is not said"
            yield Flaw(row.at.path, message, "add `ports: [TCP 443]`, or `ports: any`")
        if _is_outside(end, known) and (named := [one for one in row.ports if one.name]):
            message = f"`{named[0]}` is a name that pods give to ports, and `{end}` is outside"
            yield Flaw((*row.at.path, "to", number), message, "write the number of the port")


def _dns(dns: Dns, known: Networking, guesses: Guesses) -> Iterator[Flaw]:
    for number, end in enumerate(dns.to):
        path = (*dns.at.path, "to", number)
        if end.word == INTERNET:
            hint = "name resolvers under `network.outside`, by their addresses"
            yield Flaw(path, "every resolver of the internet may be asked", hint)
            continue
        yield from _end(end, path, known, guesses)


def _end(end: Endpoint, path: Path, known: Networking, guesses: Guesses) -> Iterator[Flaw]:
    """A word that names nothing, or of which a part is asked for though it has none."""
    word = end.word
    if not word or word in known.zones:
        return
    if word != INTERNET and word not in known.outside:
        words = [*known.zones, *known.outside, INTERNET]
        hint = guesses.nearest("zone", word, words) or "declare it under `network.zones` or `network.outside`"
        if "." in word or ":" in word:
            hint = "declare the address or host under `network.outside`, with a name and a reason"
        yield Flaw(path, f"there is no zone `{brief(word)}`", hint)
    elif end.matching != Endpoint(zone=word).matching:
        yield Flaw(path, f"`{brief(word)}` is no zone, and has no workloads", "remove the other keys")


def _is_outside(end: Endpoint, known: Networking) -> bool:
    return end.word == INTERNET or end.word in known.outside


def of_both(network: Network | None) -> Network:
    """What a file says of the network, which may be nothing."""
    return network or Network()
