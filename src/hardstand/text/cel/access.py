"""Fields and items.

A key is looked up as it is written and then, as Kubernetes' documentation has it, unescaped: `x__dash__y` is `x-y`.
Source: https://kubernetes.io/docs/reference/using-api/cel/#escaping.
"""

import re
from collections.abc import Mapping

from hardstand.text.cel.parser import RESERVED
from hardstand.text.cel.values import NONE, EvaluationError, Optional, find, kind_of, no_overload

_ESCAPES = {"__underscores__": "__", "__dot__": ".", "__dash__": "-", "__slash__": "/"}
_ESCAPED = re.compile("|".join(_ESCAPES))
_WORDS = RESERVED | {"true", "false", "null", "in"}


class Lazy:
    """Something with fields that are worked out when they are asked for; `variables` is one."""

    kind = "map"

    def field(self, name: str) -> tuple[object] | None:
        """The field in a tuple, or None when there is none."""
        raise NotImplementedError


def unescaped(name: str) -> str:
    """The property that an escaped name stands for."""
    if name[:2] == "__" == name[-2:] and name[2:-2] in _WORDS:
        return name[2:-2]
    return _ESCAPED.sub(lambda found: _ESCAPES[found[0]], name)


def _lookup(of: object, name: str) -> tuple[object] | None:
    if isinstance(of, Lazy):
        return of.field(name)
    if not isinstance(of, Mapping):
        return None
    if name in of:
        return (of[name],)
    other = unescaped(name) if "__" in name else name
    return (of[other],) if other in of else None


def field(of: object, name: str) -> object:
    """`of.name`; EvaluationError when there is none. Of an optional, an optional."""
    if type(of) is dict and name in of:
        return of[name]
    if isinstance(of, Optional):
        return optional_field(of, name)
    found = _lookup(of, name)
    if found is None:
        raise EvaluationError(f"no such key: {name}" if kind_of(of) == "map" else f"no field {name} in {kind_of(of)}")
    return found[0]


def optional_field(of: object, name: str) -> Optional:
    """`of.?name`."""
    if isinstance(of, Optional):
        return optional_field(of.value, name) if of.exists else NONE
    found = _lookup(of, name)
    return NONE if found is None else Optional(found[0], exists=True)


def has_field(of: object, name: str) -> bool:
    """`has(of.name)`."""
    return optional_field(of, name).exists


def index(of: object, key: object) -> object:
    """`of[key]`; EvaluationError when there is none. Of an optional, an optional."""
    if isinstance(of, Optional):
        return optional_index(of, key)
    found = _item(of, key)
    if found is None:
        raise EvaluationError("no such key" if isinstance(of, dict | Lazy) else "index out of bounds")
    return found[0]


def optional_index(of: object, key: object) -> Optional:
    """`of[?key]`."""
    if isinstance(of, Optional):
        return optional_index(of.value, key) if of.exists else NONE
    found = _item(of, key)
    return NONE if found is None else Optional(found[0], exists=True)


def _item(of: object, key: object) -> tuple[object] | None:
    if isinstance(of, dict):
        return find(of, key)
    if isinstance(of, list):
        at = _position(key)
        return (of[at],) if 0 <= at < len(of) else None
    if isinstance(of, Lazy) and isinstance(key, str):
        return of.field(key)
    raise no_overload("`[]`", of, key)


def _position(key: object) -> int:
    """A position in a list: an int, an unsigned one, or a double without a fraction."""
    if isinstance(key, bool) or not isinstance(key, int | float) or (isinstance(key, float) and not key.is_integer()):
        raise EvaluationError(f"unsupported index type: {kind_of(key)}")
    return int(key)
