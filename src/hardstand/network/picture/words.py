"""What pictures are called: of what may be, and of what was seen."""

from typing import NamedTuple


class Words(NamedTuple):
    """The words of one sort of picture."""

    title: str
    talk: str
    """What the pairs do."""
    line: str
    odd: str
    """What an unexpected line is."""
    more: str = ""
    """What else the caption says."""


MAY = Words("Who may reach whom", "may talk", "allowed", "allowed, beyond what is expected")
SPOKE = Words("Who was seen talking to whom", "were seen", "seen, as expected", "seen, and not expected")
