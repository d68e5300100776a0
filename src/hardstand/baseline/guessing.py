"""Hints for words that name nothing: the word that was probably meant."""

import difflib
from collections.abc import Iterable
from functools import lru_cache

LONGEST_WORD = 60
_FEW = 20
"""Words that a hint may list."""
_SEARCHES = 20
"""Different words of one sort that are searched for in one file: a search looks at every known word."""


def nearest(word: str, known: Iterable[str]) -> str:
    """A hint that names the known word closest to a wrong one, else the known words, as long as they are few."""
    words = list(known)
    close = closest(word, words)
    if close:
        return f"did you mean {' or '.join(f'`{one}`' for one in close)}?"
    return f"known are {', '.join(words)}" if words and len(words) <= _FEW else ""


def closest(word: str, known: Iterable[str]) -> list[str]:
    """The known word that is all but the same as a wrong one; else those that it is a part of; else the most like it.

    What is much longer than every word cannot be like one, and comparing it would take long.
    """
    return list(_closest(word, tuple(known)))


@lru_cache(maxsize=4096)
def _closest(word: str, words: tuple[str, ...]) -> tuple[str, ...]:
    if len(word) > LONGEST_WORD:
        return ()
    same = difflib.get_close_matches(word.lower(), words, n=1, cutoff=0.85)
    parts = [one for one in words if len(word) > 2 and word.lower() in one]
    if same or 0 < len(parts) <= 3:
        return tuple(same or parts)
    return tuple(difflib.get_close_matches(word.lower(), words, n=1, cutoff=0.6))


class Guesses:
    """Hints for one file, which may have thousands of wrong words: of each sort, only the first are searched for."""

    def __init__(self) -> None:
        self._searched: dict[str, set[str]] = {}

    def may(self, sort: str, word: str) -> bool:
        """Tell whether to search for a word: it is among the first few of its sort, or has been searched for."""
        words = self._searched.setdefault(sort, set())
        if len(words) < _SEARCHES:
            words.add(word)
        return word in words

    def nearest(self, sort: str, word: str, known: Iterable[str]) -> str:
        """As `nearest`, or nothing where too many words of this sort have been searched for."""
        return nearest(word, known) if self.may(sort, word) else ""

    def closest(self, sort: str, word: str, known: Iterable[str]) -> list[str]:
        """As `closest`, or nothing where too many words of this sort have been searched for."""
        return closest(word, known) if self.may(sort, word) else []
