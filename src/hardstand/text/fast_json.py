"""JSON that comes and goes many hundred times a second, by orjson where it is installed.

What is read is what Python's own `json` reads, and what that refuses is refused: orjson rounds whole numbers beyond 64
bits, so a text that may hold one is read by `json`, and so is whatever orjson does not take.
"""

import json
from typing import Any, cast

from hardstand.model.path import Value

try:
    import orjson
except ImportError:  # It comes with the extra `gate`.
    orjson = None  # type: ignore[assignment]

_DIGITS = bytes.maketrans(b"123456789", b"000000000")
_LARGE = b"0" * 19
"""With all digits as zeros, part of each whole number that does not fit into 64 bits. (This is a tenth of the time that
a regular expression takes.)"""

_PIECE = 64 * 1024
"""What is looked at in one go: of a body of some megabytes the whole would hold up other threads for as many
milliseconds, since one call into C is not interrupted."""

_written = json.JSONEncoder(separators=(",", ":")).encode


def loads(data: bytes, *, finite: Any, no_number: Any) -> Value:
    """What a JSON text says. ValueError for what is no JSON, RecursionError for what is nested too deeply.

    `finite` makes a float of digits that may be beyond its range; `no_number` is told of `NaN` and infinities.
    """
    if orjson is not None and not _may_be_large(data):
        try:
            return cast("Value", orjson.loads(data))
        except ValueError:
            pass  # `json` says what is wrong, or reads what orjson does not, such as half of a surrogate pair.
    return cast("Value", json.loads(data, parse_float=finite, parse_constant=no_number))


def _may_be_large(data: bytes) -> bool:
    """Tell whether as many digits stand in a row anywhere as a whole number beyond 64 bits has."""
    if len(data) <= _PIECE:
        return _LARGE in data.translate(_DIGITS)
    reach = _PIECE + len(_LARGE) - 1
    return any(_LARGE in data[at : at + reach].translate(_DIGITS) for at in range(0, len(data), _PIECE))


def dumps(value: Any) -> bytes:
    """The compact JSON text of a value that was read as JSON. RecursionError for what is nested too deeply."""
    if orjson is not None:
        try:
            return orjson.dumps(value)
        except TypeError:
            pass
    return _written(value).encode("ascii")


def sorted_text(value: Any) -> bytes:
    """A text that is the same for equal values: compact JSON with its keys in order, and words for what JSON does not
    have. Only to be compared, within one process. RecursionError as `dumps`."""
    if orjson is not None:
        try:
            return orjson.dumps(value, default=str, option=orjson.OPT_SORT_KEYS)
        except TypeError:
            pass
    return json.dumps(value, sort_keys=True, separators=(",", ":"), default=str).encode("utf-8", "surrogatepass")
