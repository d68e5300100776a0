"""A new key in a mapping, or a new item in a list: behind the last one, and written as its neighbours are."""

from hardstand.model.path import Value
from hardstand.text.editing.sheet import Sheet, Splice
from hardstand.text.editing.tree import Branch, Entry, Kind
from hardstand.text.editing.writing import Block, Flow


def add(sheet: Sheet, holder: Branch, key: str | None, value: Value) -> list[Splice]:
    """The splices that add `value` to a collection that is not empty, under `key` or, without one, as an item."""
    return _in_brackets(sheet, holder, key, value) if holder.flow else _in_block(sheet, holder, key, value)


def block_of(sheet: Sheet, holder: Branch) -> Block:
    """How blocks below `holder` are written."""
    quote = _quote(holder) if holder.kind is Kind.SEQUENCE else ""
    return Block(sheet.step(holder), sheet.dash(holder), quote)


def flow_of(sheet: Sheet, holder: Branch) -> Flow:
    """How values in brackets are written among the entries of `holder`."""
    last = holder.entries[-1] if holder.flow and holder.entries else None
    indent = step = ""
    if last is not None and sheet.first_on_line(last.start):
        indent = sheet.text[sheet.line_start(last.start) : last.start]
        closing = sheet.text[sheet.line_start(holder.end - 1) : holder.end - 1]
        step = indent[len(closing) :] if indent.startswith(closing) else "  "
    quoted = holder.kind is Kind.MAPPING and bool(holder.entries) and holder.flow
    keys = {sheet.text[entry.start] for entry in holder.entries} if quoted else set()
    return Flow(
        json=sheet.json,
        spaced=sheet.spaced,
        ascii=sheet.text.isascii(),
        quote='"' if keys == {'"'} else _quote(holder) if holder.kind is Kind.SEQUENCE else "",
        key_quote='"' if keys == {'"'} else "",
        indent=indent,
        step=step if sheet.json else "",
        newline=sheet.newline,
    )


def _quote(holder: Branch) -> str:
    """The quotes that all the strings of a list are in."""
    styles = {entry.value.style for entry in holder.entries if entry.value.kind is Kind.SCALAR}
    return styles.pop() if styles in ({"'"}, {'"'}) else ""


def _in_block(sheet: Sheet, holder: Branch, key: str | None, value: Value) -> list[Splice]:
    indent = " " * sheet.column(holder.entries[0].start)
    lines = block_of(sheet, holder).lines([value] if key is None else {key: value})
    text = sheet.newline.join(indent + line for line in lines)
    end = holder.entries[-1].value.end
    if sheet.ends_line(end):
        return [Splice(end, end, text + sheet.newline)]
    at = _behind_comments(sheet, sheet.line_end(end), len(indent))
    return [Splice(at, at, sheet.newline + text)]


def _behind_comments(sheet: Sheet, at: int, column: int) -> int:
    """Comments that stand deeper than the new key belong to what is before it."""
    while (start := sheet.next_line(at)) < len(sheet.text):
        end = sheet.line_end(start)
        line = sheet.text[start:end]
        bare = line.lstrip(" ")
        if not bare.startswith("#") or len(line) - len(bare) <= column:
            break
        at = end
    return at


def _in_brackets(sheet: Sheet, holder: Branch, key: str | None, value: Value) -> list[Splice]:
    flow = flow_of(sheet, holder)
    last = holder.entries[-1]
    end = max(last.value.end, last.start)
    text = flow.value(value) if key is None else flow.entry(key, value)
    comma = trailing_comma(sheet, last, holder)
    if comma is not None and sheet.text[end:comma].strip():
        return []  # A comment stands before the comma: nothing is written, which the last check refuses.
    inline = not flow.indent or (comma is None and not sheet.comment_or_nothing(end))
    if inline:
        gap = " " if flow.spaced else ""
        return [Splice(end, end, f",{gap}{text}")]
    line = sheet.newline + flow.indent + text
    if comma is not None:
        at = sheet.line_end(comma)
        return [Splice(at, at, line + ",")] if sheet.comment_or_nothing(comma + 1) else [Splice(end, end, f", {text}")]
    at = sheet.line_end(end)
    if not sheet.text[end:at].strip():
        return [Splice(end, end, "," + line)]
    return [Splice(end, end, ","), Splice(at, at, line)]


def trailing_comma(sheet: Sheet, last: Entry, holder: Branch) -> int | None:
    """Where the comma behind the last entry of a flow collection stands, if there is one."""
    at = last.value.end
    while at < holder.end - 1:
        mark = sheet.text[at]
        if mark == ",":
            return at
        if mark == "#":
            at = sheet.line_end(at)
        at += 1
    return None
