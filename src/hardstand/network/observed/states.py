"""What a pair is: intended or not, allowed or not, seen or not, and what is to be done in each of the eight cases."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """The case that a pair is in."""

    USED = "used"
    IDLE = "idle"
    CLOSED_YET_USED = "closed-yet-used"
    BLOCKED = "blocked"
    UNDECLARED = "undeclared"
    NEEDLESS = "needless"
    BREACH = "breach"
    CLOSED = "closed"
    UNKNOWN = "unknown"
    REFUSED = "refused"
    """It was tried, and never got through: the three columns say what should have become of it."""

    @property
    def is_unexpected(self) -> bool:
        """Tell whether it was seen, and nothing says that it should be."""
        return self in (State.UNDECLARED, State.BREACH)


@dataclass(frozen=True, slots=True)
class Meaning:
    """A case for a person."""

    title: str
    next_step: str


MEANINGS = {
    State.BREACH: Meaning(
        "seen, although it is neither intended nor allowed",
        "look at once: a policy was made tighter since, or the network plugin does not enforce it; then declare the "
        "flow or find who began it",
    ),
    State.UNDECLARED: Meaning(
        "seen and allowed, not intended",
        "declare it with its reason in `network.flows`, or close it by a policy (`hardstand net generate`)",
    ),
    State.CLOSED_YET_USED: Meaning(
        "seen and intended, not allowed",
        "open it before it breaks (`hardstand net generate`): a policy was made tighter since, or the network plugin "
        "does not enforce it",
    ),
    State.BLOCKED: Meaning(
        "intended, not allowed, never seen",
        "open it by a policy (`hardstand net generate`), or remove the row if nobody needs it",
    ),
    State.NEEDLESS: Meaning(
        "allowed, neither intended nor seen",
        "close it: nothing that was seen needs it (`hardstand net forecast --default-deny` shows what would break)",
    ),
    State.IDLE: Meaning(
        "intended and allowed, never seen",
        "is it still needed? Take logs of a longer time, or remove the row",
    ),
    State.USED: Meaning("intended, allowed and seen", "nothing is to be done"),
    State.CLOSED: Meaning("neither intended nor allowed, never seen", "nothing is to be done"),
    State.UNKNOWN: Meaning(
        "nobody can tell",
        "give what is missing: the picture of that time (`--with HISTORY`), logs that tell names, or a plainer policy",
    ),
}
WITHOUT_TABLE = {
    State.BREACH: Meaning(
        "seen, although no policy allows it",
        "look at once: a policy was made tighter since, or the network plugin does not enforce it",
    ),
    State.USED: Meaning(
        "seen and allowed", "say what is intended: `hardstand net generate --from-flows` proposes rows"
    ),
    State.NEEDLESS: Meaning(
        "allowed, never seen",
        "close it: nothing that was seen needs it (`hardstand net forecast --default-deny` shows what would break)",
    ),
    State.CLOSED: MEANINGS[State.CLOSED],
    State.UNKNOWN: MEANINGS[State.UNKNOWN],
}
"""Where no flow table is declared for either end: two columns, and half of the cases."""
ATTEMPTS = {
    True: Meaning(
        "tried and refused, although it is intended",
        "find what refuses it: a policy here, one that is gone since, or a firewall before it",
    ),
    False: Meaning("tried and refused, not intended", "find who tries, and why"),
    None: Meaning("tried and refused", "find who tries, and whether it should be allowed"),
}

_CASES = {
    (True, True, True): State.USED,
    (True, True, False): State.IDLE,
    (True, False, True): State.CLOSED_YET_USED,
    (True, False, False): State.BLOCKED,
    (False, True, True): State.UNDECLARED,
    (False, True, False): State.NEEDLESS,
    (False, False, True): State.BREACH,
    (False, False, False): State.CLOSED,
}
_CASES_OF_TWO = {
    (True, True): State.USED,
    (True, False): State.NEEDLESS,
    (False, True): State.BREACH,
    (False, False): State.CLOSED,
}


def state_of(intended: bool | None, allowed: bool | None, observed: bool, *, declared: bool) -> State:
    """The case of a pair. `declared`: the flow table is about it; else `intended` does not matter."""
    if allowed is None or (declared and intended is None):
        return State.UNKNOWN
    if not declared:
        return _CASES_OF_TWO[allowed, observed]
    return _CASES[intended is True, allowed, observed]


def attempt(intended: bool | None, allowed: bool | None) -> Meaning:
    """What was tried and refused, for a person. `intended` is None where no table says it or nobody can tell."""
    meaning = ATTEMPTS[intended]
    if intended is True or allowed is None:
        return meaning
    if allowed:
        before = "no policy of this picture refuses it, so it is of another time or something else did: "
        return Meaning(f"{meaning.title}, although policies allow it", before + meaning.next_step)
    return Meaning(meaning.title, f"policies did their work: {meaning.next_step}")


def meaning_of(state: State, *, declared: bool) -> Meaning:
    """The case for a person."""
    return MEANINGS[state] if declared else WITHOUT_TABLE[state]
