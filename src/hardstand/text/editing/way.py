"""How far a path leads into a document as it is written."""

from dataclasses import dataclass

from hardstand.model.path import Path, dotted
from hardstand.text.editing.sharing import not_an_alias, not_merged
from hardstand.text.editing.sheet import CannotEdit, Sheet
from hardstand.text.editing.tree import Branch, Entry, Kind


@dataclass(frozen=True, slots=True)
class Way:
    """The branches from the root to the deepest that exists, the entries between them, and the steps that do not."""

    branches: list[Branch]
    entries: list[Entry]
    rest: Path

    @property
    def end(self) -> Branch:
        """The deepest branch that exists."""
        return self.branches[-1]

    @property
    def holder(self) -> Branch | None:
        """The mapping or list that holds the deepest branch; None for the root."""
        return self.branches[-2] if self.entries else None


def way_to(sheet: Sheet, path: Path, first: int, *, may_override: bool) -> Way:
    """The way along `path`. CannotEdit where it leads through an alias or into what a merge brings.

    `first` is the line on which the document starts. With `may_override`, the last step may name a key that a merge
    brings: to write it out here changes nothing elsewhere.
    """
    branches, entries = [sheet.root], list[Entry]()
    for depth, step in enumerate(path):
        here = branches[-1]
        not_an_alias(sheet, here, first)
        if here.flow and here.kind in (Kind.MAPPING, Kind.SEQUENCE) and sheet.text[here.inner] not in "{[":
            raise CannotEdit(here.start, "a single pair in brackets cannot be changed in place; put it in braces")
        entry = _entry(here, step)
        if entry is None:
            if isinstance(step, str) and not (may_override and depth + 1 == len(path)):
                not_merged(sheet, here, step, first)
            return Way(branches, entries, path[depth:])
        entries.append(entry)
        branches.append(entry.value)
    return Way(branches, entries, ())


class Misfit(CannotEdit):
    """The path of an edit and the text do not go together; after other edits they may."""


def misfit(way: Way, path: Path) -> Misfit:
    """The error for an edit whose path and the text do not go together."""
    return Misfit(way.end.start, f"there is no place for `{dotted(path)}` in {way.end.kind.value}")


def _entry(here: Branch, step: str | int) -> Entry | None:
    if here.kind is Kind.MAPPING and isinstance(step, str):
        return next((entry for entry in here.entries if entry.key == step), None)
    if here.kind is Kind.SEQUENCE and isinstance(step, int) and 0 <= step < len(here.entries):
        return here.entries[step]
    return None
