"""Edits as a person would make them: the exact text that comes out, and the exact words where nothing does."""

import textwrap

import pytest

from hardstand.model.finding import Edit
from hardstand.model.path import Path, Value
from hardstand.text.document import Document
from hardstand.text.editing import PageEditor, Refusal, edit
from hardstand.text.reader import read


def put(value: Value, *path: str | int) -> Edit:
    return Edit("put", path, value)


def remove(*path: str | int) -> Edit:
    return Edit("remove", path)


def edited(page: str, *edits: Edit, which: int = 0) -> str | Refusal:
    data = page.encode()
    document = [part for part in read(data) if isinstance(part, Document)][which]
    after = edit(data, document, edits)
    return after if isinstance(after, Refusal) else after.decode()


CASES: dict[str, tuple[str, list[Edit], str]] = {
    "a key after the last sibling": ("a: 1\nb:\n  c: 2\n", [put(3, "b", "d")], "a: 1\nb:\n  c: 2\n  d: 3\n"),
    "parents that are missing": ("a:\n    b: 1\n", [put(1, "a", "c", "d")], "a:\n    b: 1\n    c:\n        d: 1\n"),
    "nothing behind the key": ("a:  # why\nb: 1\n", [put(1, "a", "c")], "a:  # why\n  c: 1\nb: 1\n"),
    "null": ("a: null # why\n", [put(1, "a", "c")], "a: # why\n  c: 1\n"),
    "a tilde": ("a:\n  b: ~\n", [put(1, "a", "b", "c")], "a:\n  b:\n    c: 1\n"),
    "empty braces": ("a: {}\n", [put(1, "a", "c")], "a:\n  c: 1\n"),
    "empty brackets": ("a:\n  - b: []\n", [put("x", "a", 0, "b", 0)], "a:\n  - b:\n      - x\n"),
    "braces": ("a: {b: 1} # c\n", [put({"x": ["z"]}, "a", "d")], "a: {b: 1, d: {x: [z]}} # c\n"),
    "braces over lines": (
        "a: {\n  b: 1, # b\n  c: 2 # c\n}\n",
        [put(3, "a", "d")],
        "a: {\n  b: 1, # b\n  c: 2, # c\n  d: 3\n}\n",
    ),
    "a comma at the end": ("a: [\n  b,\n]\n", [put("c", "a", 1)], "a: [\n  b,\n  c,\n]\n"),
    "an item as its neighbours": ("a:\n- 'x'\n", [put("y", "a", 1)], "a:\n- 'x'\n- 'y'\n"),
    "an item that is a mapping": (
        "a:\n  - b: 1\n",
        [put({"b": 2, "c": [3]}, "a", 1)],
        "a:\n  - b: 1\n  - b: 2\n    c:\n      - 3\n",
    ),
    "comments of the last sibling": (
        "a:\n  b:\n    c: 1\n    # d: 2\n  # e\n",
        [put(1, "a", "x")],
        "a:\n  b:\n    c: 1\n    # d: 2\n  x: 1\n  # e\n",
    ),
    "no line end at the end": ("a: 1", [put(2, "b")], "a: 1\nb: 2"),
    "Windows line ends": ("a:\r\n  b: 1\r\n", [put(1, "a", "c", "d")], "a:\r\n  b: 1\r\n  c:\r\n    d: 1\r\n"),
    "a byte-order mark": ("\ufeffa: 1\n", [put(2, "b")], "\ufeffa: 1\nb: 2\n"),
    "a literal before it": ("a: |\n  x\n\n# c\n", [put(1, "b")], "a: |\n  x\nb: 1\n\n# c\n"),
    "a literal that keeps its ends": ("a: |+\n  x\n\n", [put(1, "b")], "a: |+\n  x\n\nb: 1\n"),
    "a list for a literal that keeps its ends, as an item": (
        "b:\n- |+\n  x\n\n- null\n",
        [put(["x", {"z": 1}], "b", 0)],
        "b:\n- - x\n  - z: 1\n- null\n",
    ),
    "a list for what ends with a literal that keeps its ends, as an item": (
        "b:\n- k: |+\n    x\n\n- null\n",
        [put(["x"], "b", 0)],
        "b:\n- - x\n- null\n",
    ),
    "a value for what ends with a literal that keeps its ends, as an item": (
        "b:\n- k: |+\n    x\n\n- null\n",
        [put("x", "b", 0)],
        "b:\n- x\n- null\n",
    ),
    "a mapping for a literal, as an item": (
        "b:\n- |\n  x\n\n- y\n",
        [put({"a": 1, "b": 2}, "b", 0)],
        "b:\n- a: 1\n  b: 2\n\n- y\n",
    ),
    "a value": ("a: true  # yes\n", [put(False, "a")], "a: false  # yes\n"),
    "a value in its quotes": ("a: \"b\"\nc: 'd'\n", [put("e", "a"), put("f", "c")], "a: \"e\"\nc: 'f'\n"),
    "a value that needs quotes": ("a: b\n", [put("yes", "a")], 'a: "yes"\n'),
    "a key that needs quotes": ("a: b\n", [put("c", "on")], 'a: b\n"on": c\n'),
    "a label": (
        "metadata:\n  name: x\n",
        [put("restricted", "metadata", "labels", "pod-security.kubernetes.io/enforce")],
        "metadata:\n  name: x\n  labels:\n    pod-security.kubernetes.io/enforce: restricted\n",
    ),
    "a list for a list": (
        "a:\n  drop:\n  - X # x\n  b: 1\n",
        [put(["ALL"], "a", "drop")],
        "a:\n  drop:\n  - ALL\n  b: 1\n",
    ),
    "a list for a list in brackets": (
        "a:\n  drop: [X]  # x\n",
        [put(["ALL"], "a", "drop")],
        "a:\n  drop: [ALL]  # x\n",
    ),
    "a value for a mapping": ("a:  # c\n  b: 1\nc: 2\n", [put(1, "a")], "a: 1  # c\nc: 2\n"),
    "a key goes": ("a:\n  b: 1  # b\n  # c\n  c: 2\n", [remove("a", "b")], "a:\n  # c\n  c: 2\n"),
    "the last key goes": ("a:\n  # b\n  b: 1  # b\nc: 2\n", [remove("a", "b")], "a: {}\n  # b\nc: 2\n"),
    "the first key of an item goes": ("- a: 1 # a\n  b: 2\n", [remove(0, "a")], "- b: 2\n"),
    "the first key goes, a comment follows": ("- a: 1\n  # b\n  b: 2\n", [remove(0, "a")], "-\n  # b\n  b: 2\n"),
    "the only key of an item goes": ("x:\n- a: 1\n- b\n", [remove("x", 0, "a")], "x:\n- {}\n- b\n"),
    "a literal goes": ("a:\n  b: |\n    x: 1\n\n    # y\n  c: 2\n", [remove("a", "b")], "a:\n  c: 2\n"),
    "an item goes": ("a:\n  # one\n  - x\n  # two\n  - y\n", [remove("a", 0)], "a:\n  # one\n  # two\n  - y\n"),
    "both items go": ("a:\n- x\n- y\nb: 1\n", [remove("a", 0), remove("a", 1)], "a: []\nb: 1\n"),
    "a key goes from braces": ("a: {b: 1, c: 2}\n", [remove("a", "b")], "a: {c: 2}\n"),
    "the last key goes from braces": ("a: {b: 1, c: 2}\n", [remove("a", "c")], "a: {b: 1}\n"),
    "an item goes from lines": ("a: [\n  b, # b\n  c, # c\n]\n", [remove("a", 0)], "a: [\n  c, # c\n]\n"),
    "puts before removals": ("a:\n  b: 1\n", [remove("a", "b"), put(2, "a", "c")], "a:\n  c: 2\n"),
    "a quoted key": ("\"a b\":\n  'c': 1\n", [put(2, "a b", "c")], "\"a b\":\n  'c': 2\n"),
    "text beyond ASCII": ("ä: ö # ü\n", [put("ß", "é")], 'ä: ö # ü\n"é": "ß"\n'),
    "an alias that goes": ("a: &x 1\nb: *x\nc: 1\n", [remove("b")], "a: &x 1\nc: 1\n"),
    "an anchor that nobody uses": ("a: &x\n  b: 1\n", [put(2, "a", "b")], "a: &x\n  b: 2\n"),
    "beside a merge": ("a: &x {b: 1}\nc:\n  <<: *x\n", [put(2, "c", "d")], "a: &x {b: 1}\nc:\n  <<: *x\n  d: 2\n"),
    "a merge is overridden": (
        "a: &x {b: 1}\nc:\n  <<: *x\n",
        [put(2, "c", "b")],
        "a: &x {b: 1}\nc:\n  <<: *x\n  b: 2\n",
    ),
    "JSON": (
        '{\n  "a": {\n    "b": 1\n  }\n}\n',
        [put(["x"], "a", "c", "d")],
        '{\n  "a": {\n    "b": 1,\n    "c": {\n      "d": [\n        "x"\n      ]\n    }\n  }\n}\n',
    ),
    "JSON with tabs": ('{\n\t"a": {}\n}', [put(True, "a", "b")], '{\n\t"a": {\n\t\t"b": true\n\t}\n}'),
    "compact JSON": ('{"a":{"b":[1]}}', [put("é", "a", "c"), put(2, "a", "b", 1)], '{"a":{"b":[1,2],"c":"\\u00e9"}}'),
    "the last key goes from JSON": ('{\n  "a": 1,\n  "b": 2\n}', [remove("b")], '{\n  "a": 1\n}'),
}


@pytest.mark.parametrize("name", CASES)
def test_exact_text(name: str) -> None:
    page, edits, wanted = CASES[name]
    assert edited(page, *edits) == wanted


def test_only_its_document() -> None:
    page = "# one\na: {b: 1}\n---\n# two\na: {b: 1}  # here\n---\na: {b: 1}\n"
    assert edited(page, put(2, "a", "b"), which=1) == page.replace("{b: 1}  # here", "{b: 2}  # here")
    texts = '{"a":1}\n{"a":1}\n'
    assert edited(texts, put(2, "a"), which=1) == '{"a":1}\n{"a":2}\n'


def test_documents_of_a_page_at_once() -> None:
    page = b"a: 1\n---\nb: 2\n---\n{c: [\n---\nd: 4\n"
    after = PageEditor(page).edited({0: [put(2, "a")], 3: [put(5, "d"), put(6, "e")]})
    assert after == b"a: 2\n---\nb: 2\n---\n{c: [\n---\nd: 5\ne: 6\n"


SHARED = textwrap.dedent("""\
    # line 1
    base: &base
      context: &context
        privileged: true
    one:
      <<: *base
      name: one
    two:
      context: *context
    three: *base
    """)


@pytest.mark.parametrize(
    ("path", "place", "words"),
    [
        (
            ("base", "context", "privileged"),
            (2, 7),
            "the anchor &base on line 2 is shared by 3 places (aliases on lines 6, 10)",
        ),
        (
            ("two", "context", "privileged"),
            (9, 12),
            "it stands behind an alias here: the anchor &context on line 3 is shared by 2 places (aliases on line 9)",
        ),
        (("three", "context"), (10, 8), "it stands behind an alias here: the anchor &base on line 2"),
        (
            ("one", "context", "privileged"),
            (6, 3),
            "`context` comes from a merge (`<<`) of &base on line 2, which others may share",
        ),
        (("base",), (2, 7), "the anchor &base on line 2 is shared by 3 places"),
    ],
)
def test_what_others_share_is_refused(path: Path, place: tuple[int, int], words: str) -> None:
    for change in (Edit("remove", path), Edit("put", path, False)):
        if change.op == "put" and path == ("three", "context"):
            change = put(False, *path, "x")
        refused = edited(SHARED, change)
        assert isinstance(refused, Refusal), refused
        assert (refused.line, refused.column) == place
        assert words in refused.reason


def test_an_anchor_inside_what_goes() -> None:
    refused = edited("a:\n  b: &x\n    c: 1\nd: *x\n", remove("a"))
    assert isinstance(refused, Refusal)
    assert "the anchor &x on line 2 is shared by 2 places (aliases on line 4)" in refused.reason
    assert edited("a:\n  b: &x 1\n  c: *x\nd: 1\n", remove("a")) == "d: 1\n"


def test_a_key_behind_a_question_mark_is_refused_without_a_crash() -> None:
    refused = edited("a:\n  ? b\n  : true\n", remove("a", "b"), put(1, "a", "c"))
    assert isinstance(refused, Refusal)


@pytest.mark.parametrize(
    "change", [remove("b"), remove("a", 5), put(1, "a", 3), put(1, "c", "d"), put(1, "a", "d"), put(1, "a", 1, "x", 0)]
)
def test_what_does_not_fit_is_refused(change: Edit) -> None:
    refused = edited("a: [1]\nc: text\n", change)
    assert isinstance(refused, Refusal)
    assert refused.line == 1


def test_a_key_that_is_written_in_a_strange_way_is_exact_or_refused() -> None:
    for page in ("? a\n: b: 1\n", "a: !!map {b: 1}\n", "a: !!str x\n", "[a: 1]\n", "{a, b: 1}\n", "a:\n  ? b\n"):
        for change in (put(2, "a", "b"), put(2, "a"), remove("a"), put(3, 0, "a"), put(1, "c")):
            data = page.encode()
            document = next(part for part in read(data) if isinstance(part, Document))
            after = edit(data, document, [change])
            assert isinstance(after, Refusal) or after != data or document.value == {"a": {"b": 2}}
