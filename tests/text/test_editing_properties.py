"""Random documents in random styles, random edits: exact or refused, and nothing else on the page changes."""

import io
import json
from typing import Any

import ruamel.yaml
import yaml
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from hardstand.model.finding import Edit
from hardstand.text.document import Document
from hardstand.text.editing import Refusal, edit
from hardstand.text.patching import patched
from hardstand.text.positions import locate
from hardstand.text.reader import read
from text.helpers import same

KEYS = st.sampled_from(["name", "a", "b b", "on", "1", "x/y.z", "é", "#", "securityContext", "-", "k: v", "~"])
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-5, 70000)
    | st.sampled_from(["", "ALL", "no", "1e3", "- x", "a # b", "it's", 'say "x"', "é✓", "a: b", "{x", " pad ", "0x1F"])
    | st.text("ab \n'\"#:-", max_size=12)
)
VALUES: Any = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=14,
)
ROOTS = st.dictionaries(KEYS, VALUES, min_size=1, max_size=5)


class _Indented(yaml.SafeDumper):
    """Lists are indented below their key; nothing is shared, as the values are drawn anew."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:
        return True


class _Literal(yaml.SafeDumper):
    """Text of several lines is written as it is."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


_Literal.add_representer(
    str,
    lambda dumper, text: dumper.represent_scalar(
        "tag:yaml.org,2002:str", text, style="|" if "\n" in text and " \n" not in text else None
    ),
)


def _ruamel(value: Any) -> str:
    out = io.StringIO()
    writer = ruamel.yaml.YAML(typ="rt", pure=True)
    writer.version = (1, 1)  # type: ignore[assignment]
    writer.indent(mapping=4, sequence=6, offset=3)
    writer.width = 200
    writer.dump(value, out)
    return out.getvalue().split("---\n", 1)[1]


STYLES: Any = {
    "block": lambda value: yaml.dump(value, Dumper=_Literal, width=500, sort_keys=False, allow_unicode=True),
    "indented": lambda value: yaml.dump(value, Dumper=_Indented, width=500, sort_keys=False, indent=4),
    "ruamel": _ruamel,
    "flow": lambda value: yaml.dump(value, Dumper=_Indented, width=500, sort_keys=False, default_flow_style=True),
    "narrow": lambda value: yaml.dump(value, Dumper=_Indented, width=20, sort_keys=False, default_flow_style=True),
    "mixed": lambda value: yaml.dump(value, Dumper=_Indented, width=500, sort_keys=False, default_flow_style=None),
    "json": lambda value: json.dumps(value, ensure_ascii=False),
    "compact": lambda value: json.dumps(value, separators=(",", ":")),
    "pretty": lambda value: json.dumps(value, indent=2),
    "tabbed": lambda value: json.dumps(value, indent="\t"),
}
BLOCK = {"block", "indented", "ruamel"}


def paths_in(value: Any) -> list[tuple[str | int, ...]]:
    found: list[tuple[str | int, ...]] = []
    waiting: list[tuple[tuple[str | int, ...], Any]] = [((), value)]
    while waiting:
        path, node = waiting.pop()
        found.append(path)
        items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
        waiting += [((*path, step), inner) for step, inner in items]
    return found


def at(value: Any, path: tuple[str | int, ...]) -> Any:
    for step in path:
        value = value[step]
    return value


@st.composite
def edits_of(draw: Any, value: Any) -> Edit:
    """An edit that fits the value."""
    path = draw(st.sampled_from(paths_in(value)))
    node = at(value, path)
    kinds = ["put", "remove"] if path else []
    kinds += ["key"] * 3 if isinstance(node, dict) or (node is None and path) else []
    kinds += ["append"] * 3 if isinstance(node, list) else []
    kind = draw(st.sampled_from(kinds))
    if kind == "remove":
        return Edit("remove", path)
    new = draw(VALUES)
    if kind == "key":
        steps = draw(st.lists(KEYS, min_size=1, max_size=3))
        return (
            Edit("put", (*path, *steps), new) if steps[0] not in (node or {}) else Edit("put", (*path, steps[0]), new)
        )
    return Edit("put", (*path, len(node)) if kind == "append" else path, new)


def sprinkled(text: str, draw: Any) -> str:
    """The text with comments on lines of their own and behind values; only where every line is one of the block's."""
    lines = text.split("\n")
    if any(line.rstrip().endswith(("|", "|-", "|+", ">")) or line.count('"') == 1 for line in lines):
        return text
    made = []
    for line in lines[:-1]:
        if draw(st.booleans()):
            made.append(" " * draw(st.integers(0, 8)) + "# a comment: {of} [its] own")
        made.append(line + draw(st.sampled_from(["", "", "  # behind", " #"])))
    return "\n".join([*made, lines[-1]])


def documents(page: bytes) -> list[Document]:
    found = list(read(page))
    assert all(isinstance(one, Document) for one in found), found
    return [one for one in found if isinstance(one, Document)]


@st.composite
def pages(draw: Any) -> tuple[bytes, int, str]:
    """A page, which of its documents is to be edited, and the style of that."""
    style = draw(st.sampled_from(sorted(STYLES)))
    text = STYLES[style](draw(ROOTS))
    if style in BLOCK:
        commented = sprinkled(text, draw)
        text = commented if _says_the_same(text, commented) else text
    if draw(st.booleans()):
        text = text.rstrip("\n") if not text.endswith("\n\n") else text
    before = draw(st.sampled_from(["", "# first\n---\n", "---\n", "x: 1\n---\n", "\ufeff"]))
    after = draw(st.sampled_from(["", "\n---\ny: [1]\n"]))
    page = before + text + after
    if draw(st.booleans()):
        page = page.replace("\n", "\r\n")
    return page.encode(), 1 if before.startswith("x") else 0, style


def _says_the_same(text: str, commented: str) -> bool:
    one, other = list(read(text.encode())), list(read(commented.encode()))
    return (
        len(other) == 1
        and isinstance(one[0], Document)
        and isinstance(other[0], Document)
        and same(one[0].value, other[0].value)
    )


def _changed(before: bytes, after: bytes) -> tuple[int, int]:
    """The first and last 1-based lines of `before` between which all lies that differs; nothing is (n + 1, n)."""
    old, new = before.split(b"\n"), after.split(b"\n")
    first, last = 0, len(old)
    while first < min(len(old), len(new)) and old[first] == new[first]:
        first += 1
    while last > first and len(new) - (len(old) - last) > first and old[last - 1] == new[last - 1 - len(old)]:
        last -= 1
    return first + 1, last


@given(st.data())
@settings(max_examples=400, deadline=None)
def test_exact_or_refused(data: Any) -> None:
    page, which, _ = data.draw(pages())
    before = list(read(page))
    assume(all(isinstance(one, Document) for one in before))
    document = before[which]
    assert isinstance(document, Document)
    change = data.draw(edits_of(document.value))
    wanted = patched(document.value, [change])
    assume(wanted)  # `{}` alone and a comment behind it are no document: kubectl takes the braces for JSON.
    after = edit(page, document, [change])
    assert not isinstance(after, Refusal), (page, change, after)
    found = documents(after)
    assert [one.index for one in found] == [one.index for one in before]
    for old, new in zip(before, found, strict=True):
        assert same(new.value, wanted if old is document else old.value)
    _only_its_lines(page, after, document, change)


def _only_its_lines(page: bytes, after: bytes, document: Document, change: Edit) -> None:
    """All lines that went or changed are those of the value that was changed, or of the key above it."""
    path = change.path if change.op == "put" else change.path[:-1]
    span = locate(page, document, [path])[path]
    first, last = _changed(page, after)
    lines = [b"", *page.splitlines()]
    start = span.line
    while start > 1 and (not lines[start - 1].strip() or lines[start - 1].lstrip().startswith(b"#")):
        start -= 1
    end = span.end_line
    while end < len(lines) - 1 and not lines[end + 1].strip():
        end += 1  # Blank lines may belong to a `|+` scalar.
    assert first > last or start - 1 <= first <= last <= end, (page, after, change, first, last, span)


@given(st.data())
@settings(max_examples=200, deadline=None)
def test_several_at_once(data: Any) -> None:
    page, which, _ = data.draw(pages())
    before = list(read(page))
    assume(all(isinstance(one, Document) for one in before))
    document = before[which]
    assert isinstance(document, Document)
    changes = [data.draw(edits_of(document.value)) for _ in range(data.draw(st.integers(2, 4)))]
    try:
        wanted = patched(document.value, changes)
    except (KeyError, IndexError, TypeError):
        assert isinstance(edit(page, document, changes), Refusal)
        return
    after = edit(page, document, changes)
    if not isinstance(after, Refusal):
        assert same(documents(after)[which].value, wanted)


@st.composite
def sharing(draw: Any) -> str:
    """A document in which parts are anchored, aliased and merged."""
    shared = draw(st.dictionaries(KEYS, VALUES, min_size=1, max_size=3))
    value = {"a": shared, "b": {"c": shared, "d": draw(VALUES)}, "e": [shared, draw(VALUES)], "f": draw(VALUES)}
    text = yaml.dump(value, Dumper=yaml.SafeDumper, width=500, sort_keys=False)
    return text + draw(st.sampled_from(["", "g:\n  <<: *id001\n  h: 1\n", "g: {<<: *id001}\n"]))


@given(st.data())
@settings(max_examples=300, deadline=None)
def test_what_is_shared_stays(data: Any) -> None:
    page = data.draw(sharing()).encode()
    before = list(read(page))
    assume(len(before) == 1 and isinstance(before[0], Document))
    document = before[0]
    assert isinstance(document, Document)
    change = data.draw(edits_of(document.value))
    after = edit(page, document, [change])
    if isinstance(after, Refusal):
        return
    assert same(documents(after)[0].value, patched(document.value, [change]))
    assert change.path[:2] not in {("b", "c"), ("e", 0)} or len(change.path) == 2
    assert change.path[:1] != ("a",)
