"""What our evaluator says, in the words of the oracle's answers."""

import json
from typing import Any

from hardstand.text.cel.library.times import string_of_timestamp
from hardstand.text.cel.program import WrongExpressionError, program
from hardstand.text.cel.values import Duration, EvaluationError, Optional, Timestamp, Type, kind_of

from .expressions import OBJECT

NAMES = frozenset({"object", "oldObject", "request", "namespaceObject", "authorizer", "variables"})
"""The variables of a policy without params."""


def answer(expression: str, minor: int, data: Any = OBJECT) -> dict[str, Any]:
    """`{"value": …}`, `{"compile": why}` or `{"error": why}`."""
    try:
        made = program(expression, version=minor, names=NAMES)
    except WrongExpressionError as error:
        return {"compile": str(error)}
    try:
        return {"value": shown(made.run({"object": data, "oldObject": None}))}
    except EvaluationError as error:
        return {"error": str(error)}


def shown(value: Any) -> Any:
    """A value as the oracle writes it."""
    kind = kind_of(value)
    match kind:
        case "null" | "bool" | "string":
            return value
        case "int" | "uint":
            return [kind, str(int(value))]
        case "double":
            return [kind, value]
        case "bytes":
            return [kind, value.hex()]
        case "list":
            return ["list", *map(shown, value)]
        case "map":
            pairs = sorted([_text(key), _text(one)] for key, one in value.items())
            return ["map", pairs or []]
    return _special(value)


def _special(value: Any) -> Any:
    if isinstance(value, Optional):
        return ["optional", shown(value.value)] if value.exists else ["optional"]
    if isinstance(value, Timestamp):
        return ["timestamp", string_of_timestamp(value)]
    if isinstance(value, Duration):
        return ["duration", str(value.nanoseconds)]
    if isinstance(value, Type):
        return ["type", value.name]
    return ["other", kind_of(value)]


def _text(value: Any) -> str:
    return json.dumps(shown(value), ensure_ascii=False, separators=(",", ":"))


def alike(ours: dict[str, Any], theirs: dict[str, Any]) -> bool:
    """Whether two answers are the same: the same value, or both an error of the same stage, in whatever words."""
    if ours.keys() != theirs.keys():
        return False
    return "value" not in ours or ours["value"] == _read(theirs["value"])


def _read(value: Any) -> Any:
    """The oracle's answer with its doubles read."""
    if isinstance(value, list) and value[:1] == ["double"]:
        return ["double", float.fromhex(value[1]) if "p" in value[1] else float(value[1])]
    if isinstance(value, list) and value[:1] == ["other"]:
        return ["other", value[1].rpartition(".")[2].lower().replace("namedformat", "format")]
    return [_read(item) for item in value] if isinstance(value, list) else value
