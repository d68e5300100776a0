"""The quick reader against the exact one: where it does not decline, the value, the key order and all places agree."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from hardstand.model.path import Path
from hardstand.text.places import Places
from hardstand.text.problem import Problem
from hardstand.text.quick import Declined, lines_of, quick
from hardstand.text.quick_places import QuickPlaces
from hardstand.text.yaml_values import construct

EVERYDAY = """\
---
# a shop
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  labels: {app: web, tier: "front"}
  annotations:
    note: "quoted: text"  # why
    empty: ''
spec:
  replicas: 3
  template:
    spec:
      containers:
      - name: web
        image: registry.example.com/shop/web:1.2@sha256:0123
        args: ["--port=8080", -v, 'x, y']
        ports:
          - containerPort: 8080
            hostPort:
          - containerPort: 0o17
        command:
        - sh
        - -c

      -   name: side
          script: |
            set -e
              indented

            # not a comment
          last: |-
            end
      # comment
      hostNetwork: yes
      nodeSelector: {}
      tolerations: [ ]
status:
"""

LINES = st.builds(
    lambda indent, dash, body, comment: " " * indent + dash + body + comment,
    st.integers(0, 8),
    st.sampled_from(["", "", "", "- ", "-   ", "-"]),
    st.sampled_from(
        [
            "a:",
            "b:",
            "name: web",
            "c: 1",
            "d: [x, 'y']",
            "e: {f: g, h: 1}",
            "i: |",
            "j: |-",
            "k: 'l'",
            'm: "n"',
            "web",
            "1.0",
            "~",
        ]
        + [
            "",
            "  ",
            "on: off",
            "1: 2",
            "a: b: c",
            "a:b",
            "x #y",
            "[]",
            "{}",
            "k: --- v",
            "...",
            "%a",
            "<<: a",
            "=",
            "a: -1",
            "a: - b",
        ]
        + [
            "'q': r",
            "s: t'u",
            "v: \\",
            "w: &x",
            "y: *z",
            "é: ü",
            "p: {q: r}s",
            "t: [a]]",
            "o: 0o8",
            "n: .inf",
            "'a' b",
            "a: 'b'c",
            "? x",
        ]
    ),
    st.sampled_from(["", "", "", " # c", "#c", " ", " #"]),
)
PAGES = st.lists(LINES, max_size=10).map("\n".join)


def _edited(page: str, edits: list[tuple[int, int, str]]) -> str:
    for at, length, text in edits:
        start = at % (len(page) + 1)
        page = page[:start] + text + page[start + length :]
    return page


EDITS = st.lists(
    st.tuples(
        st.integers(0, 2000),
        st.sampled_from([0, 0, 0, 1, 2, 4]),
        st.sampled_from(
            [
                "",
                " ",
                "  ",
                "\n",
                "\n  ",
                "- ",
                ":",
                ": ",
                "#",
                " #",
                "'",
                '"',
                "|",
                "x",
                "{",
                "]",
                ",",
                "\n\n",
                "\t",
                "&a ",
                "-",
                "k: v\n",
            ]
        ),
    ),
    max_size=4,
)


def _paths(value: Any, path: Path = ()) -> Iterator[Path]:
    yield path
    yield (*path, "absent", 0)
    yield (*path, 99)
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, child in children:
        yield from _paths(child, (*path, step))


def _shown(value: Any) -> Any:
    """The value with key order and number kinds made visible to `==`."""
    if isinstance(value, dict):
        return [(key, _shown(child)) for key, child in value.items()]
    return [_shown(child) for child in value] if isinstance(value, list) else (type(value), value)


def _check(page: str) -> None:
    text = page.encode()
    try:
        value = quick(lines_of(text))
    except Declined:
        return
    try:
        wanted = construct(text if text.endswith(b"\n") else text + b"\n")
    except Problem as problem:
        pytest.fail(f"the exact reader refuses it: {problem.reason}")
    assert _shown(value) == _shown(wanted)
    if value is not None:
        here, there = QuickPlaces(lines_of(text)), Places(page)
        for path in _paths(value):
            assert here.find(path) == there.find(path), path


@given(PAGES)
@settings(max_examples=250, deadline=None)
@example("a: b\n  c: d")
@example("a: b\n  - c")
@example("a:\n- b\n  - c")
@example("a: |\n  b\n c: d")
@example("a: |\n\n  b")
@example("a: |\n  b\n     \n  c")
@example("- a:\n - b")
@example("  a: 1\nb: 2")
@example("a: |\n   \n")
def test_lines_that_may_fit_together(page: str) -> None:
    _check(page)


@given(EDITS)
@settings(max_examples=250, deadline=None)
def test_an_everyday_manifest_with_slips(edits: list[tuple[int, int, str]]) -> None:
    page = _edited(EVERYDAY, edits)
    if page.startswith("---\n") and "\n---" not in page:  # A page is cut there before any reader sees it.
        _check(page)


def test_everyday_manifests_are_taken() -> None:
    value = quick(lines_of(EVERYDAY.encode()))
    assert value["spec"]["template"]["spec"]["containers"][1]["script"] == "set -e\n  indented\n\n# not a comment\n"
    assert value["spec"]["template"]["spec"]["hostNetwork"] is True


@pytest.mark.parametrize(
    "page",
    [
        "a: &x 1",
        "a: *x",
        "a: !t 1",
        "a: 1\na: 2",
        "a:\tb",
        "é: 1",
        "a: b\r",
        "a: >\n  b",
        "a: 'b\n  c'",
        "a: {b: {c: d}}",
        "- - a",
        "{a: b}",
        "a: 'it''s'",
    ]
    + [
        'a: "\\n"',
        "? a",
        "a: .inf",
        "~: a",
        "a: {b: c, b: d}",
        " " * 1001 + "a: b",
        "text",
        "a:\n-\n  b: c",
        "a: |\n  x\n...\n",
        "a: b\n...\n",
        "'a': b",
    ],
)
def test_what_needs_the_exact_reader_is_declined(page: str) -> None:
    with pytest.raises(Declined):
        quick(lines_of(page.encode()))


def test_values_from_remembered_lines_are_not_shared() -> None:
    lines = lines_of(b"a: [x]\nb: {c: d}\n")
    first, second = quick(lines), quick(lines)
    assert first == second
    assert first["a"] is not second["a"]
    assert first["b"] is not second["b"]


def test_many_block_scalars_take_linear_time() -> None:
    """A watchdog ends this where the rest of the document is read or copied for each of them."""
    text = "data:\n" + "".join(f"  k{at}: |\n    v\n" for at in range(200_000))
    assert len(quick(lines_of(text.encode()))["data"]) == 200_000
