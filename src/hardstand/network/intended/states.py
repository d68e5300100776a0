"""How what is allowed and what is intended differ."""

from enum import StrEnum


class State(StrEnum):
    """How a pair differs."""

    NOT_INTENDED = "allowed-not-intended"
    NOT_ALLOWED = "intended-not-allowed"
    PERHAPS_NOT_INTENDED = "perhaps-allowed-not-intended"
    PERHAPS_NOT_ALLOWED = "intended-perhaps-not-allowed"

    @property
    def is_certain(self) -> bool:
        """Tell whether it is so, whatever could not be told."""
        return self in (State.NOT_INTENDED, State.NOT_ALLOWED)
