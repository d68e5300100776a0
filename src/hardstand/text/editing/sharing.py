"""What a change would change elsewhere: anchors that others use, aliases, merges. Such a change is refused."""

from collections.abc import Iterator, Sequence

from hardstand.text.editing.sheet import CannotEdit, Sheet
from hardstand.text.editing.tree import Branch, Entry, Kind


def own(sheet: Sheet, inside: Sequence[Branch], first: int) -> None:
    """CannotEdit if something else in the document uses one of the branches that a change is made in."""
    for branch in inside:
        if branch.uses:
            raise CannotEdit(branch.start, _shared(sheet, branch, first))


def no_use_outside(sheet: Sheet, branch: Branch, first: int) -> None:
    """CannotEdit if what is below `branch`, and about to go, is used by an alias outside of it."""
    for one in below(branch):
        if any(not branch.start <= use < branch.end for use in one.uses):
            raise CannotEdit(one.start, _shared(sheet, one, first))


def not_an_alias(sheet: Sheet, branch: Branch, first: int) -> None:
    """CannotEdit if the way leads through an alias."""
    target = branch.target
    if target is not None:
        raise CannotEdit(branch.start, "it stands behind an alias here: " + _shared(sheet, target, first))


def not_merged(sheet: Sheet, mapping: Branch, key: str, first: int) -> None:
    """CannotEdit if `key`, which the mapping does not write out, comes into it by a merge."""
    for entry in _merges(mapping):
        for source in _sources(entry.value):
            if _holds(source, key):
                line, _ = sheet.place(source.start, first)
                where = f"&{source.anchor} on line {line}" if source.anchor else f"line {line}"
                raise CannotEdit(
                    entry.start,
                    f"`{key}` comes from a merge (`<<`) of {where}, which others may share; write it out here first",
                )


def below(branch: Branch) -> Iterator[Branch]:
    """The branch and all below it."""
    waiting = [branch]
    while waiting:
        one = waiting.pop()
        yield one
        waiting.extend(entry.value for entry in one.entries)


def _merges(mapping: Branch) -> list[Entry]:
    return [entry for entry in mapping.entries if entry.key is None] if mapping.kind is Kind.MAPPING else []


def _sources(value: Branch) -> Iterator[Branch]:
    """The mappings that a merge takes from."""
    one = value.target or value
    if one.kind is Kind.SEQUENCE:
        for entry in one.entries:
            yield entry.value.target or entry.value
    else:
        yield one


def _holds(mapping: Branch, key: str) -> bool:
    waiting, seen = [mapping], set[int]()
    while waiting:
        one = waiting.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        if any(entry.key == key for entry in one.entries):
            return True
        waiting.extend(source for entry in _merges(one) for source in _sources(entry.value))
    return False


def _shared(sheet: Sheet, branch: Branch, first: int) -> str:
    line, _ = sheet.place(branch.start, first)
    others = ", ".join(str(sheet.place(use, first)[0]) for use in branch.uses[:5])
    more = f" and {len(branch.uses) - 5} more" if len(branch.uses) > 5 else ""
    places = len(branch.uses) + 1
    noun = "line" if len(branch.uses) == 1 else "lines"
    return (
        f"the anchor &{branch.anchor} on line {line} is shared by {places} places (aliases on {noun} {others}{more}), "
        "and a change would change them all; change it by hand, or write it out where it should differ"
    )
