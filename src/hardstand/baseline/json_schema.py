"""The JSON Schema of a baseline, for editors: generated from the declared types, so that it says what the loader holds.

https://json-schema.org/draft/2020-12
"""

import inspect
import types
import typing
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import is_dataclass
from datetime import date
from enum import Enum
from typing import Any, TypeAlias, cast

from hardstand.baseline.declared import Declared
from hardstand.baseline.modes import Area, ControlId
from hardstand.baseline.shape import Key, keys_of, words_of
from hardstand.baseline.vocabulary import Vocabulary

Schema: TypeAlias = dict[str, Any]

_SIMPLE: Mapping[Any, Schema] = {
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    str: {"type": "string", "pattern": "\\S"},
    date: {"type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"},
    Any: {},
}
_NULL: Schema = {"type": "null"}


def json_schema(vocabulary: Vocabulary) -> Schema:
    """The schema of `hardstand.yaml`. Known controls and areas are listed, so that editors can complete them; others
    may be a baseline's own."""
    maker = _Maker(vocabulary)
    whole = maker.record(Declared)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "https://hardstand.dev/baseline/v1",
        "title": "A Hardstand baseline",
        **whole,
        "$defs": dict(sorted(maker.defined.items())),
    }


class _Maker:
    """Makes schemas, and keeps those that are referred to by name."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.defined: dict[str, Schema] = {}
        self._known: Mapping[Any, Iterable[str]] = {ControlId: vocabulary.controls, Area: vocabulary.areas}

    def record(self, kind: type[Any]) -> Schema:
        """A mapping with the keys of a dataclass."""
        keys = keys_of(cast("Hashable", kind))
        needed = [name for name, key in keys.items() if key.needed]
        return {
            "description": _paragraph(kind),
            "type": "object",
            "properties": {name: self._key(key) for name, key in keys.items()},
            **({"required": needed} if needed else {}),
            "additionalProperties": False,
        }

    def _key(self, key: Key) -> Schema:
        made = self._of(_inner(key.type))
        return {"description": key.says, **(_either(made, _NULL) if key.optional else made)}

    def _of(self, kind: Any) -> Schema:
        if is_dataclass(kind):
            return self._named(cast("type[Any]", kind), self._declared)
        origin = typing.get_origin(kind)
        if origin is tuple:
            return self._list(_inner(typing.get_args(kind)[0]))
        if origin is not None and issubclass(origin, Mapping):
            name, value = map(_inner, typing.get_args(kind))
            names = {} if name is str else {"propertyNames": self._of(name)}
            return {"type": "object", "additionalProperties": self._of(value), **names}
        return dict(_SIMPLE[kind]) if kind in _SIMPLE else self._named(kind, self._text)

    def _list(self, item: Any) -> Schema:
        """A list; what is no mapping may stand alone, as a list of one."""
        one = self._of(item)
        several = {"type": "array", "items": one}
        if item is Any or (is_dataclass(item) and not hasattr(item, "SHORT")):
            return several
        return _either(one, several)

    def _named(self, kind: type[Any], make: Callable[[type[Any]], Schema]) -> Schema:
        name = kind.__name__.rstrip("_")
        if name not in self.defined:
            self.defined[name] = {}  # Before it is made: a type may hold itself.
            self.defined[name] = make(kind)
        return {"$ref": f"#/$defs/{name}"}

    def _declared(self, kind: type[Any]) -> Schema:
        whole = self.record(kind)
        short = getattr(kind, "SHORT", None)
        if short is None:
            return whole
        of_short = self._of(_inner(keys_of(cast("Hashable", kind))[short].type))
        return {"description": whole.pop("description"), "oneOf": [of_short, whole]}

    def _text(self, kind: type[Any]) -> Schema:
        described = {"description": _paragraph(kind)}
        if issubclass(kind, Enum):
            # Without quotes, `off` is false in the YAML that kubectl reads.
            words: list[Any] = list(words_of(kind))
            return {**described, "enum": [*words, False] if "off" in words else words}
        if kind in self._known:
            return {**described, "anyOf": [{"enum": sorted(self._known[kind])}, dict(kind.SCHEMA)]}
        return {**described, **kind.SCHEMA}


def _either(one: Schema, other: Schema) -> Schema:
    """One of two; where the first is a choice already, one choice more."""
    return {"anyOf": [*(one["anyOf"] if set(one) == {"anyOf"} else [one]), other]}


def _inner(kind: Any) -> Any:
    """A type without what is said of it, and without None."""
    while typing.get_origin(kind) in (typing.Annotated, typing.Union, types.UnionType):
        kind = next(one for one in typing.get_args(kind) if one is not types.NoneType)
    return kind


def _paragraph(kind: type[Any]) -> str:
    """The first paragraph of a docstring, as one line."""
    return " ".join((inspect.getdoc(kind) or "").partition("\n\n")[0].split())
