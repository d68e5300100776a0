"""What one line of an everyday manifest says, for the quick reader: `    - name: web  # the shop` and the like.

Only lines whose meaning does not depend on YAML's finer points are understood; for any other the answer is None and
the document goes to the exact reader. Lines repeat a lot from one manifest to the next, so what they say is remembered.
"""

import re
from typing import Any, Final, NamedTuple

from hardstand.text.problem import Malformed
from hardstand.text.scalars import as_json, as_key, plain

NOTHING, SCALAR, LIST, MAPPING, LITERAL, STRIPPED = range(6)
"""What stands behind the key or dash; the last two are block scalars, `|` and `|-`."""


class Line(NamedTuple):
    """A line taken apart; columns are 0-based."""

    column: int
    """Of the first mark: the dash, or else the key; -1 for a blank line or a comment."""
    dash: bool
    inner: int
    """Of the key, or of the value behind a dash."""
    key: str | None
    form: int
    value: Any
    start: int
    end: int
    """Where the value stands; right behind the colon when there is none."""


_BLANK_LINE: Final = Line(-1, False, 0, None, NOTHING, None, 0, 0)

_MAX_COLUMN: Final = 1000
_MEMO_LINE: Final = 120
_MEMO_LINES: Final = 20_000

_QUOTED: Final = r"""(?:"[^"\\]*"|'[^']*')"""
_FLOW_WORD: Final = r"(?:-?[A-Za-z0-9_./][A-Za-z0-9_./-]*)"
_FLOW_ITEM: Final = rf"(?:{_QUOTED}|{_FLOW_WORD})"
_KEY: Final = r"[A-Za-z0-9_./][A-Za-z0-9_./-]{0,200}"
_FLOW_PAIR: Final = rf"(?:{_KEY}: +{_FLOW_ITEM})"
# A plain scalar in block context: spaces inside may not be followed by a comment, colons not by a space or the end.
_PLAIN: Final = r"(?:[A-Za-z0-9_./~+$(^;=<\\]|[-:](?=[A-Za-z0-9_./-]))(?:[^ :]|:(?=[^ ])| +(?=[^ #]))*+"
_VALUE: Final = (
    rf"(?:(?P<plain>{_PLAIN})|(?P<quoted>{_QUOTED})|(?P<literal>\|-?)"
    rf"|(?P<list>\[ *(?:{_FLOW_ITEM}(?:, *{_FLOW_ITEM})* *)?\])"
    rf"|(?P<mapping>\{{ *(?:{_FLOW_PAIR}(?:, *{_FLOW_PAIR})* *)?\}}))"
)
_COMMENT: Final = r"(?: +#.*)? *"
_KEYED: Final = re.compile(rf"(?P<indent> *)(?P<dash>- +)?(?P<key>{_KEY}):(?: +{_VALUE})?{_COMMENT}")
_ITEM: Final = re.compile(rf"(?P<indent> *)(?P<dash>- +){_VALUE}{_COMMENT}")
_EMPTY: Final = re.compile(r" *(?:#.*)?")
_FLOW_PARTS: Final = re.compile(rf"(?:(?P<key>{_KEY}): +)?(?P<item>{_FLOW_ITEM})")
_FORMS: Final = {"plain": SCALAR, "quoted": SCALAR, "list": LIST, "mapping": MAPPING}

_memo: dict[str, Line] = {}
_keys: dict[str, str] = {}


def recalled() -> dict[str, Line]:
    """The lines understood so far, to look into before asking `understand`; never more than a fixed number."""
    if len(_memo) > _MEMO_LINES:
        _memo.clear()
    return _memo


def understand(text: str) -> Line | None:
    """What the line `text`, printable ASCII, says; None if only the exact reader can tell."""
    try:
        line = _understand(text)
    except (Malformed, _Unclear):
        return None
    if line is not None and len(text) <= _MEMO_LINE and len(_memo) <= _MEMO_LINES:
        _memo[text] = line
    return line


class _Unclear(Exception):  # noqa: N818
    """A case that the exact reader must look at."""


def _understand(text: str) -> Line | None:
    match = _KEYED.fullmatch(text)
    if match is not None:
        key = _keys.get(match["key"]) or _key(match["key"])
    else:
        if _EMPTY.fullmatch(text):
            return _BLANK_LINE
        match = _ITEM.fullmatch(text)
        if match is None:
            return None
        key = None
    column = match.end("indent")
    inner = match.end("dash")
    if inner < 0:
        inner = column
    if inner > _MAX_COLUMN:
        return None
    form, value, start, end = _value(match)
    return Line(column, inner > column, inner, key, form, value, start, end)


def _key(text: str) -> str:
    key = as_key(plain(text))
    if len(_keys) < _MEMO_LINES:
        _keys[text] = key
    return key


def _value(match: "re.Match[str]") -> tuple[int, Any, int, int]:
    kind = match.lastgroup
    if kind not in ("plain", "quoted", "literal", "list", "mapping"):
        end = match.end("key") + 1
        return NOTHING, None, end, end
    text = match[kind]
    start, end = match.span(kind)
    if kind == "plain":
        return SCALAR, as_json(plain(text)), start, end
    if kind == "quoted":
        return SCALAR, text[1:-1], start, end
    if kind == "literal":
        if match.re is _ITEM:
            raise _Unclear
        return STRIPPED if text == "|-" else LITERAL, None, start, end
    parts = [(part["key"], _flow_item(part["item"])) for part in _FLOW_PARTS.finditer(text)]
    if kind == "list":
        return LIST, [value for _, value in parts], start, end
    mapping = {as_key(plain(key)): value for key, value in parts}
    if len(mapping) != len(parts):
        raise _Unclear
    return MAPPING, mapping, start, end


def _flow_item(text: str) -> Any:
    return text[1:-1] if text[0] in "\"'" else as_json(plain(text))


def flow_places(text: str, line: Line) -> dict[str, tuple[int, int]] | list[tuple[int, int]]:
    """From which to which column the values of a one-line collection on the line `text` stand."""
    parts = list(_FLOW_PARTS.finditer(text, line.start + 1, line.end - 1))
    if line.form == LIST:
        return [part.span("item") for part in parts]
    return {as_key(plain(part["key"])): part.span("item") for part in parts}
