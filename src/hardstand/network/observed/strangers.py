"""Ends of which records alone tell. Who can write into a log can make up any number of them."""

from collections.abc import Hashable

from hardstand.network.observed.parties import NO_SUCH_WORKLOAD, Party, Standing

MOST_STRANGERS = 10_000
"""Different pairs with such an end that are kept one by one; the rest is counted together."""
OTHERS = "others that are not in the picture"


def is_strange(one: Party) -> bool:
    """Tell whether neither the picture nor a history knows an end."""
    return one.strange or one.standing is Standing.UNKNOWN


def among_others(one: Party) -> Party:
    """What a strange end is counted as when there are too many; any other is itself. Whatever a record says is gone."""
    return Party(Standing.UNKNOWN, OTHERS, "", None, one.why or NO_SUCH_WORKLOAD) if is_strange(one) else one


def whose_strangers(source: Party, destination: Party) -> str | None:
    """Who is asked for room for a pair: a known end that calls strange ones; nobody's is the empty text.

    None where a pair needs none. A known end has room of its own, so that no flood of others hides what it does.
    """
    if is_strange(source) or source.standing is Standing.LOCAL:
        return ""
    if source.standing is Standing.OUTSIDE:
        return "" if is_strange(destination) or destination.standing in (Standing.OUTSIDE, Standing.LOCAL) else None
    return source.name if is_strange(destination) else None


class Room:
    """Room for so many different things each."""

    def __init__(self, most: int = MOST_STRANGERS) -> None:
        self._most = most
        self._kept: dict[str, set[Hashable]] = {}

    def has(self, whose: str, thing: Hashable) -> bool:
        """Tell whether a thing is kept, or may be, and keep it."""
        kept = self._kept.setdefault(whose, set())
        if thing in kept:
            return True
        if len(kept) >= self._most:
            return False
        kept.add(thing)
        return True
