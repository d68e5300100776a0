"""What a YAML scalar stands for, by kubectl's rules.

Source: sigs.k8s.io/yaml v1.4 (`goyaml.v2/resolve.go`, `yaml.go`), which kubectl uses, followed by its JSON decoding,
and measured with kubectl 1.32. It is YAML 1.1, except that dates and base 60 are strings and numbers are read as by
Go's `strconv`.
"""

import base64
import codecs
import math
import re
import struct
from typing import Final, TypeAlias

from hardstand.text.problem import Malformed

Scalar: TypeAlias = bool | int | float | str | None

STANDARD: Final = "tag:yaml.org,2002:"
MERGE_TAG: Final = STANDARD + "merge"

_INT64 = 2**63
_UINT64 = 2**64


def _spellings(*words: str) -> list[str]:
    return [form for word in words for form in (word.lower(), word.capitalize(), word.upper())]


_WORDS: Final[dict[str, Scalar]] = {
    **dict.fromkeys(_spellings("true", "yes", "on", "y"), True),
    **dict.fromkeys(_spellings("false", "no", "off", "n"), False),
    **dict.fromkeys([*_spellings("null"), "~", ""], None),
    **dict.fromkeys([".nan", ".NaN", ".NAN"], math.nan),
    **dict.fromkeys([sign + form for sign in ("", "+") for form in (".inf", ".Inf", ".INF")], math.inf),
    **dict.fromkeys(["-.inf", "-.Inf", "-.INF"], -math.inf),
}
_MAY_BE_SPECIAL: Final = frozenset("+-0123456789yYnNtTfFoO~.")
_FLOAT: Final = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_DOT_FLOAT: Final = re.compile(r"\.[0-9]+(?:_[0-9]+)*(?:[eE][-+]?[0-9]+(?:_[0-9]+)*)?")
_INTEGER: Final = re.compile(
    r"(?P<sign>[-+]?)(?:0[xX](?P<x>[0-9a-fA-F]+)|0[bB](?P<b>[01]+)|0[oO]?(?P<o>[0-7]+)|(?P<d>0|[1-9][0-9]*))"
)
_BASES: Final = {"x": 16, "b": 2, "o": 8, "d": 10}
_CLOCK: Final = r"[0-9]{1,2}:[0-9]{1,2}:[0-9]{1,2}(?:[.,][0-9]+)?"
_TIMESTAMP: Final = re.compile(
    rf"[0-9]{{4}}(?:-[0-9]{{1,2}}){{2}}(?:[Tt]{_CLOCK}(?:Z|[-+][0-9]{{2}}:[0-9]{{2}})| {_CLOCK})?"
)
_BASE64: Final = re.compile(r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")
_TAGS: Final = {STANDARD + name: name for name in ("bool", "int", "float", "null", "timestamp")}


def plain(text: str) -> Scalar:
    """The value of an untagged plain scalar; floats are not finite only where `text` says so."""
    if not text:
        return None
    first = text[0]
    if first not in _MAY_BE_SPECIAL:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if first == ".":
        return _finite(text, text) if _DOT_FLOAT.fullmatch(text) else text
    return _number(text) if first in "+-0123456789" else text


def _number(text: str) -> Scalar:
    digits = text.replace("_", "")
    integer = _INTEGER.fullmatch(digits)
    if integer and integer.lastgroup:
        value = _integer(integer)
        if value is not None:
            return value
    return _finite(digits, text) if _FLOAT.fullmatch(digits) else text


def _finite(digits: str, text: str) -> float | str:
    # Go reports a number too large for a float as out of range, and the scalar stays a string.
    number = float(digits)
    return text if math.isinf(number) else number


def _integer(match: "re.Match[str]") -> int | None:
    """The integer, or None where neither int64 nor, without a sign, uint64 holds it."""
    kind = match.lastgroup or "d"
    digits = match[kind]
    if len(digits) > 64:
        digits = digits.lstrip("0") or "0"
        if len(digits) > 64:
            return None
    value = int(digits, _BASES[kind])
    if match["sign"]:
        value = -value if match["sign"] == "-" else value
        return value if -_INT64 <= value < _INT64 else None
    return value if value < _UINT64 else None


def tagged(tag: str, text: str) -> Scalar:
    """The value of a scalar with an explicit tag; raises Malformed where the two do not fit."""
    if tag == STANDARD + "binary":
        return _binary(text)
    wanted = _TAGS.get(tag)
    if wanted is None:
        return text
    value = plain(text)
    found = _kind(value)
    if wanted == "timestamp" and found == "str" and _TIMESTAMP.fullmatch(text):
        return text
    if wanted == "float" and found == "int" and isinstance(value, int) and value < _INT64:
        return float(value)
    if found != wanted:
        raise Malformed(f"`{text[:40]}` is not what its tag !!{wanted} says; remove the tag or quote the value")
    return value


def _kind(value: Scalar) -> str:
    if value is None:
        return "null"
    return type(value).__name__


def _one_each(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return "\ufffd", error.start + 1


codecs.register_error("hardstand-one-each", _one_each)


def _binary(text: str) -> str:
    # What is not UTF-8 is replaced byte by byte when kubectl turns the document to JSON.
    packed = text.replace("\n", "").replace("\r", "")
    if not _BASE64.fullmatch(packed):
        raise Malformed("the value of a !!binary tag is not base64")
    return base64.b64decode(packed).decode("utf-8", "hardstand-one-each")


def as_json(value: Scalar) -> Scalar:
    """The value after its way through JSON, as a cluster gets it: whole floats are integers, huge integers floats."""
    if type(value) is float:
        if not math.isfinite(value):
            raise Malformed("infinity and not-a-number cannot be sent to a cluster; quote it if it is text")
        return whole(value)
    if type(value) is int and not -_INT64 <= value < _INT64:
        return float(value)
    return value


def whole(number: float) -> int | float:
    """`number` as an int where JSON writes it without fraction or exponent and 64 bits hold it."""
    if number.is_integer() and abs(number) < 1e19:
        # Through its shortest digits: JSON writes 123456789012345678.0 by them, padded with zeros.
        mantissa, _, exponent = repr(number).partition("e")
        digits, _, fraction = mantissa.partition(".")
        value = int(digits + fraction.ljust(int(exponent), "0")) if exponent else int(digits)
        if -_INT64 <= value < _INT64:
            return value
    return number


def as_key(value: Scalar) -> str:
    """The key as a string, as JSON needs it; raises Malformed for the kinds that kubectl refuses."""
    if type(value) is str:
        return value
    if type(value) is bool:
        return "true" if value else "false"
    if type(value) is int and -_INT64 <= value < _INT64:
        return str(value)
    if type(value) is float:
        return _float_key(value)
    if value is None:
        raise Malformed("a key is empty or null; quote it if it is text")
    raise Malformed("a key is an integer above 64 bits; quote it if it is text")


def _float_key(value: float) -> str:
    # The shortest digits that give the same 32-bit float, as Go's FormatFloat(value, 'g', -1, 32).
    if math.isnan(value):
        return ".nan"
    try:
        single = struct.unpack("f", struct.pack("f", value))[0]
    except OverflowError:
        single = math.copysign(math.inf, value)
    if math.isinf(single):
        return ".inf" if single > 0 else "-.inf"
    for precision in range(1, 10):
        shortest = f"{single:.{precision - 1}e}"
        if struct.pack("f", float(shortest)) == struct.pack("f", single):
            break
    magnitude = int(shortest.partition("e")[2])
    return f"{single:.{max(0, precision - 1 - magnitude)}f}" if -4 <= magnitude < 6 else shortest
