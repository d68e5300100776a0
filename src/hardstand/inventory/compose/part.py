"""One value of a service, with the place where it is written, and below it what it was extended from.

What is asked for is made then: a service is merged with the one it extends only as far as somebody looks.
"""

from collections.abc import Iterator, Mapping

from hardstand.inventory.compose.interpolation import fill
from hardstand.model.path import Path, Value, called, dotted
from hardstand.model.unfit import Unfit
from hardstand.model.verdict import Why

_TRUE = ("true", "yes", "on", "y", "1")
_FALSE = ("false", "no", "off", "n", "0")
"""What Compose takes for a boolean once a variable is replaced (compose-go, loader/interpolate.go)."""


class MisfitError(Exception):
    """A value cannot be told; `unfit` stands for it in the folded object."""

    def __init__(self, unfit: Unfit) -> None:
        self.unfit = unfit
        super().__init__(unfit.reason)


class Part:
    """A value at a place in the document. `base` is the value that it is merged over, with a place of its own."""

    __slots__ = ("_entries", "base", "path", "value")

    def __init__(self, path: Path, value: Value, base: "Part | None" = None) -> None:
        self.path = path
        self.value = value
        self.base = base
        self._entries: dict[str, Part] | None = None

    def malformed(self, expected: str) -> MisfitError:
        """The error that says that this should have been `expected`."""
        reason = f"{dotted(self.path)} must be {expected}, found {called(self.value)}"
        return MisfitError(Unfit(Why.MALFORMED_FIELD, reason, self.path))

    def undecided(self, names: tuple[str, ...]) -> MisfitError:
        """The error that says that this depends on variables."""
        shown = " and ".join(dict.fromkeys(names))
        reason = f"{dotted(self.path)} depends on {shown} without a default; scan what `docker compose config` gives"
        return MisfitError(Unfit(Why.NOT_RENDERED, reason, self.path, f"variable:{shown}"))

    @property
    def empty(self) -> bool:
        """Nothing is written here, here and below: Compose takes null for absent."""
        return self.value is None and (self.base is None or self.base.empty)

    def entries(self) -> Mapping[str, "Part"]:
        """The entries of a mapping, with those of its base. MisfitError for another type."""
        if self._entries is not None:
            return self._entries
        if not isinstance(self.value, dict | None):
            raise self.malformed("a mapping")
        found = dict(self.base.entries()) if self.base is not None and not self.base.empty else {}
        for key, value in (self.value or {}).items():
            found[key] = Part((*self.path, key), value, _mergeable(found.get(key), value))
        self._entries = found
        return found

    def entry(self, key: str) -> "Part | None":
        """The entry of a mapping with this key, None when it is absent or null. MisfitError for another type."""
        found = self.entries().get(key)
        return None if found is None or found.empty else found

    def items(self) -> list["Part"]:
        """The items of a list, those of its base first. MisfitError for another type."""
        below = self.base.items() if self.base is not None and not self.base.empty else []
        return [*below, *self.own_items()]

    def own_items(self) -> list["Part"]:
        """The items of a list without those of its base."""
        if self.value is None:
            return []
        if not isinstance(self.value, list):
            raise self.malformed("a list")
        return [Part((*self.path, at), item) for at, item in enumerate(self.value)]

    def one_or_more(self) -> list["Part"]:
        """The items of a list, or the one string that stands in its place."""
        below = self.base.one_or_more() if self.base is not None and not self.base.empty else []
        return [*below, *([Part(self.path, self.value)] if isinstance(self.value, str) else self.own_items())]

    def text(self, known: Mapping[str, str] | None = None) -> str:
        """A string, with variables replaced; a number or boolean as it is written. MisfitError for anything else."""
        if isinstance(self.value, bool):
            return "true" if self.value else "false"
        if isinstance(self.value, int | float):
            return str(self.value)
        if not isinstance(self.value, str):
            raise self.malformed("a string")
        found = fill(self.value, known)
        if found.open:
            raise self.undecided(found.open)
        return found.text

    def boolean(self) -> bool:
        """A boolean, or a string that Compose takes for one. MisfitError for anything else."""
        if isinstance(self.value, bool):
            return self.value
        if isinstance(self.value, str):
            word = self.text().lower()
            if word in _TRUE or word in _FALSE:
                return word in _TRUE
        raise self.malformed("a boolean")

    def pairs(self) -> Iterator[tuple[str, "Part", str | None]]:
        """Name, place and value of each entry of a mapping or of a list of `NAME=VALUE`; those of its base first.

        The value is None where only the name stands. MisfitError for another type.
        """
        if self.base is not None and not self.base.empty:
            yield from self.base.pairs()
        if isinstance(self.value, list):
            for item in self.own_items():
                if not isinstance(item.value, str):
                    raise item.malformed("a string such as NAME=VALUE")
                name, equals, value = item.value.partition("=")
                yield name, item, value if equals else None
        elif isinstance(self.value, dict):
            for name, one in self.value.items():
                part = Part((*self.path, name), one)
                yield name, part, None if one is None else written(part)
        elif self.value is not None:
            raise self.malformed("a mapping or a list")


def written(part: Part) -> str:
    """A scalar as its text, variables as they are written. MisfitError for a collection."""
    value = part.value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict | list) or value is None:
        raise part.malformed("a string")
    return str(value)


def _mergeable(base: Part | None, value: Value) -> Part | None:
    """The base that a value is merged over: collections are, scalars are replaced (13-merge.md)."""
    return base if base is not None and isinstance(value, dict | list) else None
