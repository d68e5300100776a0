"""Sets of ends of some of which it cannot be told whether they are in, with what that depends on."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from hardstand.analysis.reach.connections import ALL, Connections, port
from hardstand.analysis.reach.peers import Peers
from hardstand.analysis.reach.rule import Effect, Isolating, Origin, Rule
from hardstand.analysis.reach.unread import unread


@dataclass(frozen=True, slots=True)
class Likely:
    """Ends that are in a set, and others that may be."""

    surely: int = 0
    maybe: int = 0
    why: tuple[str, ...] = ()
    """What must be so for the others to be in."""
    unsupported: bool = False
    """What that is cannot be told by anybody who has the picture alone."""

    @property
    def all(self) -> int:
        """Those that are or may be in."""
        return self.surely | self.maybe

    def __and__(self, other: "Likely") -> "Likely":
        surely = self.surely & other.surely
        return self._with(other, surely, self.all & other.all & ~surely)

    def __or__(self, other: "Likely") -> "Likely":
        surely = self.surely | other.surely
        return self._with(other, surely, (self.maybe | other.maybe) & ~surely)

    def _with(self, other: "Likely", surely: int, maybe: int) -> "Likely":
        asked = [one for one in (self, other) if one.maybe & maybe]
        why = dict.fromkeys(text for one in asked for text in one.why)
        return Likely(surely, maybe, tuple(why), any(one.unsupported for one in asked))

    def among(self, bits: int) -> "Likely":
        """Those that are in a set as well."""
        return self & Likely(bits)

    def outside_of(self, bits: int) -> "Likely":
        """Those of a set that are not in this one."""
        why = tuple(f"not so: {text}" for text in self.why)
        return Likely(bits & ~self.all, bits & self.maybe, why, self.unsupported)


def perhaps(bits: int, why: str, *, unsupported: bool = False) -> Likely:
    """Ends that are in a set if something is so."""
    return Likely(0, bits, (why,) if bits else (), unsupported and bool(bits))


@dataclass(frozen=True, slots=True)
class Drafted:
    """A rule before it is split by what is sure and what may be."""

    effect: Effect
    origin: Origin
    about: Likely
    others: Likely
    connections: Connections = ALL
    conditions: tuple[str, ...] = ()
    unsupported: bool = False

    def rules(self) -> Iterator[Rule]:
        """The rules that it is: what depends on something stands by itself."""
        about, others = self.about, self.others
        yield from self._rule(about.surely, others.surely)
        yield from self._rule(about.surely, others.maybe, others)
        yield from self._rule(about.maybe, others.surely, about)
        yield from self._rule(about.maybe, others.maybe, about, others)

    def _rule(self, about: int, others: int, *uncertain: Likely) -> Iterator[Rule]:
        if about and others and self.connections:
            texts = [*self.conditions, *(text for one in uncertain for text in one.why)]
            unsupported = self.unsupported or any(one.unsupported for one in uncertain)
            condition = " and ".join(dict.fromkeys(texts))
            yield Rule(self.effect, about, others, self.connections, self.origin, condition, unsupported)


def isolating(about: Likely, origin: Origin) -> Iterator[Isolating]:
    """That a policy isolates its ends."""
    if about.surely:
        yield Isolating(about.surely, origin)
    if about.maybe:
        yield Isolating(about.maybe, origin, " and ".join(about.why))


def mistrusted(origin: Origin, about: int, reason: str, peers: Peers) -> tuple[list[Rule], list[Isolating]]:
    """What stands for a policy that cannot be read where policies may also deny: it may do either to everything."""
    why = unread(origin.policy, reason)
    rule = Rule(Effect.DENY, about, peers.all, ALL, origin, why, unsupported=True)
    return [rule, replace(rule, effect=Effect.ALLOW)], [Isolating(about, origin, why)]


def cut(
    called: Likely, plain: Connections, named: Sequence[tuple[str, str]], peers: Peers
) -> Iterator[tuple[Connections, Likely]]:
    """The connections to ports, with whom they are for: a name, with a protocol, is another port for other pods."""
    if plain:
        yield plain, called
    for name, protocol in named:
        for number, bits in peers.by_port(name, protocol, called.all).items():
            yield port(protocol, number), called.among(bits)
