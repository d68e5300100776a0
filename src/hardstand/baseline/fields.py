"""Fields of declared mappings, read one by one; what is wrong is told, and nothing is raised."""

from collections.abc import Callable, Collection, Mapping
from difflib import get_close_matches
from typing import TypeVar

from hardstand.model.path import Path, Value, called

Tell = Callable[[Path, str], None]
"""Told of each fault: where in the document, and what to do about it. A key that is missing is told of its mapping."""

T = TypeVar("T", bound=Value)


class Fields:
    """One declared mapping. `sound` turns false with the first fault."""

    def __init__(self, value: Value, path: Path, tell: Tell, known: Collection[str], what: str) -> None:
        self.path = path
        self.sound = True
        self.tell = tell
        self._what = what
        self._meant: set[str] = set()
        """Keys that a misspelt one was taken for: that they are missing has been said."""
        self.data: Mapping[str, Value] = {}
        if not isinstance(value, dict):
            self.wrong(f"{what} is a mapping, found {called(value)}")
            return
        self.data = value
        for key in value:
            if key not in known:
                close = get_close_matches(key, known, n=1)
                self._meant.update(close)
                hint = f"did you mean `{close[0]}`?" if close else f"it has {', '.join(known)}"
                self.wrong(f"{what} has no `{key}`; {hint}", key)

    def wrong(self, message: str, *steps: str | int) -> None:
        """Tell of a fault at `steps` below this mapping."""
        self.sound = False
        self.tell(self.path + steps, message)

    def text(self, key: str, default: str | None = None) -> str:
        """A string that is not blank; without a default it must be there."""
        found = self._value(key, str, "a string", missing=default is None)
        if found is None:
            return default or ""
        if not found.strip():
            self.wrong(f"`{key}` is empty", key)
        return found.strip()

    def choice(self, key: str, words: Collection[str], default: str | None = None) -> str:
        """One of a few words; where it is wrong, the first of them."""
        found = self.text(key, default)
        if found in words:
            return found
        if found:
            close = get_close_matches(found, words, n=1)
            hint = f"; did you mean `{close[0]}`?" if close else ""
            self.wrong(f"`{key}` is one of {', '.join(words)}, found `{found}`{hint}", key)
        return next(iter(words))

    def items(self, key: str, *, needed: bool = False) -> list[Value]:
        """A list; where it must be there, one that is not empty."""
        found = self._value(key, list, "a list", missing=needed)
        if found == [] and needed:
            self.wrong(f"`{key}` is empty", key)
        return found or []

    def texts(self, key: str, *, needed: bool = False) -> list[str]:
        """A list of strings."""
        found: list[str] = []
        for at, item in enumerate(self.items(key, needed=needed)):
            if isinstance(item, str) and item.strip():
                found.append(item.strip())
            else:
                self.wrong(f"`{key}` holds strings, found {called(item) if item != '' else 'an empty one'}", key, at)
        return found

    def mapping(self, key: str, *, needed: bool = False) -> dict[str, Value] | None:
        """A mapping, or None."""
        return self._value(key, dict, "a mapping", missing=needed)

    def _value(self, key: str, kind: type[T], word: str, *, missing: bool) -> T | None:
        found = self.data.get(key)
        if found is None:
            if missing and key not in self._meant:
                self.wrong(f"{self._what} needs `{key}`, {word}")
            return None
        if isinstance(found, kind):
            return found
        self.wrong(f"`{key}` is {word}, found {called(found)}", key)
        return None
