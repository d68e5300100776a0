"""How the readers of this package tell one another what is wrong; outside of it there are only faults."""

from typing import Final

TOO_LARGE: Final = "the document is too large to read in bounded time and memory; split it into several"


class Problem(Exception):  # noqa: N818 (it is not an error of ours but a finding about the text)
    """A document cannot be read: `reason` says why, `offset` where, in characters from the start of its text."""

    def __init__(self, offset: int, reason: str) -> None:
        super().__init__(reason)
        self.offset = offset
        self.reason = reason


class Refused(Problem):
    """A problem that no other way of reading the document could mend."""


class DuplicateKey(Refused):
    """A key stands twice in one mapping; `offset` is that of the second."""

    def __init__(self, offset: int, key: str) -> None:
        shown = key if len(key) <= 80 else key[:79] + "…"
        super().__init__(offset, f"the key `{shown}` is written twice in one mapping; remove one")


class Malformed(Exception):  # noqa: N818
    """A scalar does not stand for a value; whoever knows its place turns this into a Problem."""
