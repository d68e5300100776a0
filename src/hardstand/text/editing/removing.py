"""A key or an item taken away, with its lines and nothing else."""

from hardstand.text.editing.replacing import empty
from hardstand.text.editing.sheet import CannotEdit, Sheet, Splice
from hardstand.text.editing.tree import Branch, Entry
from hardstand.text.editing.way import Way


def remove(sheet: Sheet, way: Way) -> list[Splice]:
    """The splices that take away the entry at which the way ends."""
    holder = way.holder
    if holder is None:
        raise CannotEdit(way.end.start, "the whole document would have to go")
    if len(holder.entries) == 1:
        return empty(sheet, Way(way.branches[:-1], way.entries[:-1], ()))
    at = holder.entries.index(way.entries[-1])
    return _from_brackets(sheet, holder, at) if holder.flow else _from_block(sheet, holder, at)


def _from_block(sheet: Sheet, holder: Branch, at: int) -> list[Splice]:
    entry = holder.entries[at]
    end = entry.value.end
    if sheet.first_on_line(entry.start):
        return [Splice(sheet.line_start(entry.start), end if sheet.ends_line(end) else sheet.next_line(end), "")]
    # It stands behind the dash of a list, `- key: value`: what follows moves up to the dash.
    following = holder.entries[at + 1]
    if sheet.ends_line(end) or "#" not in sheet.text[sheet.line_end(end) : following.start]:
        return [Splice(entry.start, following.start, "")]
    bare = len(sheet.text[: entry.start].rstrip(" \t"))
    return [Splice(bare, sheet.line_end(end), "")]


def _from_brackets(sheet: Sheet, holder: Branch, at: int) -> list[Splice]:
    entry = holder.entries[at]
    if at + 1 < len(holder.entries):
        following = holder.entries[at + 1]
        if "#" not in sheet.text[entry.value.end : following.start]:
            return [Splice(entry.start, following.start, "")]
        return [_whole_line(sheet, entry)]
    before = holder.entries[at - 1]
    gap = sheet.text[before.value.end : entry.start]
    if "#" not in gap:
        return [Splice(before.value.end, entry.value.end, "")]
    comma = sheet.text.find(",", before.value.end)
    if sheet.text[before.value.end : comma].strip():
        raise CannotEdit(entry.start, "a comment stands before the comma; move it behind")
    return [Splice(comma, comma + 1, ""), _whole_line(sheet, entry)]


def _whole_line(sheet: Sheet, entry: Entry) -> Splice:
    """The line of an entry that has it for itself, but for its comma and comment."""
    end = entry.value.end
    if sheet.text[end : end + 1] == ",":
        end += 1
    if not sheet.first_on_line(entry.start) or not sheet.comment_or_nothing(end):
        raise CannotEdit(entry.start, "comments and values share lines inside these brackets")
    return Splice(sheet.line_start(entry.start), sheet.next_line(end), "")
