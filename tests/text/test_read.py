"""Faults with their places, and input that is bad on purpose: one clear answer each, in bounded time."""

import os

import pytest

from hardstand.text import limits
from hardstand.text.document import Document, Fault
from hardstand.text.reader import read
from text.helpers import faults, values


@pytest.mark.parametrize(
    ("page", "line", "column", "reason"),
    [
        (b"a: 1\nb:\n  c: 1\n  c: 2\n", 4, 3, "the key `c` is written twice"),
        (b"a: 1\r\nb:\r\n  c: 1\r\n  c: 2\r\n", 4, 3, "the key `c` is written twice"),
        (b"a: 1\rb:\r  c: 1\r  c: 2\r", 4, 3, "the key `c` is written twice"),
        ("é: 1\u2028\nx: '\u0085' \nü: {b: 1, 'b': 2}\n".encode(), 3, 11, "the key `b` is written twice"),
        (b"x: 1\n---\n# c\na: {b: 1, b: 2}\n", 4, 11, "the key `b` is written twice"),
        (b"a: {<<: {b: 1}, b: 2, b: 3}", 1, 23, "the key `b` is written twice"),
        (b'{"a": 1,\n "b": {"c": 1, "c": 2}}', 2, 16, "the key `c` is written twice"),
        (b'[{"a": 1}, {"a": 1, "\\u0061": 2}]', 1, 21, "the key `a` is written twice"),
        (b"a: " + b"k" * 99 + b"\n" + b"z" * 100 + b": 1\n" + b"z" * 100 + b": 1\n", 3, 1, "zzz…` is written twice"),
        (b"a: 1\nb: \xc3\xa9 \xff\n", 2, 6, "the byte 0xff is not valid UTF-8"),
        (b"a: 1\r\nb: \xc3", 2, 4, "the byte 0xc3 is not valid UTF-8"),
        (b'{"a": "\xed\xa0\x80"}', 1, 8, "the byte 0xed is not valid UTF-8"),
        (b"\xef\xbb\xbfa: \xff", 1, 4, "the byte 0xff is not valid UTF-8"),
        (b"a: 1\n---\nb: \x00\n", 3, 4, "NUL"),
        (b"\x7fELF\x00\xff", 1, 6, "binary data"),
        (b"a: 1\n\tb: 2\n", 2, 1, "tab"),
        (b"a:\n  b: 'x\n", 3, 1, "quoted scalar"),
        (b"a: '\x07'\n", 1, 5, "U+0007"),
        ("a: 'é\ufffe'\n".encode(), 1, 6, "U+FFFE"),
        (b"a: {{ .Values.x }}\n", 1, 5, "template"),
        (b"{{- if .Values.x }}\na: 1\n{{- end }}\n", 1, 3, "template"),
        (b"a: @b\n", 1, 4, "quote it"),
        (b"a: 1\n--- b\nc: 1\n", 2, 4, "only a comment may follow ---"),
        (b"a: [b\nc: d\n", 2, 2, "did not find expected"),
        (b"a: 1\n...\nb: 2\n", 3, 1, "drops what follows"),
        (b'{"a": 1} x', 1, 10, "JSON needs a value here"),
        (b'{"a": 1\n "b": 2}', 2, 2, "JSON needs `,` or `}` here"),
        (b'{"a" 1}', 1, 6, "JSON needs `:` here"),
        (b'{"a": 1, ', 1, 10, "JSON needs a key in double quotes here"),
        (b'{"a": "b', 1, 7, "a string that ends on its line"),
        (b'{"a": 1e999}', 1, 7, "too large"),
        (b"%YAML 1.2\n---\na: 1\n", 1, 1, "% directive"),
        (b"# c\n\n%TAG ! x\n", 3, 1, "% directive"),
    ],
)
def test_fault_and_place(page: bytes, line: int, column: int, reason: str) -> None:
    (fault,) = faults(page)
    assert reason in fault.reason
    assert (fault.line, fault.column) == (line, column)


def test_faults_stay_in_their_document() -> None:
    page = b"a: 1\n---\nb: [\n---\nc: \xff\n---\nd: 4\n"
    found = list(read(page))
    assert [one.index for one in found] == [0, 1, 2, 3]
    assert [type(one) for one in found] == [Document, Fault, Fault, Document]
    assert [(one.line, one.column) for one in found if isinstance(one, Fault)] == [(4, 1), (5, 4)]


def test_document_offsets() -> None:
    page = b'\xef\xbb\xbf# c\na: 1\n---\n\n---\n---\nb: 2\n--- # x\n{"c": 3}\n{"d": 4} {"e": "\xc3\xa9"}'
    found = [one for one in read(page) if isinstance(one, Document)]
    assert [one.value for one in found] == [{"a": 1}, {"b": 2}, {"c": 3}, {"d": 4}, {"e": "é"}]
    assert [page[one.start : one.end] for one in found] == [
        b"# c\na: 1\n",
        b"---\nb: 2\n",
        b'{"c": 3}',
        b'{"d": 4}',
        b'{"e": "\xc3\xa9"}',
    ]
    assert [one.line for one in found] == [1, 6, 9, 10, 10]


@pytest.mark.parametrize(
    "page", [b"", b"\n", b"# c", b"---", b"---\n...\n", b"~", b"null\n", b"\xef\xbb\xbf", b" \r\n", b"null # x"]
)
def test_empty_documents_are_not_yielded(page: bytes) -> None:
    assert list(read(page)) == []


@pytest.mark.parametrize("mark", [b"\xff\xfe", b"\xfe\xff"])
def test_utf_16_is_one_fault_for_the_page(mark: bytes) -> None:
    (fault,) = faults(mark + "a: 1\n---\nb: 2\n".encode("utf-16-le"))
    assert fault.index is None
    assert "UTF-8" in fault.reason


@pytest.mark.parametrize(
    ("page", "value"),
    [
        (b"[]", []),
        (b"[1, 2]\n", [1, 2]),
        (b"[a, b]", ["a", "b"]),
        (b"{a: b}", {"a": "b"}),
        (b'{"a": 1,}', {"a": 1}),
        (b'{"a": 18446744073709551616, "b": -0, "c": 1.50, "d": 2E2}', {"a": 2.0**64, "b": 0, "c": 1.5, "d": 200}),
        (b'{"a": "\\ud83d\\ude00 \\\\ud800 \\ud800"}', {"a": "😀 \\ud800 \ufffd"}),
        (b'{"a": "\\udc00\\ud800x"}', {"a": "\ufffd\ufffdx"}),
        (b"text", "text"),
        (b"- a", ["a"]),
    ],
)
def test_other_roots_and_json(page: bytes, value: object) -> None:
    assert values(page) == [value]


def _nested(levels: int, opening: bytes, closing: bytes, inside: bytes = b"") -> bytes:
    return opening * levels + inside + closing * levels


@pytest.mark.parametrize("prefix", [b"", b"a: ", b"# c\na: "])
@pytest.mark.parametrize(("opening", "closing"), [(b"[", b"]"), (b'{"a":', b"}"), (b"{a: ", b"}")])
def test_nine_thousand_levels(prefix: bytes, opening: bytes, closing: bytes) -> None:
    (value,) = values(prefix + _nested(9000, opening, closing, b"1"))
    depth = 0
    while value != 1 if not isinstance(value, list | dict) else True:
        value = next(iter(value.values())) if isinstance(value, dict) else value[0]
        depth += 1
    assert depth == 9000 + bool(prefix)


@pytest.mark.parametrize(
    "page",
    [
        _nested(limits.MAX_DEPTH + 1, b"[", b"]"),
        _nested(limits.MAX_DEPTH + 1, b'{"a":', b"}", b"1"),
        _nested(limits.MAX_DEPTH + 1, b"{a: ", b"}"),
        b"- " * (limits.MAX_DEPTH + 1) + b"a",
    ],
)
def test_too_deep(page: bytes) -> None:
    (fault,) = faults(page)
    assert "nested deeper than 10000" in fault.reason


HOSTILE = {
    "random bytes": os.urandom(200_000),
    "NULs": b"\0" * 1_000_000,
    "tabs": b"\t" * 1_000_000,
    "long line": b"a: " + b"x" * 5_000_000,
    "long key": b"k" * 1_000_000 + b": a",
    "digits": b"a: " + b"1" * 1_000_000,
    "JSON digits": b'{"a": ' + b"1" * 1_000_000 + b"}",
    "blanks behind a value": b"a: 'b'" + b" " * 1_000_000 + b"x",
    "blanks behind a dash": b"- " + b" " * 1_000_000 + b"x",
    "open list": b"a: [" + b"a, " * 100_000,
    "open lists": b"[" * 100_000,
    "deep and wide": b"a: " + b"[" * 9000 + b"1," * 200_000,
    "documents": b"a: 1\n---\n" * 20_000,
    "wrong separators": b"--- x\n" * 20_000,
    "JSON texts": '{"a":"é"}\n'.encode() * 20_000,
    "directives": b"%TAG !a! b\n" * 50_000,
    "empty tags": b"- !a\n" * 30_000,
    "anchors": b"".join(b"- &a%d x\n" % n for n in range(20_000)),
    "byte-order marks": b"\xef\xbb\xbf" * 100_000,
    "merges": b"<<: {}\n" * 50_000,
    "merges of merges": b"a: " + b"{<<: " * 5000 + b"{" + b",".join(b"k%d: 1" % n for n in range(9000)) + b"}" * 5001,
    "merged often": b"a: &a {" + b",".join(b"k%d: 1" % n for n in range(5000)) + b"}\nb:\n" + b"- <<: *a\n" * 5000,
    "carriage returns": b"a: 1\r" * 50_000,
    "quotes": b"'" * 100_001,
    "pipes": b"|\n" * 200_000,
    "stairs": b"".join(b" " * n + b"a:\n" for n in range(1500)),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_input_is_answered(name: str) -> None:
    found = list(read(HOSTILE[name]))
    assert found
    assert all(isinstance(one, Document) or one.reason for one in found)


def test_aliases_are_shared_not_copied() -> None:
    (value,) = values(b"a: &a [1, 2]\nb: *a\nc:\n  <<: &m {d: *a}\n")
    assert value["a"] is value["b"] is value["c"]["d"]


def test_documents_above_the_size_limit_are_refused_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_BYTES", 1 << 20)
    page = b"a: 1\n---\nb: " + b"x" * (1 << 20) + b"\n---\nc: 3\n"
    first, fault, last = read(page)
    assert isinstance(fault, Fault)
    assert "larger than 1 MiB" in fault.reason
    assert isinstance(first, Document)
    assert isinstance(last, Document)


@pytest.mark.parametrize("page", [b"a: [" + b"b, " * 3000 + b"b]\n", b"a: [" + b"&x b, " * 3000 + b"b]\n"])
def test_documents_with_too_many_nodes_are_refused(monkeypatch: pytest.MonkeyPatch, page: bytes) -> None:
    monkeypatch.setattr(limits, "MAX_NODES", 2000)
    monkeypatch.setattr(limits, "STRIDE", 100)
    monkeypatch.setattr("hardstand.text.quick._MANY_BYTES", 1000)
    (fault,) = faults(page)
    assert "too large" in fault.reason


def test_json_with_too_many_nodes_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_NODES", 2000)
    monkeypatch.setattr("hardstand.text.json_values._MANY_BYTES", 1000)
    (fault,) = faults(b'["' + b'", "'.join([b"\xc3\xa9"] * 3000) + b'"]')
    assert "too large" in fault.reason
