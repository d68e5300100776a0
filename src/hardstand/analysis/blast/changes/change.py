"""A change: one thing that is taken away, as an estimate on the board and as a patch of the picture."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from hardstand.analysis.blast.cutting import Cut
from hardstand.inventory.neighbours import Neighbours


class Taken(StrEnum):
    """What is taken away."""

    GRANT = "grant"
    TOKEN = "token"  # noqa: S105 - a word for people
    BREAK_OUT = "break-out"
    SECRET = "secret"  # noqa: S105 - a word for people
    EGRESS = "egress"
    INGRESS = "ingress"


@dataclass(frozen=True, slots=True, eq=False)
class Change:
    """One change. Nothing is written: it is only made in the picture."""

    taken: Taken
    subject: str
    """What it is about, as people name it."""
    title: str
    """What to do, as an order."""
    cut: Cut
    patched: Callable[[Neighbours], Neighbours]
    """Makes it in a picture."""
    note: str = ""
    """What else has to be thought of."""
    breadth: int = 1
    """How many workloads it is about; of changes that save the same, the narrower is the better one."""
