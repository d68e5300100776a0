"""`'…'.format([…])`.

Source: https://pkg.go.dev/github.com/google/cel-go/ext#Strings, "Format", version 1.
"""

import json
import re
from math import isinf, isnan

from hardstand.text.cel.library.conversions import string_of_double
from hardstand.text.cel.library.strings import VERSION_2, quote
from hardstand.text.cel.library.times import string_of_duration, string_of_timestamp
from hardstand.text.cel.overloads import function
from hardstand.text.cel.values import Duration, EvaluationError, Timestamp, Type, kind_of, no_overload

_CLAUSE = re.compile(r"%(?:(%)|(?:\.(\d{1,3}))?([sdfebxXo])|(.?))", re.DOTALL)


@function(VERSION_2, "<string>.format(list)")
def formatted(text: str, values: list[object]) -> str:
    """The text with values in place of its clauses."""
    made: list[str] = []
    at = taken = 0
    for found in _CLAUSE.finditer(text):
        made.append(text[at : found.start()])
        at = found.end()
        if found[1]:
            made.append("%")
            continue
        if found[4] is not None:
            raise EvaluationError("could not parse a formatting clause")
        if taken >= len(values):
            raise EvaluationError(f"no value for clause {taken + 1} of format()")
        made.append(_clause(found[3], values[taken], None if found[2] is None else int(found[2])))
        taken += 1
    return "".join(made) + text[at:]


def _clause(verb: str, value: object, digits: int | None) -> str:
    if verb == "s":
        return shown(value)
    if verb in "fe":
        return _fixed(verb, value, 6 if digits is None else digits)
    if verb in "xX" and isinstance(value, str | bytes):
        raw = value.encode("utf-8", "surrogatepass") if isinstance(value, str) else value
        return raw.hex() if verb == "x" else raw.hex().upper()
    if verb == "b" and isinstance(value, bool):
        return "1" if value else "0"
    if kind_of(value) not in ("int", "uint") or not isinstance(value, int):
        raise no_overload(f"format() with %{verb}", value)
    return format(int(value), verb)


def _fixed(verb: str, value: object, digits: int) -> str:
    if value in ("NaN", "Infinity", "-Infinity"):
        value = float(str(value))
    if not isinstance(value, float):
        raise no_overload(f"format() with %{verb}", value)
    if isnan(value) or isinf(value):
        return "NaN" if isnan(value) else "∞" if value > 0 else "-∞"
    if verb == "f":
        return f"{value:,.{digits}f}"
    mantissa, _, exponent = f"{value:.{digits}e}".partition("e")
    raised = f"{int(exponent):03d}" if int(exponent) < 0 else f"{int(exponent):02d}"
    return f"{mantissa}×10{raised.translate(str.maketrans('-0123456789', '⁻⁰¹²³⁴⁵⁶⁷⁸⁹'))}"


def shown(value: object) -> str:
    """A value as `%s` shows it at the outermost level."""
    if isinstance(value, list | dict):
        return _inside(value)
    if isinstance(value, float):
        return string_of_double(value)
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, str):
        return value
    return _plain(value)


def _plain(value: object) -> str:
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    if isinstance(value, int):
        return str(int(value))
    if isinstance(value, Timestamp):
        return string_of_timestamp(value)
    if isinstance(value, Duration):
        return string_of_duration(value)
    if isinstance(value, Type):
        return value.name
    raise no_overload("format() with %s", value)


def _inside(value: object) -> str:
    """A value as it is shown inside a list or map: as one would write it."""
    if isinstance(value, list):
        return f"[{', '.join(map(_inside, value))}]"
    if isinstance(value, dict):
        pairs = sorted((_inside(key), _inside(one)) for key, one in value.items())
        return "{" + ", ".join(f"{key}:{one}" for key, one in pairs) + "}"
    if isinstance(value, str):
        return quote(value)
    if isinstance(value, bytes):
        return "b" + quote(value.decode("utf-8", "replace"))
    if isinstance(value, float):
        return f'"{shown(value)}"' if isnan(value) or isinf(value) else f"{value:.6f}"
    if isinstance(value, Timestamp | Duration):
        return f'{value.kind}("{_plain(value)}")'
    return f"type({value.name})" if isinstance(value, Type) else _plain(value)
