"""Another value in place of one that stands there, be it null, empty or nothing at all."""

import re
from dataclasses import replace as changed
from typing import Final

from hardstand.model.path import Value
from hardstand.text.editing.adding import block_of, flow_of
from hardstand.text.editing.sheet import CannotEdit, Sheet, Splice
from hardstand.text.editing.tree import Branch, Entry, Kind
from hardstand.text.editing.way import Way
from hardstand.text.editing.writing import nested, scalar

_ON_KEY_LINE: Final = re.compile(r"(?:[ \t]*[&!][^ \t\r\n]*)*")
"""Anchor and tag of a block collection, behind its key."""


def replace(sheet: Sheet, way: Way, value: Value) -> list[Splice]:
    """The splices that put `value` where the way ends."""
    old, holder = way.end, way.holder
    if holder is None:
        raise CannotEdit(old.start, "the whole document would have to be written anew")
    if old.flow and sheet.comment_in(old.start, old.end):
        raise CannotEdit(old.start, "a comment stands inside the brackets that would be replaced")
    entry = way.entries[-1]
    if holder.flow:
        return [_inline(entry, flow_of(sheet, holder).value(value))]
    if not nested(value):
        return _one_line(sheet, entry, scalar(value, old.style if old.style in ("'", '"') else ""))
    if old.flow and old.entries:
        return [Splice(old.inner, old.end, changed(flow_of(sheet, old), indent="", step="").value(value))]
    return _block(sheet, holder, entry, value)


def empty(sheet: Sheet, way: Way) -> list[Splice]:
    """The splices that take the one entry of the collection away at which the way ends."""
    old = way.end
    only = old.entries[0]
    if old.flow:
        inside = sheet.text[old.inner + 1 : only.start] + sheet.text[only.value.end : old.end - 1]
        if "#" in inside:
            raise CannotEdit(old.start, "a comment stands inside the brackets that would be emptied")
        return [Splice(old.inner + 1, old.end - 1, "")]
    text = "{}" if old.kind is Kind.MAPPING else "[]"
    if not way.entries:
        return [Splice(old.inner, old.end, text)]
    entry = way.entries[-1]
    if sheet.line_start(entry.start) == sheet.line_start(old.inner):
        return [Splice(old.inner, old.end, text)]
    return [_behind_key(sheet, entry, " " + text), _without_lines(sheet, old)]


def _inline(entry: Entry, text: str) -> Splice:
    """The new text where the old stands; where nothing stands, behind the colon, the dash or the bare key."""
    old = entry.value
    if not old.absent or old.start != old.end:
        return Splice(old.start, old.end, text)
    return Splice(old.end, old.end, f" {text}" if entry.after is not None else f": {text}")


def _one_line(sheet: Sheet, entry: Entry, text: str) -> list[Splice]:
    old = entry.value
    if not old.block or sheet.line_start(entry.start) == sheet.line_start(old.inner):
        return [_inline(entry, text + _line_end(sheet, old))]
    return [_behind_key(sheet, entry, " " + text), _without_lines(sheet, old)]


def _line_end(sheet: Sheet, old: Branch) -> str:
    """The line end that goes with what ends at the start of a line."""
    return sheet.newline if sheet.ends_line(old.end) else ""


def _behind_key(sheet: Sheet, entry: Entry, text: str) -> Splice:
    """`text` behind the key, in place of the anchor and tag of what goes; a comment on the line stays."""
    at = entry.after
    found = _ON_KEY_LINE.match(sheet.text, at) if at is not None else None
    if at is None or found is None:
        raise CannotEdit(entry.start, "the colon of this key was not found")
    return Splice(at, found.end(), text)


def _without_lines(sheet: Sheet, old: Branch) -> Splice:
    end = old.end if sheet.ends_line(old.end) else sheet.next_line(old.end)
    return Splice(sheet.line_start(old.inner), end, "")


def _block(sheet: Sheet, holder: Branch, entry: Entry, value: Value) -> list[Splice]:
    """A collection that takes lines of its own below its key, or behind its dash."""
    old, style = entry.value, block_of(sheet, holder)
    if holder.kind is Kind.SEQUENCE:
        column = sheet.column(entry.start) + 2 if old.absent else sheet.column(old.start)
        text = (sheet.newline + " " * column).join(style.lines(value))
        return [_inline(entry, text + _line_end(sheet, old))]
    alike = old.block and isinstance(value, dict) == (old.kind is Kind.MAPPING)
    column = sheet.column(entry.start) + (style.step if isinstance(value, dict) else style.dash)
    if alike:
        column = sheet.column(old.inner)
        style = changed(style, quote=block_of(sheet, old).quote)
    text = sheet.newline.join(" " * column + line for line in style.lines(value))
    if old.block:
        return [
            _behind_key(sheet, entry, ""),
            Splice(sheet.line_start(old.inner), sheet.behind(old.end), text),
        ]
    if old.style in ("|", ">") or not sheet.one_line(entry.start, old.end):
        return [Splice(entry.after or old.start, old.end, sheet.newline + text + _line_end(sheet, old))]
    at = sheet.line_end(old.end)
    return [Splice(entry.after or old.start, old.end, ""), Splice(at, at, sheet.newline + text)]
