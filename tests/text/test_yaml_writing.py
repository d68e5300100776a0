"""What is written is read again as it was: by PyYAML, by readers of YAML 1.1 and 1.2, and by our own."""

import re
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from hardstand.text.document import Document
from hardstand.text.reader import read
from hardstand.text.yaml_writing import Block, documents

WORDS = (
    "y",
    "N",
    "yes",
    "Off",
    "true",
    "null",
    "~",
    "",
    "1e3",
    "1E-3",
    "0o17",
    "0x1F",
    "0b1",
    "1_000",
    "12:30:45",
    "-1",
    "+.5",
    ".5",
    "1.",
    "2026-01-01",
    ".inf",
    "=",
    "<<",
    "- a",
    "a: b",
    "#",
    "@",
    "é",
    "\u202e",
    "a\nb",
)
YAML_11 = re.compile(r"y|Y|yes|Yes|YES|n|N|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF")
"""https://yaml.org/type/bool.html"""
YAML_12 = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|0o[0-7]+|0x[0-9a-fA-F]+")
"""https://yaml.org/spec/1.2.2/#1032-tag-resolution"""


def written(value: Any) -> str:
    return "".join(documents([value]))


def plain_scalars(text: str) -> list[str]:
    return [one.value for one in yaml.scan(text) if isinstance(one, yaml.ScalarToken) and one.plain]


@pytest.mark.parametrize("word", WORDS)
def test_no_reader_takes_a_word_for_anything_else(word: str) -> None:
    text = written({"key": word, "list": [word], word: "value"})
    assert yaml.safe_load(text) == {"key": word, "list": [word], word: "value"}
    bare = plain_scalars(text)
    assert [one for one in bare if YAML_11.fullmatch(one) or YAML_12.fullmatch(one)] == []


@given(st.recursive(st.text(max_size=6), lambda inner: st.lists(inner, max_size=3), max_leaves=6))
def test_what_is_written_is_what_is_read(value: Any) -> None:
    text = written({"a": value})
    assert yaml.safe_load(text) == {"a": value}
    (found,) = read(text.encode())
    assert isinstance(found, Document)
    assert found.value == {"a": value}


def test_numbers_and_the_rest_stay_what_they_are() -> None:
    value: dict[str, Any] = {"a": 1, "b": True, "c": None, "d": 1.5, "e": {}, "f": []}
    assert yaml.safe_load(written(value)) == value
    assert written({"a": 1, "b": "1"}) == "---\na: 1\nb: '1'\n"


def test_what_is_the_same_twice_is_written_twice() -> None:
    shared = ["get"]
    assert written({"a": shared, "b": shared}) == "---\na:\n- get\nb:\n- get\n"


def test_a_block_keeps_its_lines() -> None:
    assert written({"a": Block("x\ny")}) == "---\na: |-\n  x\n  y\n"
