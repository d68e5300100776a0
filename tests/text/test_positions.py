"""Places: against an independent parser for every node, and by hand where the two count differently on purpose."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from hardstand.model.path import Path
from hardstand.text.document import Document
from hardstand.text.positions import Span, line_text, locate
from hardstand.text.reader import read

NULL = "tag:yaml.org,2002:null"
KEYS = st.sampled_from(["a", "b", "name", "app.kubernetes.io/x", "two words", "é", "1", "on", "", "k" * 130])
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-99, 99),
    st.sampled_from(
        [
            "web",
            "a b",
            "a: b",
            "# no",
            "1",
            "~",
            "yes",
            "",
            "-",
            "two\nlines",
            "end\n",
            "\n x",
            "é😀",
            "'q'",
            '"',
            "\t",
            "x" * 90,
        ]
    ),
)
TREES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=15,
)
ROOTS = st.lists(TREES, min_size=1, max_size=4) | st.dictionaries(KEYS, TREES, min_size=1, max_size=4)


class _Indented(yaml.SafeDumper):
    """Dumps as most people write: lists indented under their key, long texts as block scalars."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, indentless=False)

    def ignore_aliases(self, data: Any) -> bool:
        return True


_Indented.add_representer(
    str,
    lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None),
)


def _walk(node: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every path in a tree of ruamel's nodes, or of plain values, with what stands there."""
    yield path, node
    inside = getattr(node, "value", node)
    if isinstance(inside, dict):
        for key, child in inside.items():
            yield from _walk(child, (*path, key))
    elif isinstance(inside, list):
        for number, child in enumerate(inside):
            if isinstance(child, tuple):
                yield from _walk(child[1], (*path, child[0].value))
            else:
                yield from _walk(child, (*path, number))


def _documents(page: bytes) -> list[Document]:
    found = list(read(page))
    assert all(isinstance(one, Document) for one in found), found
    return [one for one in found if isinstance(one, Document)]


def _agree(page: str) -> int:
    """Check every node's start on the page against two parsers that are not libyaml; gives back how many there were."""
    data = page.encode()
    compared = 0
    documents = _documents(data)
    for roots in (YAML(pure=True).compose_all(page), yaml.compose_all(page, Loader=yaml.SafeLoader)):
        for document, root in zip(
            documents, [root for root in roots if getattr(root, "tag", NULL) != NULL], strict=True
        ):
            marks = {_canonical(path): node.start_mark for path, node in _walk(root) if not _misplaced(node)}
            found = locate(data, document, list(marks))
            wanted = {path: (mark.line + 1, mark.column + 1) for path, mark in marks.items()}
            assert {path: (span.line, span.column) for path, span in found.items()} == wanted
            assert all(span.depth == len(path) for path, span in found.items())
            compared += len(wanted)
    return compared


def _misplaced(node: Any) -> bool:
    """Whether it is a value that is absent, which ruamel, unlike PyYAML, has at the next token."""
    return type(node).__module__.startswith("ruamel") and (node.tag, node.value) == (NULL, "")


def _canonical(path: Path) -> Path:
    """ruamel composes keys as they are written; kubectl makes a boolean of a bare `on`."""
    return tuple("true" if step == "on" else step for step in path)


@given(st.lists(ROOTS, min_size=1, max_size=3), st.sampled_from([False, None, True]), st.booleans(), st.booleans())
@settings(max_examples=250, deadline=None)
def test_every_node_stands_where_an_independent_parser_finds_it(
    trees: list[Any], flow: bool | None, indented: bool, readable: bool
) -> None:
    dumper = _Indented if indented else yaml.SafeDumper
    quoted = [_quote_on(tree) for tree in trees]
    page = "---\n".join(
        yaml.dump(tree, Dumper=dumper, default_flow_style=flow, allow_unicode=readable, sort_keys=False, width=60)
        for tree in quoted
    )
    assert _agree(page) >= len(trees)


def _quote_on(tree: Any) -> Any:
    """The tree without keys that are read as something else by YAML 1.2, which ruamel follows."""
    if isinstance(tree, dict):
        return {("off-" + key if key == "on" else key): _quote_on(child) for key, child in tree.items()}
    return [_quote_on(child) for child in tree] if isinstance(tree, list) else tree


@pytest.mark.parametrize(
    "page",
    [
        "# c\na: 1  # d\nb:\n- x\n-   q: 2\n    z:\n    w: [1, 'two', \"three\"]\nc: {d: e, f: }\n",
        "- - a\n  - - b\n- ? c\n  : d\n-\n  e: &f g\n- !!str h\n- !i [j]\n- &k {l: m}\n",
        "a: >-\n  folded\n  text\n\nb: |\n  # kept\n\n  x\n\n# c\nc:\n  d: 'two\n    lines'\n",
        "a:\n    b:\n    - c: d\n      e:\n        f: g\n    h: |-\n        i\n    j: k\n",
        "--- # x\na: 1\n---\n---\nb: 2\n",
        '{"a": [1, {"b": null}],\n "c": "d"}\n',
    ],
)
def test_written_by_hand_agrees_with_an_independent_parser(page: str) -> None:
    assert _agree(page) > 1
    if "'two\n" not in page:
        assert _agree(page.replace("\n", "\r\n")) > 1


@given(ROOTS, st.sampled_from([None, 1, "\t"]), st.booleans(), st.integers(0, 3))
@settings(max_examples=150, deadline=None)
def test_every_value_of_a_json_text_stands_at_its_span(
    tree: Any, indent: int | str | None, ascii_only: bool, before: int
) -> None:
    page = ('{"é": "\\ud83d\\ude00"} ' * before + json.dumps(tree, indent=indent, ensure_ascii=ascii_only)).encode()
    document = _documents(page)[-1]
    wanted = dict(_walk(tree))
    for path, span in locate(page, document, wanted).items():
        assert json.loads(_cut(page, span)) == wanted[path]


def _cut(page: bytes, span: Span) -> str:
    """The text under a span, taken by lines and columns as an editor would."""
    lines = [line_text(page, number) for number in range(span.line, span.end_line + 1)]
    lines[-1] = lines[-1][: span.end_column - 1]
    lines[0] = lines[0][span.column - 1 :]
    return "\n".join(lines)


MERGED = b"""\
base: &base
  image: nginx   # the image
  ports: [80, 443]
web:
  <<: *base
  replicas: 2
api:
  image: own
  <<: *base
both:
  <<: [{image: first}, *base]
  ports: []
again: *base
"""


@pytest.mark.parametrize(
    ("path", "text", "line", "depth"),
    [
        (("base",), "&base\n  image: nginx   # the image\n  ports: [80, 443]", 1, 1),
        (("web", "image"), "nginx", 2, 2),
        (("web", "ports", 1), "443", 3, 3),
        (("web", "replicas"), "2", 6, 2),
        (("api", "image"), "nginx", 2, 2),
        (("both", "image"), "first", 11, 2),
        (("both", "ports"), "[]", 12, 2),
        (("both", "ports", 0), "[]", 12, 2),
        (("again", "ports", 0), "80", 3, 3),
        (("again", "absent", "x"), "&base\n  image: nginx   # the image\n  ports: [80, 443]", 1, 1),
    ],
)
def test_through_aliases_and_merges_it_is_the_anchors_text(path: Path, text: str, line: int, depth: int) -> None:
    (document,) = _documents(MERGED)
    span = locate(MERGED, document, [path])[path]
    assert (_cut(MERGED, span), span.line, span.depth) == (text, line, depth)


NO_KEYS = b"""\
none: &a ~
nil: &b null
empty: &c
large: &d 99999999999999999999
word: &e x
*e : y
"""


def test_what_could_be_no_key_may_have_an_anchor() -> None:
    (document,) = _documents(NO_KEYS)
    paths: list[Path] = [("none",), ("large",), ("word",), ("x",)]
    found = locate(NO_KEYS, document, paths)
    assert [found[path].line for path in paths] == [1, 4, 5, 6]


PLAIN = b"""\
kind: Pod
spec:
  containers:
  - name: web
    args: ["--a", b]
    env: {A: x, B: 'y'}
    probe:
    script: |
      one

      two

  # the end
  volumes:
"""


@pytest.mark.parametrize(
    "page", [PLAIN, b"# \xc3\xa9\n" + PLAIN, PLAIN.replace(b"\n", b"\r\n"), PLAIN.replace(b"\n", b"\r")]
)
@pytest.mark.parametrize(
    ("path", "place", "text", "depth"),
    [
        ((), (1, 1), None, 0),
        (("kind",), (1, 7), "Pod", 1),
        (("kind", "x"), (1, 7), "Pod", 1),
        (("spec", "containers"), (4, 3), None, 2),
        (("spec", "containers", 0), (4, 5), None, 3),
        (("spec", "containers", 1, "name"), (4, 3), None, 2),
        (("spec", "containers", -1, "name"), (4, 3), None, 2),
        (("spec", "containers", "name"), (4, 3), None, 2),
        (("spec", 0), (3, 3), None, 1),
        (("spec", "containers", 0, "args"), (5, 11), '["--a", b]', 4),
        (("spec", "containers", 0, "args", 0), (5, 12), '"--a"', 5),
        (("spec", "containers", 0, "args", 1, "x"), (5, 19), "b", 5),
        (("spec", "containers", 0, "args", 2), (5, 11), '["--a", b]', 4),
        (("spec", "containers", 0, "args", "x"), (5, 11), '["--a", b]', 4),
        (("spec", "containers", 0, "env", "B"), (6, 20), "'y'", 5),
        (("spec", "containers", 0, "probe", "exec"), (7, 11), "", 4),
        (("spec", "containers", 0, "script"), (8, 13), "|\n      one\n\n      two", 4),
        (("spec", "volumes"), (14, 11), "", 2),
    ],
)
def test_spans_and_deepest_ancestors(
    page: bytes, path: Path, place: tuple[int, int], text: str | None, depth: int
) -> None:
    (document,) = _documents(page)
    span = locate(page, document, [path])[path]
    shift = page.startswith(b"#")
    assert (span.line - shift, span.column, span.depth) == (*place, depth)
    if text is not None:
        assert _cut(page, span) == text
    else:
        assert span.end_line - shift in (1, 11, 14)


def test_lines_are_those_of_an_editor() -> None:
    page = "a: '\u2028 \u2029 \u0085 \x1f'\nb: 1\r\nc: 2\rd: 😀 x\ne: 'é' # \x0c\n".replace("\x1f", "").encode()
    page = page.replace(b"\x0c", b"")
    (document,) = _documents(page)
    found = locate(page, document, [("a",), ("b",), ("c",), ("d",), ("e",)])
    assert [(span.line, span.column, span.end_column) for span in found.values()] == [
        (1, 4, 12),
        (2, 4, 5),
        (3, 4, 5),
        (4, 4, 7),
        (5, 4, 7),
    ]
    assert [line_text(page, number) for number in range(1, 8)] == [
        "a: '\u2028 \u2029 \u0085 '",
        "b: 1",
        "c: 2",
        "d: 😀 x",
        "e: 'é' # ",
        "",
        "",
    ]


def test_a_byte_order_mark_is_no_column() -> None:
    for page in (b"\xef\xbb\xbfa: 1\n", b'\xef\xbb\xbf{"a":1}', b"\xef\xbb\xbf{a: 1}", b"x: 0\n---\n\xef\xbb\xbfa: 1"):
        document = _documents(page)[-1]
        span = locate(page, document, [("a",)])[("a",)]
        assert _cut(page, span) == "1", page
    assert line_text(b"\xef\xbb\xbfa: 1\n", 1) == "a: 1"


def test_line_text_outside_and_unreadable() -> None:
    assert line_text(b"a\n", 0) == ""
    assert line_text(b"a\n", 3) == ""
    assert line_text(b"a\n\xff\r\n\r\nb", 2) == "\ufffd"
    assert line_text(b"a\n\xff\r\n\r\nb", 3) == ""
    assert line_text(b"a\n\xff\r\n\r\nb", 4) == "b"


def test_deep_documents_are_located_without_recursion() -> None:
    for page in (b"a: " + b"[" * 9000 + b"1" + b"]" * 9000, b'{"a":' * 9000 + b"1" + b"}" * 9000):
        (document,) = _documents(page)
        path: Path = ("a",) + (0,) * 9000 if page.startswith(b"a") else ("a",) * 9000
        span = locate(page, document, [path])[path]
        assert (_cut(page, span), span.depth) == ("1", len(path))
