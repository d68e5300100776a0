"""From a decoded document to declared types: the types themselves say what may stand where.

A dataclass is a mapping, its fields are the keys (`from_` is the key `from`), and a field without a default is needed.
Nothing stops at the first mistake: every one is told, with its path, so that a person mends a file in one go.
"""

import re
import types
import typing
from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass, replace
from datetime import date
from enum import Enum
from functools import cache
from typing import Annotated, Any, ClassVar, Literal, Protocol, TypeVar, cast

from hardstand.baseline.guessing import LONGEST_WORD, Guesses
from hardstand.baseline.vocabulary import Vocabulary
from hardstand.model.path import Path, Value, called, dotted

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Says:
    """What a key means, for the published schema; stands in `Annotated`."""

    text: str


@dataclass(frozen=True, slots=True)
class Flaw:
    """One mistake in a declaration: where, what was expected or found, and how to mend it."""

    path: Path
    message: str
    hint: str = ""
    on_key: bool = False
    """The key itself is wrong, not its value."""


class At:
    """Where a declaration stands; filled in once all of them are known, since looking up one costs as much as all."""

    __slots__ = ("column", "file", "line", "path")

    def __init__(self, path: Path = (), file: str = "", line: int = 1, column: int = 1) -> None:
        self.path = path
        self.file = file
        self.line = line
        self.column = column

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"

    def __repr__(self) -> str:
        return f"At({self.file}:{self.line}:{self.column})"

    def __reduce__(self) -> tuple[Any, ...]:
        return At, (self.path, self.file, self.line, self.column)


class Scalar(Protocol):
    """A type of our own that a text stands for."""

    SCHEMA: ClassVar[Mapping[str, Any]]
    """The JSON Schema of the text."""

    @classmethod
    def parse(cls, text: str, vocabulary: Vocabulary) -> Any:
        """The value that a text stands for; WordError where it stands for none."""


class WordError(ValueError):
    """A text that stands for nothing; `hint` says how to mend it, where it is like none of the words in `known`."""

    def __init__(self, message: str, hint: str = "", *, known: Collection[str] = ()) -> None:
        self.hint = hint
        self.known = known
        super().__init__(message)


def brief(text: str) -> str:
    """A text that somebody wrote, short enough for a message."""
    return text if len(text) <= LONGEST_WORD else f"{text[:LONGEST_WORD]}…"


class Reader:
    """Reads one file; collects its flaws and the declarations whose places will be asked for."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.flaws: list[Flaw] = []
        self.declared: list[At] = []
        self._guesses = Guesses()

    def read(self, kind: Any, value: Value, path: Path) -> Any:
        """The value as `kind`; None, with a flaw kept, where it is not one."""
        form = _form(kind)
        if value is None:
            if not form.optional:
                self.say(path, f"`{_name(path)}` is empty", "give it a value, or remove the key")
            return None
        return self._read(form, value, path)

    def say(self, path: Path, message: str, hint: str = "", *, on_key: bool = False) -> None:
        """Keep a flaw."""
        self.flaws.append(Flaw(path, message, hint, on_key))

    def expected(self, path: Path, what: str, value: Value, hint: str = "") -> None:
        """Keep the flaw that something else was expected. The value itself is not repeated: it could be a secret."""
        if what.startswith("a text") and not hint:
            hint = "quote it" if isinstance(value, bool | int | float) else ""
            hint = "write a single one" if isinstance(value, list) and what == "a text" else hint
        found = "a text" if isinstance(value, str) else called(value)
        self.say(path, f"`{_name(path)}` must be {what}, found {found}", hint)

    def _read(self, form: "Form", value: Value, path: Path) -> Any:
        if form.sort == "record":
            return self._record(form.kind, value, path)
        if form.sort == "list":
            return self._list(form.item, value, path)
        if form.sort == "mapping":
            return self._mapping(form.key, form.item, value, path)
        return self._scalar(form.kind, value, path)

    def _record(self, kind: type[Any], value: Value, path: Path) -> Any:
        short = getattr(kind, "SHORT", None)
        path_of = {}
        if short and (isinstance(value, str) or (value is False and _may_be_off(kind, short))):
            value, path_of = {short: value}, {short: path}
        if not isinstance(value, dict):
            self.expected(path, f"{'a text or ' if short else ''}a mapping", value)
            return None
        keys = keys_of(cast("Hashable", kind))
        before = len(self.flaws)
        meant = self._unknown_keys(kind, keys, value, path)
        found: dict[str, Any] = {}
        for key, one in keys.items():
            where = path_of.get(key, (*path, key))
            if value.get(key) is not None:
                found[one.attribute] = self.read(one.type, value[key], where)
            elif one.needed and key not in meant:
                what = "empty" if key in value else "missing"
                self.say(where, f"`{_name(where)}` is {what}", f"add `{key}: …`: {_begun(one.says)}")
            elif key in value and not one.optional:
                self.say(where, f"`{_name(where)}` is empty", "give it a value, or remove the key")
        if len(self.flaws) > before:
            return None
        if "at" in kind.__dataclass_fields__:
            found["at"] = At(path)
            self.declared.append(found["at"])
        made = kind(**found)
        for flaw in getattr(made, "flaws", tuple)():
            self.say((*path, *flaw.path), flaw.message, flaw.hint, on_key=flaw.on_key)
        return made

    def _unknown_keys(
        self, kind: type[Any], keys: Mapping[str, "Key"], value: Mapping[str, Value], path: Path
    ) -> set[str]:
        """Tell of keys that there are not, and give those that were probably meant."""
        meant: set[str] = set()
        left = [key for key in keys if key not in value]
        for key in value:
            # What starts with `x-` is the team's own, such as anchors that are used further down.
            if key not in keys and not (not path and key.startswith("x-")):
                where = f"`{_name(path)}`" if path else "a baseline"
                close = self._guesses.closest(kind.__name__, key, left)
                hint = getattr(kind, "HINTS", {}).get(key, "")
                hint = hint or self._guesses.nearest(kind.__name__, key, left if close else keys)
                self.say((*path, key), f"{where} has no key `{brief(key)}`", hint, on_key=True)
                meant.update(close)
        return meant

    def _list(self, item: Any, value: Value, path: Path) -> tuple[Any, ...]:
        if not isinstance(value, list):
            if item is Any or (is_dataclass(item) and not getattr(item, "SHORT", None)):
                self.expected(path, "a list", value)
                return ()
            if isinstance(value, dict) and not is_dataclass(item):
                self.expected(path, "a text or a list", value)
                return ()
            return (self.read(item, value, path),)
        return tuple(self.read(item, one, (*path, at)) for at, one in enumerate(value))

    def _mapping(self, key_kind: Any, item: Any, value: Value, path: Path) -> Mapping[Any, Any]:
        if not isinstance(value, dict):
            self.expected(path, "a mapping", value)
            return {}
        found = {}
        for key, one in value.items():
            where = (*path, key)
            before = len(self.flaws)
            read_key = key if key_kind is str else self._scalar(key_kind, key, where)
            self.flaws[before:] = [replace(flaw, on_key=True) for flaw in self.flaws[before:]]
            found[read_key] = self.read(item, one, where)
        return found

    def _scalar(self, kind: Any, value: Value, path: Path) -> Any:
        if kind is Any:
            return value
        if kind is bool or kind is int:
            if type(value) is kind:
                return value
            self.expected(path, "true or false" if kind is bool else "a whole number", value)
            return None
        if isinstance(kind, type) and issubclass(kind, Enum):
            return self._word(kind, value, path)
        if kind is date:
            return self._day(value, path)
        if not isinstance(value, str):
            self.expected(path, "a text", value)
            return None
        if kind is str:
            if not value.strip():
                self.say(path, f"`{_name(path)}` is empty", "give it a value, or remove the key")
            return value
        try:
            return kind.parse(value, self.vocabulary)
        except WordError as error:
            close = self._guesses.nearest(kind.__name__, value, error.known) if error.known else ""
            self.say(path, str(error), close or error.hint)
            return None

    def _word(self, kind: type[Enum], value: Value, path: Path) -> Any:
        words = words_of(kind)
        # YAML 1.1, which kubectl reads, takes an unquoted `off` for false.
        word = "off" if value is False and "off" in words else value
        if isinstance(word, str) and word in words:
            return words[word]
        if isinstance(word, str):
            close = self._guesses.closest(kind.__name__, word, words) if len(words) > 1 else []
            hint = f"did you mean {' or '.join(f'`{one}`' for one in close)}?" if close else ""
            self.say(path, f"`{brief(word)}` is not {_one_of(words)}", hint)
        else:
            hint = "without quotes, YAML takes yes, no, on and off for true and false" if word in (True, False) else ""
            self.expected(path, _one_of(words), value, hint)
        return None

    def _day(self, value: Value, path: Path) -> date | None:
        if not isinstance(value, str):
            self.expected(path, "a date such as 2027-03-31", value, "write YYYY-MM-DD")
            return None
        try:
            day = date.fromisoformat(value)
        except ValueError:
            day = None
        if day is not None and day.isoformat() == value:
            return day
        expected = f"`{_name(path)}` must be a date such as 2027-03-31"
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
            self.say(path, f"{expected}, and there is no day `{value}`")
        else:
            self.say(path, f"{expected}, found `{brief(value)}`", "write YYYY-MM-DD")
        return None


@dataclass(frozen=True, slots=True)
class Form:
    """What a type is to the reader."""

    sort: Literal["record", "list", "mapping", "scalar"]
    kind: Any
    optional: bool
    item: Any = None
    key: Any = None


@cache
def _form(kind: Any) -> Form:
    inner, optional = _without_none(kind)
    origin, arguments = typing.get_origin(inner), typing.get_args(inner)
    if is_dataclass(inner):
        return Form("record", inner, optional)
    if origin is tuple:
        return Form("list", inner, optional, arguments[0])
    if origin is not None and issubclass(origin, Mapping):
        return Form("mapping", inner, optional, arguments[1], arguments[0])
    return Form("scalar", inner, optional)


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a mapping: its field, its type, and what it means."""

    attribute: str
    type: Any
    needed: bool
    optional: bool
    says: str


@cache
def keys_of(kind: Any) -> dict[str, Key]:
    """The keys that a declared type may have, in the order of its fields."""
    hints = typing.get_type_hints(kind, include_extras=True)
    found = {}
    for one in cast("Iterator[Field[Any]]", iter(fields(kind))):
        if one.name == "at":
            continue
        hint, says = _told(hints[one.name])
        needed = one.default is MISSING and one.default_factory is MISSING
        found[one.name.rstrip("_")] = Key(one.name, hint, needed, _without_none(hint)[1], says)
    return found


def words_of(kind: type[Enum]) -> dict[str, Enum]:
    """The words of an enumeration as a person writes them."""
    return {str(getattr(one, "word", one.value)): one for one in kind}


def _may_be_off(kind: type[Any], short: str) -> bool:
    """Tell whether the short form is a word that may be `off`, which YAML 1.1 takes for false."""
    inner = keys_of(cast("Hashable", kind))[short].type
    return isinstance(inner, type) and issubclass(inner, Enum) and "off" in words_of(inner)


def _begun(says: str) -> str:
    """What a key means, as the end of a sentence."""
    return (says[:1].lower() + says[1:]).rstrip(".")


def _told(hint: Any) -> tuple[Any, str]:
    if typing.get_origin(hint) is Annotated:
        inner, *extras = typing.get_args(hint)
        return inner, next((one.text for one in extras if isinstance(one, Says)), "")
    return hint, ""


@cache
def _without_none(kind: Any) -> tuple[Any, bool]:
    """A type without `None`, and whether it allowed it."""
    kind = _told(kind)[0]
    if typing.get_origin(kind) in (types.UnionType, typing.Union):
        inner = [one for one in typing.get_args(kind) if one is not types.NoneType]
        return inner[0], True
    return kind, False


def _name(path: Path) -> str:
    return dotted(path) or "the file"


def _one_of(words: Sequence[str] | Mapping[str, Any]) -> str:
    *most, last = list(words)
    return f"one of {', '.join(most)} or {last}" if most else last
