"""Whatever the input: reading never raises, and what was written comes back."""

import json
import math
from typing import Any

import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from hardstand.text.document import Document, Fault
from hardstand.text.positions import locate
from hardstand.text.reader import read
from text.helpers import values

PIECES = st.sampled_from(
    [
        "a",
        "b: ",
        "c:\n",
        "- ",
        "-",
        "\n",
        "\n  ",
        "\n    ",
        " ",
        ": ",
        "#",
        " # x",
        "'",
        '"',
        "{",
        "}",
        "[",
        "]",
        ", ",
        "&a ",
        "*a",
        "!t ",
    ]
    + [
        "|",
        ">",
        "|-",
        "\\",
        "---\n",
        "\n---\n",
        "\n...\n",
        "--- x",
        "? ",
        "%",
        "@",
        "<<: ",
        "1",
        ".5",
        "~",
        "\r",
        "\r\n",
        "\t",
        "\0",
        "é",
    ]
    + [
        "\x85",
        "\u2028",
        "\ufeff",
        "\x7f",
        "on",
        "null",
        "{{ x }}",
        '"a"',
        "'a': ",
        '{"a": 1}',
        "\\ud800",
        "!!int ",
        "!!binary ",
        "0o7",
    ]
)
TEXTS = st.one_of(st.text(), st.lists(PIECES, max_size=40).map("".join))
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8")),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(codec="utf-8"), max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)


def _never_raises(page: bytes) -> None:
    found = list(read(page))
    lines = page.count(b"\n") + page.count(b"\r") + 1
    for one in found:
        if isinstance(one, Fault):
            assert one.reason
            assert 1 <= one.line <= lines
            assert one.column >= 1
        else:
            assert one.value is not None
            spans = locate(page, one, [(), ("a",), ("a", 0, "b"), (0, 0)])
            assert all(document_line >= one.line for document_line in (span.line for span in spans.values()))
    assert [one.index for one in found if one.index is not None] == list(range(len(found)))[: len(found)]


@given(st.binary())
@settings(max_examples=150, deadline=None)
def test_any_bytes(page: bytes) -> None:
    if page[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        _never_raises(page)


@given(TEXTS)
@settings(max_examples=400, deadline=None)
@example("- !a\n")
@example("a: &a\n  <<: *a")
@example("? *a")
@example("&a a: *a")
@example("a: &a ~\n*a : 1")
def test_any_text(text: str) -> None:
    _never_raises(text.encode("utf-8", "surrogatepass"))


def _as_read(value: Any) -> Any:
    """What a value is after JSON as a cluster reads it: whole floats that fit are integers."""
    if isinstance(value, dict):
        return {key: _as_read(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_as_read(inner) for inner in value]
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return int(value)
    return value


def _equal(left: Any, right: Any) -> bool:
    if isinstance(left, dict):
        return isinstance(right, dict) and list(left) == list(right) and all(_equal(left[k], right[k]) for k in left)
    if isinstance(left, list):
        return isinstance(right, list) and len(left) == len(right) and all(map(_equal, left, right))
    if isinstance(left, int | float) and not isinstance(left, bool) and abs(left) >= 1e15:
        return isinstance(right, int | float) and math.isclose(left, right, rel_tol=1e-15)
    return type(left) is type(right) and bool(left == right)


@given(JSON, st.booleans(), st.sampled_from([None, 1, "\t"]))
@settings(max_examples=250, deadline=None)
def test_json_comes_back(value: Any, ascii_only: bool, indent: int | str | None) -> None:
    wrapped = {"value": value}
    page = json.dumps(wrapped, ensure_ascii=ascii_only, indent=indent).encode()
    assert _equal(_as_read(wrapped), values(page)[0])
    twice = [one for one in read(page + b"\n" + page) if isinstance(one, Document)]
    assert [one.index for one in twice] == [0, 1]
    assert all(json.loads((page + b"\n" + page)[one.start : one.end]) == wrapped for one in twice)


class _Dumper(yaml.SafeDumper):
    """Quotes all text, so that kubectl's rules for plain scalars, tested elsewhere, play no part here."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


_Dumper.add_representer(str, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"'))


@given(JSON, st.sampled_from([None, True, False]), st.sampled_from([20, 80, 10_000]), st.booleans())
@settings(max_examples=200, deadline=None)
def test_yaml_comes_back(value: Any, flow: bool | None, width: int, readable: bool) -> None:
    wrapped = {"value": value}
    page = yaml.dump(
        wrapped, Dumper=_Dumper, default_flow_style=flow, width=width, allow_unicode=readable, sort_keys=False
    )
    assert _equal(_as_read(wrapped), values(page.encode())[0])
