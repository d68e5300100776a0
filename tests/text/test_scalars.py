"""What scalars stand for: recorded answers, and the same asked of the real kubectl where there is one."""

from collections.abc import Callable
from typing import Any

import pytest

from text.helpers import HEAD, same, values

VALUES: list[tuple[str, Any]] = [
    *[(word, True) for word in ("y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON")],
    *[(word, False) for word in ("n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF")],
    *[(word, None) for word in ("~", "null", "Null", "NULL", "")],
    *[(word, word) for word in ("yEs", "tRue", "nULL", "none", "nil", "oN", "t", "f")],
    *[(word, word) for word in ("=", "<<", "+", ".", "..", "...", "--", "+-1", "1k", "100m", "1Ki", "1,000")],
    ("'yes'", "yes"),
    ('"1"', "1"),
    ("0", 0),
    ("-0", 0),
    ("+1", 1),
    ("1_000", 1000),
    ("1__0", 10),
    ("1_", 1),
    ("_1", "_1"),
    ("017", 15),
    ("-017", -15),
    ("0_7", 7),
    ("0o17", 15),
    ("-0o17", -15),
    ("08", 8),
    ("+08", 8),
    ("0o8", "0o8"),
    ("0x1F", 31),
    ("+0x1f", 31),
    ("0X1f", 31),
    ("0x", "0x"),
    ("0x_1", 1),
    ("0b11", 3),
    ("-0b11", -3),
    ("0b2", "0b2"),
    ("9223372036854775807", 2**63 - 1),
    ("9223372036854775808", float(2**63)),
    ("-9223372036854775808", -(2**63)),
    ("18446744073709551615", float(2**64)),
    ("18446744073709551616", float(2**64)),
    ("0xFFFFFFFFFFFFFFFF", float(2**64)),
    ("0xFFFFFFFFFFFFFFFFF", "0xFFFFFFFFFFFFFFFFF"),
    ("01777777777777777777777", float(2**64)),
    ("9" * 400, "9" * 400),
    ("1e3", 1000),
    ("1E+3", 1000),
    ("1e-3", 0.001),
    ("1e400", "1e400"),
    ("1e-400", 0),
    ("1e21", 1e21),
    ("1.2345678901234567e18", 1234567890123456800),
    ("1.", 1),
    ("1.0", 1),
    ("1.5", 1.5),
    ("-0.0", 0),
    (".5", 0.5),
    ("+.5", 0.5),
    (".5_0", 0.5),
    (".5_", ".5_"),
    ("._5", "._5"),
    (".e3", ".e3"),
    (".5e3", 500),
    ("1e", "1e"),
    ("0x1p3", "0x1p3"),
    ("inf", "inf"),
    ("nan", "nan"),
    ("1:30", "1:30"),
    ("190:20:30", "190:20:30"),
    ("2001-01-01", "2001-01-01"),
    ("2001-12-14t21:59:43.10-05:00", "2001-12-14t21:59:43.10-05:00"),
    ("!!str 1", "1"),
    ("!!str", ""),
    ("!!str ~", "~"),
    ("!!int '3'", 3),
    ("!!float 3", 3),
    ("!!float '1.5'", 1.5),
    ("!!bool 'no'", False),
    ("!!null ''", None),
    ("!!binary aGk=", "hi"),
    ("!!binary //8=", "\ufffd\ufffd"),
    ("!!timestamp 2001-01-01", "2001-01-01"),
    ("!local 12", "12"),
    ("! 12", "12"),
    ("!!set 12", "12"),
    ("!!map [1]", [1]),
    ("!local {a: 1}", {"a": 1}),
    ("a b\n   c\n\n   d", "a b c\nd"),
    ('"a\n   b\\\n   \\  c\\x41\\u00e9\\U0001F600\\n"', "a b  cAé😀\n"),
    ("'it''s\n\n   so'", "it's\nso"),
    ("|\n   a\n    b\n\n   c\n\n", "a\n b\n\nc\n"),
    ("|+\n   a\n", "a\n\n"),
    (">\n   a\n   b\n\n   c\n    d\n   e\n", "a b\nc\n d\ne\n"),
    ("a#b c:d [e] {f}, *g &h", "a#b c:d [e] {f}, *g &h"),
    ("a # b", "a"),
    ("[a, 'b', 1, [], {}]", ["a", "b", 1, [], {}]),
    ("{a, b: , c: [d: e]}", {"a": None, "b": None, "c": [{"d": "e"}]}),
    ("{a:b, http://x: z}", {"a:b": None, "http://x": "z"}),
]

KEYS: list[tuple[str, str]] = [
    ("on", "true"),
    ("n", "false"),
    ("'on'", "on"),
    ("1", "1"),
    ("0x10", "16"),
    ("08", "8"),
    ("0o17", "15"),
    ("1.5", "1.5"),
    ("1e6", "1e+06"),
    ("1e5", "100000"),
    ("1e-5", "1e-05"),
    ("0.0001", "0.0001"),
    ("1234567.8", "1.2345678e+06"),
    ("16777217.0", "1.6777216e+07"),
    ("0.1", "0.1"),
    (".inf", ".inf"),
    ("-.inf", "-.inf"),
    (".nan", ".nan"),
    ("1e300", ".inf"),
    ("9223372036854775807", "9223372036854775807"),
    ("2001-01-01", "2001-01-01"),
    ("!!str 7", "7"),
    ("!!binary aGk=", "hi"),
    ("=", "="),
    ("'<<'", "<<"),
    ("? a b", "a b"),
    ("''", ""),
]


def _page(lines: list[str]) -> bytes:
    return (HEAD.replace("NAME", "scalars") + "data:\n" + "".join(lines)).encode()


VALUE_PAGE = _page([f"  k{number}: {text}\n" for number, (text, _) in enumerate(VALUES)])
# Every key in a mapping of its own, for some of them would meet.
KEY_PAGE = _page(
    [
        f"  k{number}:\n    {text}\n    : 1\n" if text.startswith("?") else f"  k{number}:\n    {text}: 1\n"
        for number, (text, _) in enumerate(KEYS)
    ]
)


@pytest.mark.parametrize(("number", "text", "wanted"), [(n, *case) for n, case in enumerate(VALUES)])
def test_value_recorded(number: int, text: str, wanted: Any) -> None:
    (alone,) = values(f"k: {text}\n".encode())
    (together,) = values(VALUE_PAGE)
    assert same(alone, {"k": wanted})
    assert same(together["data"][f"k{number}"], wanted)


@pytest.mark.parametrize(("text", "wanted"), KEYS)
def test_key_recorded(text: str, wanted: str) -> None:
    (alone,) = values(f"{text}\n: v\n".encode() if text.startswith("?") else f"{text}: v\n".encode())
    assert alone == {wanted: "v"}


def test_values_and_keys_by_kubectl(kubectl: Callable[..., Any]) -> None:
    answers = kubectl({"scalars": VALUE_PAGE + b"---\n" + KEY_PAGE})["scalars"]
    assert not isinstance(answers, str), answers
    by_value, by_key = answers
    wrong = [text for n, (text, wanted) in enumerate(VALUES) if not same(by_value[f"k{n}"], wanted)]
    wrong += [text for n, (text, wanted) in enumerate(KEYS) if by_key[f"k{n}"] != {wanted: 1}]
    assert wrong == []
