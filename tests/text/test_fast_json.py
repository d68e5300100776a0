"""What orjson reads and writes is what Python's own `json` reads and writes."""

import json
import math
from typing import Any, NoReturn

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardstand.text import fast_json
from hardstand.text.fast_json import dumps, loads

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=20,
)


def finite(digits: str) -> float:
    if math.isinf(float(digits)):
        raise ArithmeticError(digits)
    return float(digits)


def no_number(word: str) -> NoReturn:
    raise ArithmeticError(word)


def read(data: bytes) -> Any:
    """What is read, or how that fails; the type of each number counts."""
    try:
        return repr(loads(data, finite=finite, no_number=no_number))
    except (ValueError, ArithmeticError, RecursionError) as error:
        return type(error).__name__


def by_json(data: bytes) -> Any:
    try:
        return repr(json.loads(data, parse_float=finite, parse_constant=no_number))
    except (ValueError, ArithmeticError, RecursionError) as error:
        return type(error).__name__


def test_orjson_is_there() -> None:
    assert fast_json.orjson is not None, "else this file tests nothing"


@given(VALUES)
def test_values_come_back(value: Any) -> None:
    assert repr(loads(dumps(value), finite=finite, no_number=no_number)) == repr(value)
    assert read(json.dumps(value).encode()) == repr(value)


@given(st.text('0123456789.eE+-[]{},:"\\ud8abtnrfs \n', max_size=40).map(str.encode) | st.binary(max_size=40))
def test_any_text_is_read_or_refused_alike(data: bytes) -> None:
    assert read(data) == by_json(data)


@pytest.mark.parametrize(
    "text",
    [
        "-0", "-0.0", "1e400", "-1e999", "1e-400", "NaN", "[Infinity]", "-Infinity", "18446744073709551615",
        "18446744073709551616", "-9223372036854775808", "-9223372036854775809", '{"a": 123456789012345678901234567890}',
        '{"a": 1, "a": 2}', r'"\ud800"', r'"\ud83d\ude00"', r'"\u0000"', "01", "[1,]", "", " ", '"\x01"', "\ufeff1",
        "[" * 100_000,
    ],
)  # fmt: skip
def test_what_readers_of_json_differ_about(text: str) -> None:
    assert read(text.encode()) == by_json(text.encode())
    assert read(text.encode("utf-16")) == by_json(text.encode("utf-16"))


@pytest.mark.parametrize("before", range(fast_json._PIECE - 30, fast_json._PIECE + 3))
@pytest.mark.parametrize("number", [2**64, 10**19, -(10**25)])
def test_whole_numbers_beyond_64_bits_are_found_wherever_a_long_text_has_them(before: int, number: int) -> None:
    text = json.dumps({"fill": "x" * before, "number": number, "more": "y" * fast_json._PIECE}).encode()
    assert read(text) == by_json(text)


def test_what_orjson_does_not_write_is_written_all_the_same() -> None:
    for value in ("\ud800", 2**70, {"a": ["\udfff", -(2**64)]}):
        assert json.loads(dumps(value)) == value
