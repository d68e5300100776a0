"""What repairing takes and gives."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from hardstand.model.finding import Edit, Finding, ObjectRef
from hardstand.model.path import Path, Value
from hardstand.model.run import Run
from hardstand.plan.source import Source
from hardstand.text.editing import Refusal

Judge: TypeAlias = Callable[[Mapping[int, bytes]], Run]
"""Evaluates everything, with other bytes for the pages with these numbers. The same engine as in every door."""


class Editor(Protocol):
    """Changes one page."""

    def objection(self, document: int, edits: Sequence[Edit]) -> Refusal | None:
        """Why these edits cannot be made, as far as that shows without making them."""

    def edited(self, changes: Mapping[int, Sequence[Edit]]) -> bytes | Refusal:
        """The page with the edits made, by the index of their document, or why one of them cannot be made."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """A fix that was asked for and not made, and why."""

    finding: Finding
    reason: str


@dataclass(frozen=True, slots=True)
class Patched:
    """What is to be changed in one object of a rendered page."""

    source: Source
    object: ObjectRef
    namespace: str | None
    """The namespace that the object itself names."""
    operations: tuple[dict[str, Value], ...]
    """RFC 6902, one after another."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What fixing comes to, proven by judging the changed pages."""

    before: Run
    after: Run
    pages: Mapping[int, bytes]
    """The new bytes of files, and of standard input, by the number of the page."""
    patches: tuple[Patched, ...]
    """What is to be changed in rendered objects."""
    ended: tuple[Finding, ...]
    """Findings that are gone."""
    skipped: tuple[Skipped, ...]
    unsafe: tuple[Finding, ...]
    """Findings that are left because their fix is not safe, and was not asked for."""


Key: TypeAlias = tuple[int, int, Path]
"""An object: page, document, and the way to it in the document."""
