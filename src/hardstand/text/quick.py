"""The quick reader: everyday manifests, line by line, without libyaml. It is exact or it declines.

It takes a document only if every line is one that `quick_lines` understands and stands in a column that fits the open
collections; then there is exactly one way to read it and this is it. At the first doubt, errors included, it declines
and the exact reader decides. A property test holds the two together. Most documents of real estates pass, and are read
several times as fast: the time of the exact reader goes into making an object with two marks for every scalar.
"""

from typing import Any, Final, TypeAlias

from hardstand.text import limits
from hardstand.text.quick_lines import LIST, MAPPING, NOTHING, STRIPPED, Line, recalled, understand

_TAKEN: Final = bytes([0x0A, *range(0x20, 0x7F)])
_MANY_BYTES: Final = 8 * 1024 * 1024
_ROOT: Final = ""

Frame: TypeAlias = tuple[Any, int, bool]
"""A container that waits while a container in it is read, its column, and whether it is a list."""


class Declined(Exception):  # noqa: N818
    """The document is not for this reader."""


Leaf: TypeAlias = tuple[Line, int, int, int]
"""Where a value without block structure stands: its first line, taken apart and its number; the number of its last line
and the column where it ends there. Numbers and columns count from 0."""


def lines_of(text: bytes) -> list[str]:
    """The lines of a document, for `quick`. Raises Declined where a byte is neither printable ASCII nor a line feed."""
    if text.translate(None, _TAKEN):
        raise Declined
    if len(text) > _MANY_BYTES and 2 * text.count(b"\n") + text.count(b",") > limits.MAX_NODES:
        raise Declined  # The exact reader counts.
    lines = text.decode("ascii").split("\n")
    if lines[0] == "---" or lines[0].startswith("--- "):
        lines[0] = ""  # The page was cut so that nothing but a comment follows the dashes.
    return lines


def quick(lines: list[str], starts: dict[int, tuple[int, int]] | None = None) -> Any:  # noqa: C901
    """The value of the document with these lines, None if it is blank. Raises Declined.

    With `starts`, the tree has a Leaf wherever a value is not a block collection, and `starts` is filled with the line
    and column of every block collection by its identity. One loop does both so that they cannot disagree; it is one
    long function because a call for every line would cost as much as the line.
    """
    memo = recalled()
    root: dict[str, Any] = {}
    box: Any = root
    indent = -1
    in_list = False
    pending: str | None = _ROOT
    frames: list[Frame] = []
    numbered = enumerate(lines)
    for number, text in numbered:
        line = memo.get(text) or understand(text)
        if line is None:
            raise Declined
        column, dash, inner, key, form, value, _, end = line
        if column < 0:
            continue
        if column < indent:
            pending = None
            while column < indent:
                box, indent, in_list = frames.pop()
        if dash:
            if not in_list or column != indent:
                # A list opens behind its key, on the key's own column at the least.
                if pending is None or column < indent:
                    raise Declined
                frames.append((box, indent, in_list))
                box[pending] = box = []
                indent, in_list, pending = column, True, None
                if starts is not None:
                    starts[id(box)] = (number, column)
            if key is not None:
                frames.append((box, indent, True))
                box.append({})
                box = box[-1]
                indent, in_list = inner, False
                if starts is not None:
                    starts[id(box)] = (number, inner)
        elif column > indent:
            if pending is None:
                raise Declined
            frames.append((box, indent, in_list))
            box[pending] = box = {}
            indent, in_list = column, False
            if starts is not None:
                starts[id(box)] = (number, column)
        elif in_list:
            # A list on the column of its key ends where the next key of that mapping starts.
            box, indent, in_list = frames.pop()
            if column != indent:
                raise Declined
        last = number
        if form > MAPPING:
            value, last, end = _literal(lines, number, indent, form == STRIPPED)
            for _ in range(number, last):
                next(numbered)
        if starts is not None:
            value = (line, number, last, end)
        elif form == LIST:
            value = list(value)
        elif form == MAPPING:
            value = dict(value)
        if key is None:
            box.append(value)
            pending = None
        else:
            if key in box:
                raise Declined
            box[key] = value
            pending = key if form == NOTHING else None
    return root.get(_ROOT)


def _literal(lines: list[str], number: int, indent: int, stripped: bool) -> tuple[str, int, int]:
    """The block scalar behind line `number`: its text, the number of its last line and the column where that ends."""
    first = lines[number + 1] if number + 1 < len(lines) else ""
    width = len(first) - len(first.lstrip(" "))
    if width == len(first) or width <= indent:
        raise Declined
    margin = first[:width]
    content: list[str] = []
    filled = 0
    for at in range(number + 1, len(lines)):  # A slice would copy the rest of the document.
        text = lines[at]
        if text.startswith(margin):
            content.append(text[width:])
            if text.isspace() and len(text) > width:
                raise Declined
        elif not text or text.isspace():
            content.append("")
        else:
            if len(text) - len(text.lstrip(" ")) > indent:
                raise Declined
            break
        if content[-1]:
            filled = len(content)
    value = "\n".join(content[:filled])
    last = number + filled
    return value if stripped else value + "\n", last, len(lines[last].rstrip(" "))
