"""Whole pages against kubectl: documents, separators, anchors, merges, keys, JSON, and where we differ on purpose."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from hardstand.text.document import Document, Fault
from hardstand.text.reader import read
from text.helpers import HEAD, same


@dataclass(frozen=True)
class Case:
    """A page, what is read from it (values, or a part of a fault's reason), and what kubectl makes of it."""

    name: str
    page: bytes
    ours: list[Any]
    kubectl: list[Any] | str
    """The documents' `data`, or a part of the error; kubectl gives up at the first error on a page."""


def same_as_kubectl(name: str, body: str, data: Any) -> Case:
    """A page of one object whose `data` stands in `body`."""
    return Case(name, (HEAD + body).encode(), [data], [data])


def refused_by_both(name: str, body: str, reason: str, kubectl: str) -> Case:
    return Case(name, (HEAD + body).encode(), [Fault(0, 0, 0, reason)], kubectl)


def refused_by_us(name: str, body: str, reason: str, data: Any) -> Case:
    """A deliberate difference: kubectl reads `data` from it."""
    return Case(name, (HEAD + body).encode(), [Fault(0, 0, 0, reason)], [data])


def pages(name: str, text: str, *found: Any, kubectl: list[Any] | str | None = None) -> Case:
    """Several documents; `@` stands for the lines that make one an object."""
    found_list = list(found)
    return Case(name, text.replace("@", HEAD).encode(), found_list, found_list if kubectl is None else kubectl)


def _fault(reason: str) -> Fault:
    return Fault(0, 0, 0, reason)


CASES = [
    same_as_kubectl("merge-then-key", "base: &b {x: 1, q: 2}\ndata:\n  <<: *b\n  x: 3\n", {"x": 3, "q": 2}),
    same_as_kubectl("key-then-merge", "base: &b {x: 1, q: 2}\ndata:\n  x: 3\n  <<: *b\n", {"x": 1, "q": 2}),
    same_as_kubectl(
        "merge-list",
        "one: &o {x: 1}\ntwo: &t {x: 2, q: 2}\ndata:\n  <<: [*o, *t, {z: 3}]\n",
        {"x": 1, "q": 2, "z": 3},
    ),
    same_as_kubectl("merge-twice", "one: &o {x: 1}\ntwo: &t {x: 2}\ndata: {<<: *o, <<: *t}\n", {"x": 2}),
    same_as_kubectl("merge-inline", "data:\n  <<: {<<: {x: 1}, q: 2}\n", {"x": 1, "q": 2}),
    same_as_kubectl("merge-tag", "data:\n  !!merge <<: {x: 1}\n", {"x": 1}),
    same_as_kubectl("merge-quoted", "data:\n  '<<': {x: 1}\n", {"<<": {"x": 1}}),
    same_as_kubectl("anchor-again", "a: &x 1\nb: &x 2\ndata: *x\n", 2),
    same_as_kubectl("alias-as-key", "a: &x on\ndata: {*x : 1}\n", {"true": 1}),
    same_as_kubectl("anchored-number", "a: &x 18446744073709551615\ndata: [*x]\n", [float(2**64)]),
    same_as_kubectl(
        "compact",
        "data:\n- a\n- b: 1\n  c:\n  - d\n  e: 2\n- - f\n  - g\n-\n",
        ["a", {"b": 1, "c": ["d"], "e": 2}, ["f", "g"], None],
    ),
    same_as_kubectl("explicit-key", "data:\n  ? a\n  : b\n  ? c\n", {"a": "b", "c": None}),
    same_as_kubectl("crlf", "data:\r\n  a: |\r\n    x\r\n    y\r\n  b: 'c\r\n    d'\r\n", {"a": "x\ny\n", "b": "c d"}),
    same_as_kubectl("no-last-line-end", "data: |\n  x", "x\n"),
    same_as_kubectl("separators-break", "data: 'a\u2028 b\u0085 c'\n", "a\u2028b c"),
    same_as_kubectl("dashes-indented", "data: |\n  a\n  ---\n  b\n", "a\n---\nb\n"),
    same_as_kubectl("json-in-yaml", 'data: {"a": [1, null, true], "b":"c"}\n', {"a": [1, None, True], "b": "c"}),
    same_as_kubectl("tab-after-value", "data:\t{a:\t1}\t# c\n", {"a": 1}),
    same_as_kubectl("long-key", f"data:\n  {'k' * 1000}: 1\n", {"k" * 1000: 1}),
    Case("mark", b"\xef\xbb\xbf" + (HEAD + "data: 1\n").encode(), [1], [1]),
    pages("two", "@data: 1\n---\n@data: 2\n", 1, 2),
    pages("empty-ones", "---\n# x\n---\n\n---\n~\n---\n@data: 1\n---\n---\n# y\n", 1),
    pages("comment-behind", "--- # first\n@data: 1\n---   # second\n@data: 2\n---#third\n@data: 3\n", 1, 2, 3),
    pages("comment-close", "---# c\n@data: 1\n", _fault("mapping values"), kubectl="mapping values are not allowed"),
    pages("ended", "@data: 1\n...\n---\n@data: 2\n...\n# c\n", 1, 2),
    pages("anchor-ends", "@data: &a 1\n---\n@data: *a\n", 1, _fault("no anchor"), kubectl="unknown anchor"),
    pages(
        "content-behind",
        "@data: 1\n--- x\n@data: 2\n---\n@data: 3\n",
        1,
        _fault("only a comment"),
        3,
        kubectl="invalid Yaml document separator",
    ),
    pages("directive", "%YAML 1.1\n---\n@data: 1\n", _fault("% directive"), 1, kubectl="document start"),
    pages(
        "one-fails", "@data: [\n---\n@data: 2\n", _fault("did not find expected"), 2, kubectl="did not find expected"
    ),
    Case(
        "json",
        b'{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"NAME"},"data":"\\ud83d\\ude00"}',
        ["😀"],
        ["😀"],
    ),
    Case(
        "json-row",
        b'{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"NAME"},"data":1.0}\n' * 2
        + b'{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"NAME"},"data":"\\ud800"}',
        [1, 1, "\ufffd"],
        [1, 1, "\ufffd"],
    ),
    same_as_kubectl("indicator", "data:\n  a: |2-\n      b\n  c: >1\n   d\n", {"a": "  b", "c": "d\n"}),
    refused_by_both("infinite", "data: .inf\n", "infinity", "unsupported value"),
    refused_by_both("not-a-number", "data: [.NaN]\n", "infinity", "unsupported value"),
    refused_by_both("null-key", "data: {~: 1}\n", "null", "unsupported map key"),
    refused_by_both("empty-key", "data:\n  : 1\n", "did not find expected key", "did not find expected key"),
    refused_by_both("huge-key", "data: {18446744073709551615: 1}\n", "above 64 bits", "unsupported map key"),
    refused_by_both("mapping-key", "data: {{ value }}\n", "template", "invalid map key"),
    refused_by_both("list-key", "data: {[a]: 1}\n", "itself a mapping or a list", "invalid map key"),
    refused_by_both("merge-of-text", "data: {<<: a}\n", "can only merge", "map merge requires"),
    refused_by_both("merge-of-null", "data:\n  <<:\n", "can only merge", "map merge requires"),
    refused_by_both("merge-of-list-alias", "a: &a [{b: 1}]\ndata: {<<: *a}\n", "can only merge", "map merge requires"),
    refused_by_both("merge-of-texts", "data: {<<: [{a: 1}, b]}\n", "can only merge", "map merge requires"),
    refused_by_both("unknown-alias", "data: *a\n", "no anchor", "unknown anchor"),
    refused_by_both("itself", "data: &a [*a]\n", "contains itself", "contains itself"),
    refused_by_both("wrong-tag", "data: !!int a\n", "!!int", "cannot decode"),
    refused_by_both("wrong-binary", "data: !!binary a\n", "not base64", "invalid base64"),
    refused_by_both("tab", "data:\n\ta: 1\n", "tab", "cannot start any token"),
    refused_by_both("control", "data: 'a\x01b'\n", "U+0001", "control characters"),
    refused_by_both("delete", "data: 'a\x7fb'\n", "U+007F", "control characters"),
    refused_by_both("surrogates", 'data: "\\ud83d\\ude00"\n', "invalid Unicode", "invalid Unicode"),
    refused_by_both("at", "data: @a\n", "quote it", "cannot start any token"),
    refused_by_both("too-deep", "data: " + "[" * 10_001 + "]" * 10_001 + "\n", "deeper than", "exceeded max depth"),
    refused_by_both(
        "bomb",
        "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
        + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12)),
        "aliases expand",
        "excessive aliasing",
    ),
    Case(
        "json-number",
        b'{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"NAME"},"data":1e400}',
        [_fault("too large")],
        "cannot unmarshal number",
    ),
    # From here on: on purpose not as kubectl.
    refused_by_us("same-key", "data: {a: 1, a: 2}\n", "written twice", {"a": 2}),
    refused_by_us("same-string-key", "data: {on: 1, 'true': 1}\n", "written twice", {"true": 1}),
    Case("not-utf-8", HEAD.encode() + b"data: '\xff'\n", [_fault("not valid UTF-8")], ["\ufffd"]),
    Case(
        "json-not-utf-8",
        b'{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"NAME"},"data":"\xff"}',
        [_fault("not valid UTF-8")],
        ["\ufffd"],
    ),
    Case(
        "json-same-key",
        b'{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"NAME"},"data":{"a":1,"a":2}}',
        [_fault("written twice")],
        [{"a": 2}],
    ),
    refused_by_us("colon-in-flow", "data: {a:}\n", "unexpected ':'", {"a:": None}),
    refused_by_us("quote-escape", 'data: "it\\\'s"\n', "unknown escape", "it's"),
    refused_by_us("text-after-end", "data: 1\n...\ntext: 2\n", "what follows", 1),
    refused_by_us("inner-mark", "\ufeffdata: 1\n", "byte-order mark", None),
    refused_by_us("tag-comma", "data: [!a, b]\n", "comma", ["b"]),
]


def _named(case: Case) -> bytes:
    return case.page.replace(b"NAME", case.name.encode())


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_recorded(case: Case) -> None:
    found = list(read(_named(case)))
    assert len(found) == len(case.ours), found
    for got, wanted in zip(found, case.ours, strict=True):
        if isinstance(wanted, Fault):
            assert isinstance(got, Fault)
            assert wanted.reason in got.reason
        else:
            assert isinstance(got, Document), got
            assert isinstance(got.value, dict)
            assert same(got.value["data"], wanted)


def test_by_kubectl(kubectl: Callable[..., Any]) -> None:
    answers = kubectl({case.name: _named(case) for case in CASES})
    wrong = {}
    for case in CASES:
        answer = answers[case.name]
        right = case.kubectl in answer if isinstance(case.kubectl, str) else same(answer, case.kubectl)
        if not right:
            wrong[case.name] = answer
    assert wrong == {}
