"""Whether a network allows what was seen of a pair: yes, no, or nobody can tell, with the reason."""

from collections.abc import Sequence
from dataclasses import dataclass

from hardstand.analysis.reach.conditions import OWN_NODE, Conditions, told
from hardstand.analysis.reach.connections import Connections, ports
from hardstand.analysis.reach.estate import Estate
from hardstand.analysis.reach.peers import Sort, numbers_in
from hardstand.analysis.reach.rule import Effect

_BY_NAME = "the address is that of "
"""How the condition of a rule by host names begins."""
GONE = "who it is, is not in the picture"
NO_PORT = "its record does not tell the port"
SOME = "it is so for some of its pods, and not for others"


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether it is allowed; None where nobody can tell."""

    allowed: bool | None
    why: str = ""
    """Why nobody can tell."""


YES, NO = Answer(True), Answer(False)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked about a pair."""

    source: int
    destination: int
    """Pods, nodes and blocks; of all of them it must be so."""
    connections: Connections
    names: int = 0
    """Ends that are host names which mean the called one."""
    named: bool = False
    """The host name is known, whether or not anything means it."""
    other_node: bool = False
    """A node is one end, and known not to be the pod's own."""


class Asking:
    """Answers by one network, such as what policies allow, or what a flow table means."""

    def __init__(self, estate: Estate) -> None:
        self._estate = estate
        self._hosts = estate.peers.of_sort(Sort.HOST)
        self._conditions = Conditions(estate.policies)
        self._known: dict[tuple[bool, int, Connections], int] = {}

    def answer(self, asked: Asked) -> Answer:
        """Whether it is allowed."""
        if not asked.connections:
            return Answer(None, NO_PORT)
        if not asked.source or not (asked.destination or asked.names):
            return NO if self._shut(asked.source, asked.connections) else Answer(None, GONE)
        by_address = self._of_all(asked.source, asked.destination, asked.connections)
        if asked.other_node and by_address.why == OWN_NODE:
            return NO
        if not asked.named or (asked.destination and by_address.allowed is not None):
            return by_address
        if asked.names and self._of_any(asked) is True:
            return YES
        if not asked.destination:
            return NO if self._of_any(asked) is False else Answer(None, "its address is not told")
        reasons = self._reasons(asked.source, asked.destination, asked.connections)
        if reasons and all(one.startswith(_BY_NAME) for one in reasons):
            return NO  # Its name is known, and is none of those.
        return by_address

    def _shut(self, source: int, connections: Connections) -> bool:
        """Whether some ends are isolated and no rule lets such connections out, so that it is the same who is called.

        A rule counts whomever it names: it may be about somebody who is not in the picture.
        """
        return bool(source) and all(self._is_shut(1 << number, connections) for number in numbers_in(source))

    def _is_shut(self, bit: int, connections: Connections) -> bool:
        stages = self._estate.policies.egress
        isolated = any(one.about & bit and not one.condition for stage in stages for one in stage.isolating)
        return isolated and not any(
            rule.effect is not Effect.DENY and rule.about & bit and rule.connections & connections
            for stage in stages
            for rule in stage.rules
        )

    def _of_all(self, source: int, destination: int, connections: Connections) -> Answer:
        everywhere, anywhere = True, False
        for number in numbers_in(source):
            others = destination & ~(1 << number) or destination
            sure = self._reached(number, connections, certain=True)
            everywhere = everywhere and not others & ~sure
            plain = self._estate.is_certain and _is_one(connections)
            maybe = sure if plain else self._reached(number, connections, certain=False)
            anywhere = anywhere or bool(others & maybe)
        if everywhere or not anywhere:
            return YES if everywhere else NO
        reasons = self._reasons(source, destination, connections)
        some = OWN_NODE if source & self._hosts else SOME
        return Answer(None, "; ".join(reasons) or some)

    def _of_any(self, asked: Asked) -> bool | None:
        answers = [
            self._of_all(asked.source, 1 << number, asked.connections).allowed for number in numbers_in(asked.names)
        ]
        return True if True in answers else False if answers and set(answers) == {False} else None

    def _reached(self, number: int, connections: Connections, *, certain: bool) -> int:
        """The ends that one reaches by all of these connections for sure, or perhaps by some of them."""
        key = (certain, number, connections)
        found = self._known.get(key)
        if found is None:
            rows = self._estate.surely if certain else self._estate.perhaps
            found = 0
            for mask, bits in rows.row(number).items():
                there = self._estate.universe.connections(mask)
                if connections <= there or (not certain and connections & there):
                    found |= bits
            self._known[key] = found
        return found

    def _reasons(self, source: int, destination: int, connections: Connections) -> Sequence[str]:
        return told(self._conditions.of(source), destination, connections)


def connections_of(protocol: str, port: int | None) -> Connections:
    """The connections of a record: one port, or of protocols without ports all there is. Nothing for what is none."""
    try:
        if port is None:
            return ports(protocol) if protocol not in ("TCP", "UDP", "SCTP") else Connections()
        return ports(protocol, port, port)
    except ValueError:
        return Connections()


def _is_one(connections: Connections) -> bool:
    return len(connections.spans) == 1 and connections.spans[0][0] == connections.spans[0][1]
